/**
 * Points of BLS12-381 in their compressed encodings (draft-irtf-cfrg-pairing-friendly-curves,
 * appendix C): 48 bytes in G1, 96 in G2. Decoding accepts members of the prime-order subgroup
 * except the identity, in the one encoding that each has.
 */
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { normalizeZ } from "@noble/curves/abstract/curve.js";
import { numberToBytesBE } from "@noble/curves/utils.js";
import type { WeierstrassPoint } from "@noble/curves/abstract/weierstrass.js";
import type { Fp2 } from "@noble/curves/abstract/tower.js";
import type { Bytes } from "../bytes.ts";

export const G1_BYTES = 48;
export const G2_BYTES = 96;

export type G1Point = WeierstrassPoint<bigint>;
export type G2Point = WeierstrassPoint<Fp2>;

export const G1 = bls12_381.G1.Point;
export const G2 = bls12_381.G2.Point;

const Fp = bls12_381.fields.Fp;
const COMPRESSED = 0x80;
const LARGER_Y = 0x20;
const HALF = (Fp.ORDER - 1n) / 2n;

export function decodeG1(bytes: Uint8Array): G1Point | undefined {
  return decode(G1, bytes, G1_BYTES);
}

export function decodeG2(bytes: Uint8Array): G2Point | undefined {
  return decode(G2, bytes, G2_BYTES);
}

function decode<Point extends G1Point | G2Point>(
  group: { fromBytes(bytes: Uint8Array): Point },
  bytes: Uint8Array,
  length: number,
): Point | undefined {
  if (bytes.length !== length) return undefined;
  try {
    // Checks encoding, curve and subgroup.
    const point = group.fromBytes(bytes);
    return point.is0() ? undefined : point;
  } catch {
    return undefined;
  }
}

/**
 * The encodings of some points one after another, with one inversion for all of them. For results
 * of our own arithmetic: `toBytes` would test each for membership again. RangeError for the identity.
 */
export function encodeG1(...points: readonly G1Point[]): Bytes {
  const bytes = new Uint8Array(points.length * G1_BYTES);
  if (points.some((point) => point.is0())) throw new RangeError("the identity has no place here");
  for (const [index, point] of normalizeZ(G1, [...points]).entries()) {
    const { x, y } = point.toAffine();
    const at = index * G1_BYTES;
    bytes.set(numberToBytesBE(x, G1_BYTES), at);
    bytes[at] = (bytes[at] ?? 0) | COMPRESSED | (y > HALF ? LARGER_Y : 0);
  }
  return bytes;
}

export function encodeG2(point: G2Point): Bytes {
  return point.toBytes() as Bytes;
}
