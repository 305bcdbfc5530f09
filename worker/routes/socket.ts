/**
 * GET /api/lobby: the upgrade to the lobby. Browsers cannot set headers on a WebSocket, so the
 * ticket comes as a second offered subprotocol.
 */
import type { Context } from "hono";
import { CLOSE_CODES, type CloseReason } from "../../protocol/close-codes.ts";
import { SUBPROTOCOL, TICKET_SUBPROTOCOL_PREFIX } from "../../protocol/messages.ts";
import { TICKET_MAX_CHARS } from "../../protocol/limits.ts";
import { CLAIMS_HEADER, encodeClaims } from "../../durable-objects/index.ts";
import type { AppEnv } from "../context.ts";
import { problem } from "../problem.ts";
import { openTicket, type Claims } from "../ticket.ts";

export async function socket(context: Context<AppEnv>): Promise<Response> {
  if (context.req.header("upgrade")?.toLowerCase() !== "websocket") return problem("bad-request");
  const offered = (context.req.header("sec-websocket-protocol") ?? "")
    .split(",")
    .map((name) => name.trim());
  if (!offered.includes(SUBPROTOCOL)) return problem("bad-request");
  const ticket = offered
    .find((name) => name.startsWith(TICKET_SUBPROTOCOL_PREFIX))
    ?.slice(TICKET_SUBPROTOCOL_PREFIX.length);
  if (ticket === undefined || ticket.length > TICKET_MAX_CHARS) return refuseSocket("badTicket");
  const claims = await openTicket(context.var.secret, ticket, Date.now());
  if (claims === undefined) return refuseSocket("badTicket");

  const lobbies = context.env.LOBBY;
  const lobby = lobbies.get(lobbies.idFromName(lobbyName(claims)), { locationHint: claims.region });
  // Headers are built from nothing, so no header of the client's can pass for ours.
  return lobby.fetch("https://lobby/", {
    headers: { upgrade: "websocket", [CLAIMS_HEADER]: encodeClaims(claims) },
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

/** Names show in dashboards, so they say nothing of anybody. One shard per region and tier: number 0. */
function lobbyName({ region, tier }: Claims): string {
  return `l1:${region}:${tier}:0`;
}
