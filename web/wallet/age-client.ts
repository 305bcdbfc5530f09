/** The wallet's requests to the edge. What it answers is parsed before use. */
import * as v from "valibot";
import {
  AgeChallenge,
  AgePass,
  Banned,
  IssuedCredential,
  type AgeProofRequest,
  type Sanction,
} from "../../protocol/age.ts";
import { Problem, type ProblemCode } from "../../protocol/http.ts";
import { askEdge } from "../call/edge-request.ts";

/** A refusal that is expected now and then travels as a value. */
export type Refused =
  | { readonly kind: "banned"; readonly sanction: Sanction }
  | { readonly kind: "refused"; readonly code: ProblemCode | "unreachable" | "malformed" };

export type Answered<Value> = { readonly kind: "ok"; readonly value: Value } | Refused;

/** Of the operator's list, what a wallet looks at. */
const TrustedIssuers = v.object({
  issuers: v.array(
    v.object({
      did: v.string(),
      kid: v.string(),
      publicKeyMultibase: v.string(),
      notBefore: v.number(),
      notAfter: v.number(),
      assurance: v.string(),
    }),
  ),
});
export type TrustedIssuers = v.InferOutput<typeof TrustedIssuers>;

export function fetchIssuers(): Promise<Answered<TrustedIssuers>> {
  return sendTo("/api/age/issuers", undefined, TrustedIssuers);
}

export function fetchChallenge(shard: number): Promise<Answered<AgeChallenge>> {
  return sendTo("/api/age/challenge", { version: 1, shard }, AgeChallenge);
}

export function sendProof(request: AgeProofRequest): Promise<Answered<AgePass>> {
  return sendTo("/api/age/prove", request, AgePass);
}

export function askDemoIssuer(
  commitment: string,
  birthDay: number,
  entropy: string | undefined,
): Promise<Answered<IssuedCredential>> {
  const body = { version: 1, commitment, birthDay, ...(entropy !== undefined && { entropy }) };
  return sendTo("/api/demo-issuer", body, IssuedCredential);
}

/** GET without a body, POST with one. */
export async function sendTo<Value>(
  path: string,
  body: unknown,
  schema: v.GenericSchema<unknown, Value>,
): Promise<Answered<Value>> {
  const answer = await askEdge(path, body);
  if (answer === undefined) return { kind: "refused", code: "unreachable" };
  const { response, value } = answer;
  if (response.ok) {
    const parsed = v.safeParse(schema, value);
    return parsed.success
      ? { kind: "ok", value: parsed.output }
      : { kind: "refused", code: "malformed" };
  }
  const banned = v.safeParse(Banned, value);
  if (banned.success) return { kind: "banned", sanction: banned.output.sanction };
  const problem = v.safeParse(Problem, value);
  return { kind: "refused", code: problem.success ? problem.output.error : "malformed" };
}
