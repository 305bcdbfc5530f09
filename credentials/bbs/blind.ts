/**
 * Blind BBS (draft-irtf-cfrg-bbs-blind-signatures): the signer signs messages of its own and some
 * that it sees only as a commitment C = Q_2·blind + Σ J_i·m_i with a proof of knowledge.
 *
 *   commitment with proof = C || s^ || m^_1 … m^_M || challenge              48 + 32·(2 + M)
 *
 * Where text and published vectors differ (e of a blind signature), the vectors are followed.
 */
import { concat, i2osp8, type Bytes } from "../bytes.ts";
import { G1_BYTES, decodeG1, encodeG1, type G1Point } from "../bls/points.ts";
import {
  SCALAR_BYTES,
  decodeScalars,
  encodeScalar,
  mod,
  randomScalars,
  type RandomScalars,
} from "../bls/scalars.ts";
import { sum, times } from "../bls/sums.ts";
import { calculateDomain, encodeSignature, publicKeyOf, signPoint } from "./core.ts";
import type { Generators } from "./generators.ts";
import { hashToScalar, type Scheme } from "./suite.ts";

export interface Commitment {
  readonly octets: Bytes;
  /** secret_prover_blind: the holder keeps it, it is a signed message from here on. */
  readonly blind: bigint;
}

/** CoreCommit. `blindGenerators` are Q_2, J_1 … J_M for M messages. */
export function commitBlind(
  scheme: Scheme,
  blindGenerators: readonly G1Point[],
  messages: readonly bigint[],
  random: RandomScalars = randomScalars,
): Commitment {
  const [blind = 0n, ...tildes] = random(messages.length + 2);
  const point = combine(blindGenerators, [blind, ...messages]);
  const challenge = blindChallenge(
    scheme,
    blindGenerators,
    point,
    combine(blindGenerators, tildes),
  );
  const hats = [blind, ...messages].map((secret, i) => mod(tildes[i]! + secret * challenge));
  const octets = concat(encodeG1(point), ...[...hats, challenge].map(encodeScalar));
  return { octets, blind };
}

/** deserialize_and_validate_commit: C, or undefined when it is not proven to be known. */
export function openCommitment(
  scheme: Scheme,
  blindGenerators: readonly G1Point[],
  octets: Uint8Array,
): G1Point | undefined {
  const count = blindGenerators.length + 1;
  if (octets.length !== G1_BYTES + count * SCALAR_BYTES) return undefined;
  const scalars = decodeScalars(octets.subarray(G1_BYTES), count, true);
  const point = scalars && decodeG1(octets.subarray(0, G1_BYTES));
  if (scalars === undefined || point === undefined) return undefined;
  const challenge = scalars.at(-1)!;
  const hats = combine(blindGenerators, scalars.slice(0, -1));
  const committed = hats.add(sum([times(point, mod(-challenge))]));
  if (committed.is0()) return undefined;
  return blindChallenge(scheme, blindGenerators, point, committed) === challenge
    ? point
    : undefined;
}

/**
 * FinalizeBlindSign. `generators` are Q_1, H_1 … H_L, Q_2, J_1 … J_M; `messages` the signer's own
 * values in that order, zero where only the commitment has one. RangeError when the sum is the
 * identity, which nobody can bring about.
 */
export function signBlind(
  scheme: Scheme,
  secretKey: bigint,
  generators: Generators,
  header: Uint8Array,
  messages: readonly bigint[],
  commitment: G1Point | undefined,
): Bytes {
  const domain = calculateDomain(scheme, publicKeyOf(secretKey), generators, header);
  let b = sum(generators.products([1n, domain, ...messages]));
  if (commitment !== undefined) b = b.add(commitment);
  const octets = concat(encodeScalar(secretKey), encodeG1(b));
  const e = hashToScalar(scheme, octets, `${scheme.apiId}H2S_`);
  return encodeSignature(signPoint(secretKey, e, b));
}

function combine(points: readonly G1Point[], scalars: readonly bigint[]): G1Point {
  return sum(points.map((point, index) => times(point, scalars[index]!)));
}

/** calculate_blind_challenge */
function blindChallenge(
  scheme: Scheme,
  blindGenerators: readonly G1Point[],
  commitment: G1Point,
  committed: G1Point,
): bigint {
  const octets = concat(
    i2osp8(blindGenerators.length - 1),
    encodeG1(...blindGenerators, commitment, committed),
  );
  return hashToScalar(scheme, octets, `${scheme.apiId}H2S_`);
}
