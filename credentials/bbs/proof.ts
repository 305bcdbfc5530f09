/**
 * Proof of knowledge of a BBS signature (draft-irtf-cfrg-bbs-signatures, 3.7): first what is
 * committed to (ProofInit), then the challenge over it, then the answers (ProofFinalize). Its
 * extensions (pseudonym, age) add to the challenge between the first and the last step.
 *
 *   proof = Abar || Bbar || D || e^ || r1^ || r3^ || m^_j … || challenge     144 + 32·(4 + hidden)
 */
import { concat, i2osp8, withLength, type Bytes } from "../bytes.ts";
import { pairsEqually } from "../bls/pairing.ts";
import { G1_BYTES, decodeG1, encodeG1, type G1Point } from "../bls/points.ts";
import {
  SCALAR_BYTES,
  decodeScalars,
  encodeScalar,
  invertSecret,
  mod,
  randomScalars,
  type RandomScalars,
} from "../bls/scalars.ts";
import { sum, tableOf, times } from "../bls/sums.ts";
import {
  calculateDomain,
  decodeSignature,
  signedPoint,
  type PublicKey,
  type Signature,
} from "./core.ts";
import type { Generators } from "./generators.ts";
import { hashToScalar, type Scheme } from "./suite.ts";

/** The three points that travel. */
export interface ProofPoints {
  readonly abar: G1Point;
  readonly bbar: G1Point;
  readonly d: G1Point;
}

/** The two that are only hashed. */
export interface Commitments {
  readonly t1: G1Point;
  readonly t2: G1Point;
}

export interface ProofScalars {
  readonly e: bigint;
  readonly r1: bigint;
  readonly r3: bigint;
  /** Of the hidden messages, in order. */
  readonly messages: readonly bigint[];
  readonly challenge: bigint;
}

/** Random for every proof: two proofs from the same ones would give the messages away. */
export interface Nonces {
  readonly r1: bigint;
  readonly r2: bigint;
  readonly e: bigint;
  readonly r1Tilde: bigint;
  readonly r3Tilde: bigint;
  /** One for each hidden message. */
  readonly messages: readonly bigint[];
}

export const PROOF_POINTS_BYTES = 3 * G1_BYTES;
const FIXED_SCALARS = 4;

export function drawNonces(random: RandomScalars, hidden: number): Nonces {
  const [r1 = 0n, r2 = 0n, e = 0n, r1Tilde = 0n, r3Tilde = 0n, ...messages] = random(5 + hidden);
  return { r1, r2, e, r1Tilde, r3Tilde, messages };
}

/** A message is hidden, or disclosed with its value. */
export type Disclosure = readonly (bigint | undefined)[];

/** ProofInit */
export function commit(
  generators: Generators,
  { a, e }: Signature,
  domain: bigint,
  messages: readonly bigint[],
  disclosure: Disclosure,
  nonces: Nonces,
): ProofPoints & Commitments {
  const d = sum([times(signedPoint(generators, domain, messages), nonces.r2)]);
  const dTable = tableOf(d);
  const abar = sum([times(a, mod(nonces.r1 * nonces.r2))]);
  const abarTable = tableOf(abar);
  const bbar = sum([
    { table: dTable, scalar: nonces.r1 },
    { table: abarTable, scalar: mod(-e) },
  ]);
  const t1 = sum([
    { table: abarTable, scalar: nonces.e },
    { table: dTable, scalar: nonces.r1Tilde },
  ]);
  const spread = spreadHidden(disclosure, nonces.messages, () => 0n);
  const t2 = sum([
    ...generators.products([0n, 0n, ...spread]),
    { table: dTable, scalar: nonces.r3Tilde },
  ]);
  return { abar, bbar, d, t1, t2 };
}

/** ProofFinalize */
export function answer(
  { e }: Signature,
  messages: readonly bigint[],
  disclosure: Disclosure,
  nonces: Nonces,
  challenge: bigint,
): ProofScalars {
  const hidden = messages.filter((_, index) => disclosure[index] === undefined);
  return {
    e: mod(nonces.e + e * challenge),
    r1: mod(nonces.r1Tilde - nonces.r1 * challenge),
    r3: mod(nonces.r3Tilde - invertSecret(nonces.r2) * challenge),
    messages: hidden.map((message, index) => mod(nonces.messages[index]! + message * challenge)),
    challenge,
  };
}

/** ProofVerifyInit: what must have been committed to, if the answers are right. */
export function recommit(
  generators: Generators,
  domain: bigint,
  disclosure: Disclosure,
  { abar, bbar, d }: ProofPoints,
  { e, r1, r3, messages, challenge }: ProofScalars,
): Commitments {
  const dTable = tableOf(d);
  const t1 = sum([times(bbar, challenge), times(abar, e), { table: dTable, scalar: r1 }]);
  const spread = spreadHidden(disclosure, messages, (disclosed) => mod(disclosed * challenge));
  const t2 = sum([
    ...generators.products([challenge, mod(domain * challenge), ...spread]),
    { table: dTable, scalar: r3 },
  ]);
  return { t1, t2 };
}

/** One scalar per message: the next of `hidden`, or what becomes of the disclosed value. */
function spreadHidden(
  disclosure: Disclosure,
  hidden: readonly bigint[],
  ofDisclosed: (value: bigint) => bigint,
): bigint[] {
  let next = 0;
  return disclosure.map((value) => (value === undefined ? hidden[next++]! : ofDisclosed(value)));
}

/** serialize(R, i_1, msg_1, …, points, domain) || I2OSP(length(ph), 8) || ph */
export function challengeOctets(
  disclosure: Disclosure,
  points: readonly G1Point[],
  domain: bigint,
  ph: Uint8Array,
): Bytes {
  const disclosed = [...disclosure.entries()].filter(([, value]) => value !== undefined);
  return concat(
    i2osp8(disclosed.length),
    ...disclosed.flatMap(([index, value]) => [i2osp8(index), encodeScalar(value!)]),
    encodeG1(...points),
    encodeScalar(domain),
    withLength(ph),
  );
}

export function encodeProof({ abar, bbar, d }: ProofPoints, scalars: ProofScalars): Bytes {
  const { e, r1, r3, messages, challenge } = scalars;
  const encoded = [e, r1, r3, ...messages, challenge].map(encodeScalar);
  return concat(encodeG1(abar, bbar, d), ...encoded);
}

/** octets_to_proof in its two halves: the scalars, which are cheap to refuse, come first. */
export function decodeProofScalars(octets: Uint8Array, hidden: number): ProofScalars | undefined {
  const scalars = decodeScalars(octets, FIXED_SCALARS + hidden, true);
  if (scalars === undefined) return undefined;
  const [e = 0n, r1 = 0n, r3 = 0n, ...rest] = scalars;
  return { e, r1, r3, messages: rest.slice(0, -1), challenge: rest.at(-1)! };
}

export function decodeProofPoints(octets: Uint8Array): ProofPoints | undefined {
  if (octets.length !== PROOF_POINTS_BYTES) return undefined;
  const abar = decodeG1(octets.subarray(0, G1_BYTES));
  const bbar = abar && decodeG1(octets.subarray(G1_BYTES, 2 * G1_BYTES));
  const d = bbar && decodeG1(octets.subarray(2 * G1_BYTES));
  return abar && bbar && d && { abar, bbar, d };
}

export function proofBytes(hidden: number): number {
  return PROOF_POINTS_BYTES + SCALAR_BYTES * (FIXED_SCALARS + hidden);
}

/** CoreProofGen. undefined when the signature is not well formed; it is not verified again. */
export function prove(
  scheme: Scheme,
  publicKey: PublicKey,
  signature: Uint8Array,
  generators: Generators,
  header: Uint8Array,
  ph: Uint8Array,
  messages: readonly bigint[],
  disclosedIndexes: readonly number[],
  random: RandomScalars = randomScalars,
): Bytes | undefined {
  const decoded = decodeSignature(signature);
  if (decoded === undefined) return undefined;
  const disclosure = disclose(messages, disclosedIndexes);
  const domain = calculateDomain(scheme, publicKey.octets, generators, header);
  const nonces = drawNonces(random, messages.length - disclosedIndexes.length);
  const made = commit(generators, decoded, domain, messages, disclosure, nonces);
  const { abar, bbar, d, t1, t2 } = made;
  const octets = challengeOctets(disclosure, [abar, bbar, d, t1, t2], domain, ph);
  const challenge = hashToScalar(scheme, octets, `${scheme.apiId}H2S_`);
  return encodeProof(made, answer(decoded, messages, disclosure, nonces, challenge));
}

/** CoreProofVerify. `disclosure` has one entry for each signed message. */
export function verifyProof(
  scheme: Scheme,
  publicKey: PublicKey,
  proof: Uint8Array,
  generators: Generators,
  header: Uint8Array,
  ph: Uint8Array,
  disclosure: Disclosure,
): boolean {
  const hidden = disclosure.filter((value) => value === undefined).length;
  if (disclosure.length !== generators.count || proof.length !== proofBytes(hidden)) return false;
  const scalars = decodeProofScalars(proof.subarray(PROOF_POINTS_BYTES), hidden);
  const points = scalars && decodeProofPoints(proof.subarray(0, PROOF_POINTS_BYTES));
  if (scalars === undefined || points === undefined) return false;
  const domain = calculateDomain(scheme, publicKey.octets, generators, header);
  const { t1, t2 } = recommit(generators, domain, disclosure, points, scalars);
  const { abar, bbar, d } = points;
  // Answers that hit the identity are nobody's honest ones; it has no encoding here.
  if (t1.is0() || t2.is0()) return false;
  const octets = challengeOctets(disclosure, [abar, bbar, d, t1, t2], domain, ph);
  if (hashToScalar(scheme, octets, `${scheme.apiId}H2S_`) !== scalars.challenge) return false;
  return pairsEqually(abar, publicKey.lines, bbar);
}

/** Indexes ascend, each once. */
export function disclose(messages: readonly bigint[], indexes: readonly number[]): Disclosure {
  const chosen = new Set(indexes);
  if (chosen.size !== indexes.length || indexes.some((index) => !(index in messages))) {
    throw new RangeError("an index that is no message's, or twice the same");
  }
  return messages.map((message, index) => (chosen.has(index) ? message : undefined));
}
