/** POST /api/session: the only door. Gives a page the sealed ticket of its session. */
import type { Context } from "hono";
import { toBase64url } from "../../protocol/base64url.ts";
import { SessionRequest, type SessionResponse } from "../../protocol/http.ts";
import { TICKET_LIFETIME_MS } from "../../protocol/limits.ts";
import { openPass, type AgeClaims } from "../age-pass.ts";
import { readBody } from "../body.ts";
import type { AppEnv } from "../context.ts";
import { gateOf } from "../gate.ts";
import { deriveMacKey } from "../keys.ts";
import { agePolicy, tierOf } from "../policy/age-policy.ts";
import { regionOf } from "../policy/regions.ts";
import { readOperatorPolicy, relayFloor } from "../policy/relay-policy.ts";
import { problem } from "../problem.ts";
import { RENEW_GRACE_MS, openTicket, renewableUntil, sealTicket, type Claims } from "../ticket.ts";

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

  let age = renewed?.age;
  if (age !== undefined) {
    const until = renewableUntil(now);
    const state = await gateOf(context.env, age.shard).renew(age.tag, age.session, until);
    if (state !== "live") return problem(state);
  }
  if (request.age !== undefined) {
    age = renewed === undefined ? await openPass(secret, request.age, now) : undefined;
    if (age === undefined) return problem("bad-request");
  }

  // A session stays in its lobby even when the phone changes networks in the middle of a call.
  const region = renewed?.region ?? regionOf(cf);
  const tier = tierOf(agePolicy(context.env.AGE_POLICY, region), age !== undefined);
  if (tier === undefined) return problem("age-required");
  const named = renewed ?? (age ? await namesOf(secret, age) : drawNames());

  const operator = readOperatorPolicy(context.env.RELAY_POLICY);
  const claims: Claims = {
    sid: named.sid,
    handle: named.handle,
    tier,
    region,
    relay: devDirect ? "direct" : relayFloor(operator, cf, request.timeZone, now),
    expiresAt: now + TICKET_LIFETIME_MS,
    ...(age && { age }),
  };
  return Response.json({
    ticket: await sealTicket(secret, claims),
    expiresAt: claims.expiresAt,
    region: claims.region,
    relay: claims.relay,
    tier,
  } satisfies SessionResponse);
}

/**
 * The same names in every session of a proven person: the lobby gives one sid one socket, so nobody
 * lends a seat and keeps it; and a block, which remembers the handle, holds for good.
 */
async function namesOf(secret: BufferSource, { tag }: AgeClaims): Promise<Names> {
  const key = await deriveMacKey(secret, "winkr proven sid v1");
  const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(tag));
  return { sid: toBase64url(new Uint8Array(mac).subarray(0, ID_BYTES)), handle: tag };
}

function drawNames(): Names {
  return { sid: drawId(), handle: drawId() };
}

interface Names {
  readonly sid: string;
  readonly handle: string;
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
