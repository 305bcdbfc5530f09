/**
 * BBS signatures (draft-irtf-cfrg-bbs-signatures): keys (3.4), domain (4.2.3), signing and
 * verifying (3.6). A signature is A || e, 80 bytes. What comes from outside and is not well formed
 * gives undefined or false; a caller's own mistake throws RangeError.
 */
import { concat, i2osp8, utf8, withLength, type Bytes } from "../bytes.ts";
import { pairsEqually, linesOf, type Lines } from "../bls/pairing.ts";
import {
  G1_BYTES,
  G2,
  decodeG1,
  decodeG2,
  encodeG1,
  encodeG2,
  type G1Point,
} from "../bls/points.ts";
import {
  SCALAR_BYTES,
  decodeScalars,
  encodeScalar,
  invertSecret,
  mod,
  randomScalar,
  reduce,
} from "../bls/scalars.ts";
import { sum, times } from "../bls/sums.ts";
import type { Generators } from "./generators.ts";
import { hashToScalar, type Scheme, type Suite } from "./suite.ts";

export const SIGNATURE_BYTES = G1_BYTES + SCALAR_BYTES;

export interface PublicKey {
  readonly octets: Bytes;
  /** Lines of the pairing, made on first use and kept. */
  readonly lines: Lines;
}

export interface Signature {
  readonly a: G1Point;
  readonly e: bigint;
}

const KEY_MATERIAL_MIN_BYTES = 32;
const KEY_INFO_MAX_BYTES = 65_535;

/** KeyGen: a secret key from at least 32 secret bytes. */
export function generateSecretKey(
  suite: Suite,
  material: Uint8Array,
  info: Uint8Array = new Uint8Array(),
  dst: string = `${suite.id}H2G_HM2S_KEYGEN_DST_`,
): bigint {
  if (material.length < KEY_MATERIAL_MIN_BYTES) throw new RangeError("too little key material");
  if (info.length > KEY_INFO_MAX_BYTES) throw new RangeError("key info is too long");
  const length = Uint8Array.of(info.length >> 8, info.length & 0xff);
  return reduce(suite.expand(concat(material, length, info), utf8(dst), 48));
}

/** SkToPk */
export function publicKeyOf(secretKey: bigint): Bytes {
  return encodeG2(G2.BASE.multiply(secretKey));
}

/** undefined for what is not a point of G2 in its compressed encoding, or is the identity. */
export function readPublicKey(octets: Uint8Array): PublicKey | undefined {
  const point = decodeG2(octets);
  if (point === undefined) return undefined;
  let lines: Lines | undefined;
  return {
    octets: Uint8Array.from(octets),
    get lines() {
      return (lines ??= linesOf(point));
    },
  };
}

/** calculate_domain: what a signature covers beside its messages. */
export function calculateDomain(
  scheme: Scheme,
  publicKey: Uint8Array,
  generators: Generators,
  header: Uint8Array,
): bigint {
  const octets = concat(
    publicKey,
    i2osp8(generators.count),
    generators.octets,
    utf8(scheme.apiId),
    withLength(header),
  );
  return hashToScalar(scheme, octets, `${scheme.apiId}H2S_`);
}

/** messages_to_scalars, for messages that are octets. */
export function messagesToScalars(scheme: Scheme, messages: readonly Uint8Array[]): bigint[] {
  const dst = `${scheme.apiId}MAP_MSG_TO_SCALAR_AS_HASH_`;
  return messages.map((message) => hashToScalar(scheme, message, dst));
}

/** P1 + Q_1·domain + Σ H_i·m_i */
export function signedPoint(
  generators: Generators,
  domain: bigint,
  messages: readonly bigint[],
): G1Point {
  return sum(generators.products([1n, domain, ...messages]));
}

export function sign(
  scheme: Scheme,
  secretKey: bigint,
  generators: Generators,
  header: Uint8Array,
  messages: readonly bigint[],
): Bytes {
  const domain = calculateDomain(scheme, publicKeyOf(secretKey), generators, header);
  const octets = concat(...[secretKey, ...messages, domain].map(encodeScalar));
  const e = hashToScalar(scheme, octets, `${scheme.apiId}H2S_`);
  return encodeSignature(signPoint(secretKey, e, signedPoint(generators, domain, messages)));
}

/**
 * A = B·1/(SK + e). Multiplying in G1 takes a fixed number of steps but is not blinded, so the
 * secret factor comes as two summands that are random each time.
 */
export function signPoint(secretKey: bigint, e: bigint, b: G1Point): Signature {
  const inverse = invertSecret(mod(secretKey + e));
  for (;;) {
    const first = randomScalar();
    const second = mod(inverse - first);
    if (second !== 0n) return { a: b.multiply(first).add(b.multiply(second)), e };
  }
}

export function encodeSignature({ a, e }: Signature): Bytes {
  return concat(encodeG1(a), encodeScalar(e));
}

export function decodeSignature(octets: Uint8Array): Signature | undefined {
  if (octets.length !== SIGNATURE_BYTES) return undefined;
  const [e] = decodeScalars(octets.subarray(G1_BYTES), 1, true) ?? [];
  const a = e === undefined ? undefined : decodeG1(octets.subarray(0, G1_BYTES));
  return a === undefined || e === undefined ? undefined : { a, e };
}

export function verify(
  scheme: Scheme,
  publicKey: PublicKey,
  signature: Uint8Array,
  generators: Generators,
  header: Uint8Array,
  messages: readonly bigint[],
): boolean {
  const decoded = decodeSignature(signature);
  if (decoded === undefined || messages.length !== generators.count) return false;
  const { a, e } = decoded;
  const domain = calculateDomain(scheme, publicKey.octets, generators, header);
  const b = sum([...generators.products([1n, domain, ...messages]), times(a, mod(-e))]);
  // e(A, W + P2·e) = e(B, P2), with A·e brought to the other side.
  return pairsEqually(a, publicKey.lines, b);
}
