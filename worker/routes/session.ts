/** POST /api/session: the only door. Gives a page the sealed ticket of its session. */
import type { Context } from "hono";
import { toBase64url } from "../../protocol/base64url.ts";
import { SessionRequest, type SessionResponse } from "../../protocol/http.ts";
import { TICKET_LIFETIME_MS } from "../../protocol/limits.ts";
import { readBody } from "../body.ts";
import type { AppEnv } from "../context.ts";
import { regionOf } from "../policy/regions.ts";
import { readOperatorPolicy, relayFloor } from "../policy/relay-policy.ts";
import { tierOf } from "../policy/tiers.ts";
import { problem } from "../problem.ts";
import { openTicket, sealTicket, type Claims } from "../ticket.ts";

/** A phone that slept over the end of its ticket still keeps its session. */
const RENEW_GRACE_MS = 5 * 60_000;
const ID_BYTES = 16;

export async function session(context: Context<AppEnv>): Promise<Response> {
  const request = await readBody(context.req.raw, SessionRequest);
  if (request === undefined) return problem("bad-request");
  const { secret, devDirect } = context.var;
  const now = Date.now();
  const cf = cfOf(context.req.raw);

  let renewed: Claims | undefined;
  if (request.renew !== undefined) {
    renewed = await openTicket(secret, request.renew, now, RENEW_GRACE_MS);
    if (renewed === undefined) return problem("bad-ticket");
  }

  const operator = readOperatorPolicy(context.env.RELAY_POLICY);
  const claims: Claims = {
    sid: renewed?.sid ?? drawId(),
    handle: renewed?.handle ?? drawId(),
    tier: renewed?.tier ?? tierOf(),
    // A session stays in its lobby even when the phone changes networks in the middle of a call.
    region: renewed?.region ?? regionOf(cf),
    relay: devDirect ? "direct" : relayFloor(operator, cf, request.timeZone, now),
    expiresAt: now + TICKET_LIFETIME_MS,
  };
  return Response.json({
    ticket: await sealTicket(secret, claims),
    expiresAt: claims.expiresAt,
    region: claims.region,
    relay: claims.relay,
  } satisfies SessionResponse);
}

function drawId(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(ID_BYTES)));
}

/** The few fields that policy reads, and none of the rest. */
function cfOf(request: Request) {
  const { latitude, longitude, continent, timezone, country, asn } = (request.cf ??
    {}) as Partial<IncomingRequestCfProperties>;
  return { latitude, longitude, continent, timezone, country, asn };
}
