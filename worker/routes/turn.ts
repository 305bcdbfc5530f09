/** POST /api/turn: relay credentials for the bearer of a ticket. */
import type { Context } from "hono";
import { TurnRequest, type TurnResponse } from "../../protocol/http.ts";
import { TURN_LIFETIME_MS } from "../../protocol/limits.ts";
import { readBody } from "../body.ts";
import type { AppEnv } from "../context.ts";
import { problem } from "../problem.ts";
import { openTicket } from "../ticket.ts";
import { turnProvider } from "../turn/index.ts";

export async function turn(context: Context<AppEnv>): Promise<Response> {
  const request = await readBody(context.req.raw, TurnRequest);
  if (request === undefined) return problem("bad-request");
  const { secret, devDirect } = context.var;
  const now = Date.now();
  const claims = await openTicket(secret, request.ticket, now);
  if (claims === undefined) return problem("bad-ticket");

  const provider = turnProvider(context.env);
  const iceServers =
    provider === undefined && devDirect
      ? []
      : await provider?.mint(Math.floor(TURN_LIFETIME_MS / 1_000), now);
  if (iceServers === undefined) return problem("relay-unavailable");
  return Response.json({ iceServers, expiresAt: now + TURN_LIFETIME_MS } satisfies TurnResponse);
}
