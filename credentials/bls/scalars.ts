/**
 * Scalars: integers modulo r, the order of BLS12-381's three groups. 32 bytes, big-endian, in the
 * one encoding that is below r.
 */
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { bytesToNumberBE, numberToBytesBE } from "@noble/curves/utils.js";
import { randomBytes } from "@noble/hashes/utils.js";
import type { Bytes } from "../bytes.ts";

export const SCALAR_BYTES = 32;
/** r */
export const ORDER = bls12_381.fields.Fr.ORDER;

/** Where scalars come from: `count` of them, uniform in 1 … r-1. An argument, so that tests can replay. */
export type RandomScalars = (count: number) => bigint[];

/** 384 bits reduced modulo r are within 2^-128 of uniform (RFC 9380, 5.1). */
const WIDE_BYTES = 48;

export function randomScalar(): bigint {
  for (;;) {
    const scalar = reduce(randomBytes(WIDE_BYTES));
    if (scalar !== 0n) return scalar;
  }
}

export const randomScalars: RandomScalars = (count) => Array.from({ length: count }, randomScalar);

/** OS2IP(bytes) mod r */
export function reduce(bytes: Uint8Array): bigint {
  return bytesToNumberBE(bytes) % ORDER;
}

/** The representative in 0 … r-1. */
export function mod(value: bigint): bigint {
  const rest = value % ORDER;
  return rest < 0n ? rest + ORDER : rest;
}

/**
 * 1/value mod r. The algorithm's time depends on what it inverts, so it is given a random multiple
 * of a secret instead.
 */
export function invertSecret(value: bigint): bigint {
  const mask = randomScalar();
  return mod(bls12_381.fields.Fr.inv(mod(value * mask)) * mask);
}

export function encodeScalar(scalar: bigint): Bytes {
  return numberToBytesBE(scalar, SCALAR_BYTES) as Bytes;
}

/** undefined for what is not the encoding of 0 … r-1. */
export function decodeScalar(bytes: Uint8Array): bigint | undefined {
  if (bytes.length !== SCALAR_BYTES) return undefined;
  const scalar = bytesToNumberBE(bytes);
  return scalar < ORDER ? scalar : undefined;
}

/** `count` scalars one after another; undefined when one is not canonical, or zero where `nonZero`. */
export function decodeScalars(
  bytes: Uint8Array,
  count: number,
  nonZero: boolean,
): bigint[] | undefined {
  if (bytes.length !== count * SCALAR_BYTES) return undefined;
  const scalars: bigint[] = [];
  for (let i = 0; i < count; i++) {
    const scalar = decodeScalar(bytes.subarray(i * SCALAR_BYTES, (i + 1) * SCALAR_BYTES));
    if (scalar === undefined || (nonZero && scalar === 0n)) return undefined;
    scalars.push(scalar);
  }
  return scalars;
}
