/**
 * The proof that a page shows and the edge checks: "an issuer you trust signed that I was born on or
 * before the cutoff, and at this site my pseudonym is this".
 *
 *   nym 48 || BBS proof 368 (3 points, 7 scalars) || range 560 (1 point, 16 scalars)      976 bytes
 *
 * Pseudonym and range add to the one challenge (docs/age-proof.md).
 */
import { concat, withLength, type Bytes } from "../bytes.ts";
import { pairsEqually } from "../bls/pairing.ts";
import { G1_BYTES, decodeG1, encodeG1, type G1Point } from "../bls/points.ts";
import {
  SCALAR_BYTES,
  decodeScalars,
  encodeScalar,
  randomScalars,
  type RandomScalars,
} from "../bls/scalars.ts";
import { calculateDomain, decodeSignature, type PublicKey } from "../bbs/core.ts";
import {
  PROOF_POINTS_BYTES,
  answer,
  challengeOctets,
  commit,
  decodeProofPoints,
  decodeProofScalars,
  drawNonces,
  encodeProof,
  proofBytes,
  recommit,
  type Commitments,
  type Disclosure,
  type ProofPoints,
} from "../bbs/proof.ts";
import { headerWithNyms, nymContext, nymPoint, type NymContext } from "../bbs/pseudonym.ts";
import { hashToScalar } from "../bbs/suite.ts";
import { DAY_MAX } from "./calendar.ts";
import type { AgeCredential } from "./issuance.ts";
import {
  RANGE_SCALARS,
  answerRange,
  birthDayNonce,
  commitRange,
  drawRangeNonces,
  rangeOctets,
  recommitRange,
  type RangeCommitment,
} from "./range.ts";
import { AGE_V1, ageGenerators } from "./scheme.ts";

const HIDDEN: Disclosure = [undefined, undefined, undefined];
const NYMS = 1;
const PROOF_END = G1_BYTES + proofBytes(HIDDEN.length);
const RANGE_POINT_END = PROOF_END + G1_BYTES;

export const PRESENTATION_BYTES = RANGE_POINT_END + RANGE_SCALARS * SCALAR_BYTES;

/** The statement that is proven: both sides know all of it. */
export interface Statement {
  readonly publicKey: PublicKey;
  readonly header: Uint8Array;
  /** Last birth day that passes, 1 … 65535. */
  readonly cutoff: number;
  readonly context: NymContext;
  readonly ph: Uint8Array;
}

/** Worth keeping as long as the site keeps its name; `often` for a verifier. */
export function ageContext(context: Uint8Array, often = false): NymContext {
  return nymContext(AGE_V1, context, often ? 7 : 4);
}

/** undefined when the birth day does not pass the cutoff, or the credential is not well formed. */
export function presentAge(
  { publicKey, header, cutoff, context, ph }: Statement,
  { birthDay, signature, blind, nymSecret }: AgeCredential,
  random: RandomScalars = randomScalars,
): Bytes | undefined {
  const decoded = decodeSignature(signature);
  const delta = cutoff - birthDay;
  if (decoded === undefined || !(delta >= 0 && delta <= DAY_MAX)) return undefined;
  const messages = [BigInt(birthDay), blind, nymSecret];
  const domain = domainOf(publicKey, header);
  const rangeNonces = drawRangeNonces(random);
  const drawn = drawNonces(random, HIDDEN.length);
  const nonces = {
    ...drawn,
    messages: [birthDayNonce(rangeNonces), ...drawn.messages.slice(1)],
  };
  const made = commit(ageGenerators(), decoded, domain, messages, HIDDEN, nonces);
  const nym = nymPoint(context, messages.slice(-NYMS));
  const ut = nymPoint(context, nonces.messages.slice(-NYMS));
  const range = commitRange(delta, rangeNonces);
  const challenge = challengeOf(made, nym, ut, domain, ph, context, range, cutoff);
  return concat(
    encodeG1(nym),
    encodeProof(made, answer(decoded, messages, HIDDEN, nonces, challenge)),
    encodeG1(range.b),
    ...answerRange(delta, rangeNonces, challenge).map(encodeScalar),
  );
}

/** Why a presentation is refused. The first two cost microseconds, the third less than the last. */
export type Refusal = "length" | "scalar" | "point" | "proof";

export type Verdict =
  | { readonly ok: true; readonly nym: Bytes }
  | { readonly ok: false; readonly refusal: Refusal };

/** Nonce and expiry of `ph` are the caller's to check, before any of this. */
export function verifyAge(
  { publicKey, header, cutoff, context, ph }: Statement,
  presentation: Uint8Array,
): Verdict {
  if (presentation.length !== PRESENTATION_BYTES) return { ok: false, refusal: "length" };
  const nymOctets = presentation.subarray(0, G1_BYTES);
  const proofOctets = presentation.subarray(G1_BYTES, PROOF_END);
  const scalars = decodeProofScalars(proofOctets.subarray(PROOF_POINTS_BYTES), HIDDEN.length);
  const answers = decodeScalars(presentation.subarray(RANGE_POINT_END), RANGE_SCALARS, false);
  if (scalars === undefined || answers === undefined) return { ok: false, refusal: "scalar" };

  const points = decodeProofPoints(proofOctets.subarray(0, PROOF_POINTS_BYTES));
  const nym = points && decodeG1(nymOctets);
  const b = nym && decodeG1(presentation.subarray(PROOF_END, RANGE_POINT_END));
  if (points === undefined || nym === undefined || b === undefined) {
    return { ok: false, refusal: "point" };
  }

  const domain = domainOf(publicKey, header);
  const { challenge, messages } = scalars;
  const commitments = recommit(ageGenerators(), domain, HIDDEN, points, scalars);
  const ut = nymPoint(context, messages.slice(-NYMS), nym, challenge);
  const a = recommitRange(b, answers, messages[0]!, cutoff, challenge);
  // The identity has no encoding, and no honest answers lead to it.
  const { t1, t2 } = commitments;
  if ([t1, t2, ut, a].some((point) => point.is0())) return { ok: false, refusal: "proof" };
  const made = { ...points, ...commitments };
  const expected = challengeOf(made, nym, ut, domain, ph, context, { b, a }, cutoff);
  const proven = expected === challenge && pairsEqually(points.abar, publicKey.lines, points.bbar);
  return proven ? { ok: true, nym: Uint8Array.from(nymOctets) } : { ok: false, refusal: "proof" };
}

function domainOf(publicKey: PublicKey, header: Uint8Array): bigint {
  const signed = headerWithNyms(header, NYMS);
  return calculateDomain(AGE_V1, publicKey.octets, ageGenerators(), signed);
}

function challengeOf(
  { abar, bbar, d, t1, t2 }: ProofPoints & Commitments,
  nym: G1Point,
  ut: G1Point,
  domain: bigint,
  ph: Uint8Array,
  context: NymContext,
  range: RangeCommitment,
  cutoff: number,
): bigint {
  const octets = concat(
    challengeOctets(HIDDEN, [abar, bbar, d, t1, t2, nym, ut], domain, ph),
    withLength(context.octets),
    rangeOctets(range, cutoff),
  );
  return hashToScalar(AGE_V1, octets, `${AGE_V1.apiId}H2S_`);
}
