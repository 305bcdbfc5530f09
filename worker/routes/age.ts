/**
 * POST /api/age/challenge, POST /api/age/prove, GET /api/age/issuers: how a page proves that its
 * person is eighteen.
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
import { proveAt } from "../age-proof.ts";
import { sealPass } from "../age-pass.ts";
import { readBody } from "../body.ts";
import type { AppEnv } from "../context.ts";
import { gateOf } from "../gate.ts";
import { readTrustList, trustListJson } from "../policy/age-trust.ts";
import { problem } from "../problem.ts";

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
  const answer = await proveAt(context, request);
  if (answer instanceof Response) return answer;
  if (answer.kind === "banned") return banned(answer.sanction);
  const { tag, session } = answer;
  const pass = await sealPass(
    context.var.secret,
    { tag, session, shard: request.shard },
    Date.now(),
  );
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
