/**
 * POST /api/age/challenge, POST /api/age/prove, GET /api/age/issuers: how a page proves that its
 * person is eighteen. What a proof is for is checked here; the proof itself in its gate.
 */
import type { Context } from "hono";
import {
  AgeChallengeRequest,
  AgeProofRequest,
  type AgeChallenge,
  type AgePass,
  type Banned,
  type Sanction,
} from "../../protocol/age.ts";
import { fromBase64url } from "../../protocol/base64url.ts";
import { sealPass } from "../age-pass.ts";
import { readBody } from "../body.ts";
import type { AppEnv } from "../context.ts";
import { gateOf } from "../gate.ts";
import { issuerKey, readTrustList, trustListJson } from "../policy/age-trust.ts";
import { isLocalHost } from "../policy/setup.ts";
import { problem } from "../problem.ts";
import { renewableUntil } from "../ticket.ts";

export async function ageChallenge(context: Context<AppEnv>): Promise<Response> {
  const request = await readBody(context.req.raw, AgeChallengeRequest);
  if (request === undefined) return problem("bad-request");
  const challenge = await gateOf(context.env, request.shard).challenge();
  if (challenge === undefined) return problem("too-many-requests");
  const { nonce, expiresAt, cutoff } = challenge;
  return Response.json({ nonce, expiresAt, cutoff } satisfies AgeChallenge);
}

export async function ageProve(context: Context<AppEnv>): Promise<Response> {
  const request = await readBody(context.req.raw, AgeProofRequest);
  if (request === undefined) return problem("bad-request");
  const { shard, nonce, issuer, month } = request;
  const [commitment, proof] = [fromBase64url(request.commitment), fromBase64url(request.proof)];
  if (commitment === undefined || proof === undefined || fromBase64url(nonce) === undefined) {
    return problem("bad-request");
  }

  const now = Date.now();
  const url = new URL(context.req.url);
  const list = await readTrustList(context.env.TRUST_LIST, context.env.TRUST_KEY);
  const key = list && issuerKey(list, { ...issuer, month }, now, isLocalHost(url.hostname));
  if (key === undefined) return problem("age-issuer");

  // The origin that our own middleware found to be this host's.
  const { origin } = new URL(context.req.header("origin") ?? "");
  const liveUntil = renewableUntil(now);
  const answer = await gateOf(context.env, shard).prove({
    ...{ shard, nonce, commitment, proof, origin, liveUntil },
    host: url.host,
    ...key,
  });
  if (answer.kind === "banned") return banned(answer.sanction);
  if (answer.kind === "refused") {
    return problem(answer.refusal === "nonce" ? "age-challenge" : "age-proof");
  }
  const { tag, session } = answer;
  const pass = await sealPass(context.var.secret, { tag, session, shard }, now);
  return Response.json(pass satisfies AgePass);
}

/** The list as the operator signed it: a page checks the signature, a wallet its credential's key. */
export async function ageIssuers(context: Context<AppEnv>): Promise<Response> {
  const { TRUST_LIST, TRUST_KEY } = context.env;
  if ((await readTrustList(TRUST_LIST, TRUST_KEY)) === undefined) return problem("age-issuer");
  return new Response(trustListJson(TRUST_LIST), {
    headers: { "content-type": "application/json" },
  });
}

function banned({ reason, until }: Sanction): Response {
  const body = { error: "banned", retry: false, sanction: { reason, until } } satisfies Banned;
  return Response.json(body, { status: 403 });
}
