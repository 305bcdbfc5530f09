/**
 * From a record to a pass: which key, which gate, a challenge, a proof, and what the edge says to it.
 * Each step's failure is a value; the steps are told as they are taken.
 */
import type { AgePass, AgeProofRequest } from "../../protocol/age.ts";
import {
  fetchChallenge,
  fetchIssuers,
  sendProof,
  type Answered,
  type Refused,
  type TrustedIssuers,
} from "./age-client.ts";
import type { Prover } from "./prover.ts";
import type { Site } from "./proving.ts";
import type { WalletRecord } from "./record.ts";

export type ProveStep = "asking" | "proving" | "checking";

export type Unproven =
  | Refused
  /** Nobody has signed yet. */
  | { readonly kind: "pending" }
  /** The operator does not trust this issuer, or no longer. */
  | { readonly kind: "issuer" }
  /** The credential is not what it says. */
  | { readonly kind: "credential" }
  | { readonly kind: "too-young" };

const COMMITMENT_BYTES = 32;

export async function proveAge(
  record: WalletRecord,
  prover: Prover,
  site: Site,
  onStep: (step: ProveStep) => void = () => {},
): Promise<{ readonly kind: "ok"; readonly value: AgePass } | Unproven> {
  const commitment = crypto.getRandomValues(new Uint8Array(COMMITMENT_BYTES));
  const answer = await answerFor(record, prover, site, commitment, onStep);
  if (answer.kind !== "ok") return answer;
  onStep("checking");
  return sendProof(answer.value);
}

/** A proof for a fresh challenge, bound to `commitment`, ready to be sent. */
export async function answerFor(
  record: WalletRecord,
  prover: Prover,
  site: Site,
  commitment: Uint8Array<ArrayBuffer>,
  onStep: (step: ProveStep) => void = () => {},
): Promise<{ readonly kind: "ok"; readonly value: AgeProofRequest } | Unproven> {
  onStep("asking");
  const key = await keyOf(record);
  if (key.kind !== "ok") return key;
  const multikey = key.value;
  const opened = await prover.ask({ type: "open", record, multikey, site });
  if (opened === undefined) return { kind: "credential" };
  const challenge = await fetchChallenge(opened.shard);
  if (challenge.kind !== "ok") return challenge;

  onStep("proving");
  const given = { record, multikey, site, challenge: challenge.value, commitment };
  const answer = await prover.ask({ type: "answer", ...given });
  return answer === undefined ? { kind: "too-young" } : { kind: "ok", value: answer };
}

/** The pinned key of the record's issuer. A key that is on no list might be one for this person alone. */
export async function keyOf(
  { issued }: WalletRecord,
  fetched: () => Promise<Answered<TrustedIssuers>> = fetchIssuers,
): Promise<
  | { readonly kind: "ok"; readonly value: string }
  | Refused
  | { kind: "pending" }
  | { kind: "issuer" }
> {
  if (issued === undefined) return { kind: "pending" };
  const list = await fetched();
  if (list.kind === "refused" && list.code === "age-issuer") return { kind: "issuer" };
  if (list.kind !== "ok") return list;
  const entry = list.value.issuers.find(({ did, kid }) => did === issued.did && kid === issued.kid);
  return entry === undefined ? { kind: "issuer" } : { kind: "ok", value: entry.publicKeyMultibase };
}
