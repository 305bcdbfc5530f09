/**
 * The one door for frames: unknown input in, a known message or a reason out. Never throws.
 */
import * as v from "valibot";
import { FRAME_MAX_BYTES } from "./limits.ts";
import { ClientMessage, EdgeMessage } from "./messages.ts";

export type Parsed<Message> = { ok: true; message: Message } | { ok: false; reason: string };

/** The same door for the bodies of http.ts, whose text is bounded by the same ceiling. */
export function parseBody<Message>(
  schema: v.GenericSchema<unknown, Message>,
  frame: unknown,
): Parsed<Message> {
  if (typeof frame !== "string") return { ok: false, reason: "not text" };
  // UTF-16 units never exceed UTF-8 bytes, so this length check is a cheap lower bound before JSON.parse;
  // every schema below is ASCII, so a longer encoding fails it anyway.
  if (frame.length > FRAME_MAX_BYTES) return { ok: false, reason: "too large" };
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return { ok: false, reason: "not JSON" };
  }
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return { ok: true, message: result.output };
  // Only the place is named: a value could be somebody's secret.
  return {
    ok: false,
    reason: `invalid ${v.getDotPath(result.issues[0]) ?? "message"}`.slice(0, 80),
  };
}

export function parseClientMessage(frame: unknown): Parsed<ClientMessage> {
  return parseBody(ClientMessage, frame);
}

export function parseEdgeMessage(frame: unknown): Parsed<EdgeMessage> {
  return parseBody(EdgeMessage, frame);
}
