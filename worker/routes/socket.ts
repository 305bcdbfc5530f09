/**
 * GET /api/lobby: the upgrade to the lobby. Browsers cannot set headers on a WebSocket, so the
 * ticket comes as a second offered subprotocol, and what is to be resumed as a third.
 */
import type { Context } from "hono";
import { CLOSE_CODES, type CloseReason } from "../../protocol/close-codes.ts";
import {
  RESUME_SUBPROTOCOL_PREFIX,
  SUBPROTOCOL,
  TICKET_SUBPROTOCOL_PREFIX,
} from "../../protocol/messages.ts";
import { RESUME_MAX_CHARS, TICKET_MAX_CHARS } from "../../protocol/limits.ts";
import { CLAIMS_HEADER, encodeClaims } from "../../durable-objects/index.ts";
import type { AppEnv } from "../context.ts";
import { networkKey } from "../middleware/rate-limit.ts";
import { placeOf } from "../placement.ts";
import { problem } from "../problem.ts";
import { openResume } from "../resume.ts";
import { openTicket } from "../ticket.ts";

export async function socket(context: Context<AppEnv>): Promise<Response> {
  if (context.req.header("upgrade")?.toLowerCase() !== "websocket") return problem("bad-request");
  const offered = (context.req.header("sec-websocket-protocol") ?? "")
    .split(",")
    .map((name) => name.trim());
  if (!offered.includes(SUBPROTOCOL)) return problem("bad-request");
  const given = (prefix: string) =>
    offered.find((name) => name.startsWith(prefix))?.slice(prefix.length);
  const ticket = given(TICKET_SUBPROTOCOL_PREFIX);
  if (ticket === undefined || ticket.length > TICKET_MAX_CHARS) return refuseSocket("badTicket");
  const { secret } = context.var;
  const now = Date.now();
  const claims = await openTicket(secret, ticket, now);
  if (claims === undefined) return refuseSocket("badTicket");

  const token = given(RESUME_SUBPROTOCOL_PREFIX);
  const resume =
    token === undefined || token.length > RESUME_MAX_CHARS
      ? undefined
      : await openResume(secret, token, claims, now);
  const network = await networkKey(context);
  const lobby = await placeOf(context.env, claims, resume);
  const vouched = {
    ...claims,
    ...(network !== undefined && { network }),
    ...(resume !== undefined && { resume }),
  };
  // Headers are built from nothing, so no header of the client's can pass for ours.
  return lobby.fetch("https://lobby/", {
    headers: { upgrade: "websocket", [CLAIMS_HEADER]: encodeClaims(vouched) },
  });
}

/** A browser cannot see the status of a refused upgrade, so the reason comes as a close code. */
export function refuseSocket(reason: CloseReason): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(CLOSE_CODES[reason].code, reason);
  return new Response(null, {
    status: 101,
    webSocket: client,
    headers: { "sec-websocket-protocol": SUBPROTOCOL },
  });
}
