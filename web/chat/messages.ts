/**
 * What two pages say to each other inside the sealed data channel. The partner is a stranger:
 * everything is parsed, nothing is trusted.
 */
import * as v from "valibot";
import { CHAT_TEXT_MAX_CHARS } from "../call/view.ts";

const PeerMessage = v.variant("type", [
  v.strictObject({
    type: v.literal("chat"),
    text: v.pipe(v.string(), v.minLength(1), v.maxLength(CHAT_TEXT_MAX_CHARS)),
  }),
  /** Whether the camera and the microphone are on, so that black and silence can be explained. */
  v.strictObject({ type: v.literal("media"), camera: v.boolean(), microphone: v.boolean() }),
  v.strictObject({ type: v.literal("bye") }),
]);
export type PeerMessage = v.InferOutput<typeof PeerMessage>;

export function encodePeerMessage(message: PeerMessage): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(message));
}

export function decodePeerMessage(bytes: Uint8Array): PeerMessage | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    const result = v.safeParse(PeerMessage, value);
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}
