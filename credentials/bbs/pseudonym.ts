/**
 * Pseudonyms (draft-irtf-cfrg-bbs-per-verifier-linkability): the last N signed messages are nym
 * secrets, known to the holder alone. In one context they give always the same pseudonym; nobody
 * can tell which pseudonyms of two contexts belong together.
 *
 *   pseudonym = OP·Σ secret_i·z^i,  OP = hash_to_curve(context),  z = hash_to_scalar(context)
 *
 * The signed header is header || I2OSP(N, 8).
 */
import { concat, i2osp8, utf8, withLength, type Bytes } from "../bytes.ts";
import { pairsEqually } from "../bls/pairing.ts";
import { decodeG1, type G1Point } from "../bls/points.ts";
import { mod, randomScalars, type RandomScalars } from "../bls/scalars.ts";
import { sum, tableOf, times, type Table } from "../bls/sums.ts";
import { calculateDomain, decodeSignature, type PublicKey } from "./core.ts";
import type { Generators } from "./generators.ts";
import {
  PROOF_POINTS_BYTES,
  answer,
  challengeOctets,
  commit,
  decodeProofPoints,
  decodeProofScalars,
  disclose,
  drawNonces,
  encodeProof,
  proofBytes,
  recommit,
  type Disclosure,
} from "./proof.ts";
import { hashToScalar, type Scheme } from "./suite.ts";

/** One verifier's context, with what is worth keeping of it. */
export interface NymContext {
  readonly octets: Bytes;
  /** OP */
  readonly base: Table;
  /** z */
  readonly z: bigint;
}

/** 2 ms for the hash to the curve, so a verifier keeps it. A wider table pays off from the third proof on. */
export function nymContext(scheme: Scheme, context: Uint8Array, width = 4): NymContext {
  return {
    octets: Uint8Array.from(context),
    base: tableOf(scheme.suite.hashToCurve(context, utf8(scheme.apiId)), width),
    z: hashToScalar(scheme, context, `${scheme.apiId}VECT_NYM_SECRETS`),
  };
}

export function headerWithNyms(header: Uint8Array, nyms: number): Bytes {
  return concat(header, i2osp8(nyms));
}

/** OP·Σ scalars_i·z^i, of secrets, their nonces or their answers. */
export function nymPoint(
  { base, z }: NymContext,
  scalars: readonly bigint[],
  pseudonym?: G1Point,
  challenge = 0n,
): G1Point {
  let value = 0n;
  for (const scalar of scalars.toReversed()) value = mod(value * z + scalar);
  const product = { table: base, scalar: value };
  return sum(pseudonym === undefined ? [product] : [product, times(pseudonym, mod(-challenge))]);
}

/** CoreProofGenWithNym: the proof, and the pseudonym that it is about. */
export function proveWithNym(
  scheme: Scheme,
  publicKey: PublicKey,
  signature: Uint8Array,
  generators: Generators,
  header: Uint8Array,
  ph: Uint8Array,
  context: NymContext,
  messages: readonly bigint[],
  nyms: number,
  disclosedIndexes: readonly number[],
  random: RandomScalars = randomScalars,
): { readonly proof: Bytes; readonly pseudonym: G1Point } | undefined {
  const decoded = decodeSignature(signature);
  if (decoded === undefined) return undefined;
  const disclosure = disclose(messages, disclosedIndexes);
  const signed = headerWithNyms(header, nyms);
  const domain = calculateDomain(scheme, publicKey.octets, generators, signed);
  const nonces = drawNonces(random, messages.length - disclosedIndexes.length);
  const made = commit(generators, decoded, domain, messages, disclosure, nonces);
  const pseudonym = nymPoint(context, messages.slice(-nyms));
  const ut = nymPoint(context, nonces.messages.slice(-nyms));
  const { abar, bbar, d, t1, t2 } = made;
  const octets = concat(
    challengeOctets(disclosure, [abar, bbar, d, t1, t2, pseudonym, ut], domain, ph),
    withLength(context.octets),
  );
  const challenge = hashToScalar(scheme, octets, `${scheme.apiId}H2S_`);
  return {
    proof: encodeProof(made, answer(decoded, messages, disclosure, nonces, challenge)),
    pseudonym,
  };
}

/** CoreProofVerifyWithNym. The nym secrets are the last entries of `disclosure`, all hidden. */
export function verifyWithNym(
  scheme: Scheme,
  publicKey: PublicKey,
  proof: Uint8Array,
  generators: Generators,
  header: Uint8Array,
  ph: Uint8Array,
  context: NymContext,
  pseudonym: Uint8Array,
  nyms: number,
  disclosure: Disclosure,
): boolean {
  const hidden = disclosure.filter((value) => value === undefined).length;
  if (disclosure.length !== generators.count || proof.length !== proofBytes(hidden)) return false;
  if (nyms < 1 || disclosure.slice(-nyms).some((value) => value !== undefined)) return false;
  const scalars = decodeProofScalars(proof.subarray(PROOF_POINTS_BYTES), hidden);
  const points = scalars && decodeProofPoints(proof.subarray(0, PROOF_POINTS_BYTES));
  const nym = points && decodeG1(pseudonym);
  if (scalars === undefined || points === undefined || nym === undefined) return false;
  const signed = headerWithNyms(header, nyms);
  const domain = calculateDomain(scheme, publicKey.octets, generators, signed);
  const { t1, t2 } = recommit(generators, domain, disclosure, points, scalars);
  const ut = nymPoint(context, scalars.messages.slice(-nyms), nym, scalars.challenge);
  if (t1.is0() || t2.is0() || ut.is0()) return false;
  const { abar, bbar, d } = points;
  const octets = concat(
    challengeOctets(disclosure, [abar, bbar, d, t1, t2, nym, ut], domain, ph),
    withLength(context.octets),
  );
  if (hashToScalar(scheme, octets, `${scheme.apiId}H2S_`) !== scalars.challenge) return false;
  return pairsEqually(abar, publicKey.lines, bbar);
}
