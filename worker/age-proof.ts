/** What a proof is for is checked here, the proof itself in its gate. */
import type { Context } from "hono";
import type { GateAnswer } from "../durable-objects/index.ts";
import type { AgeProofRequest } from "../protocol/age.ts";
import { fromBase64url } from "../protocol/base64url.ts";
import type { AppEnv } from "./context.ts";
import { gateOf } from "./gate.ts";
import { issuerKey, readTrustList } from "./policy/age-trust.ts";
import { isLocalHost } from "./policy/setup.ts";
import { problem } from "./problem.ts";
import { renewableUntil } from "./ticket.ts";

/** A refusal is a Response, ready to be sent. */
export async function proveAt(
  context: Context<AppEnv>,
  request: AgeProofRequest,
): Promise<Exclude<GateAnswer, { kind: "refused" }> | Response> {
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
  if (answer.kind !== "refused") return answer;
  return problem(answer.refusal === "nonce" ? "age-challenge" : "age-proof");
}
