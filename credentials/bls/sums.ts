/**
 * Sums of multiples, Σ s_i·P_i, with the doublings shared between all of them (interleaved wNAF;
 * Möller, "Algorithms for Multi-exponentiation", 2001). A table of odd multiples is made once per
 * point; a wide one pays off for a point that is used again and again.
 *
 * Takes different time for different scalars: for verification, and for proofs on a person's own
 * device. An issuer's key never comes here.
 */
import { G1, type G1Point } from "./points.ts";
import { encodeScalar } from "./scalars.ts";

/** P, 3P, 5P … (2^(width-1) - 1)·P */
export interface Table {
  readonly width: number;
  readonly odd: readonly G1Point[];
}

/** For a point that is met once: making the table costs more than a wider one saves. */
const WIDTH_ONCE = 4;
const BITS = 256;

export function tableOf(point: G1Point, width: number = WIDTH_ONCE): Table {
  const double = point.double();
  const odd = [point];
  for (let last = point; odd.length < 2 ** (width - 2);) odd.push((last = last.add(double)));
  return { width, odd };
}

export interface Product {
  readonly table: Table;
  /** 0 … r-1 */
  readonly scalar: bigint;
}

export function times(point: G1Point, scalar: bigint): Product {
  return { table: tableOf(point), scalar };
}

export function sum(products: readonly Product[]): G1Point {
  const digits = products.map(({ table, scalar }) => signedDigits(scalar, table.width));
  let total = G1.ZERO;
  for (let bit = BITS; bit >= 0; bit--) {
    if (total !== G1.ZERO) total = total.double();
    for (let i = 0; i < digits.length; i++) {
      const digit = digits[i]?.[bit] ?? 0;
      if (digit === 0) continue;
      const multiple = products[i]!.table.odd[(Math.abs(digit) - 1) >> 1]!;
      total = total.add(digit < 0 ? multiple.negate() : multiple);
    }
  }
  return total;
}

/**
 * scalar = Σ digits[i]·2^i with digits that are zero or odd and below 2^(width-1) in size, at most
 * one of `width` neighbours not zero.
 */
function signedDigits(scalar: bigint, width: number): Int8Array {
  const bytes = encodeScalar(scalar);
  const digits = new Int8Array(BITS + 1);
  const size = 2 ** width;
  let carry = 0;
  for (let at = 0; at <= BITS;) {
    if ((bitsAt(bytes, at) & 1) === carry) {
      at++;
      continue;
    }
    const word = (bitsAt(bytes, at) & (size - 1)) + carry;
    carry = word >= size / 2 ? 1 : 0;
    digits[at] = carry === 1 ? word - size : word;
    at += width;
  }
  return digits;
}

/** At least nine bits from position `at` on, lowest first, of a big-endian number. */
function bitsAt(bytes: Uint8Array, at: number): number {
  const byte = bytes.length - 1 - (at >> 3);
  return (((bytes[byte - 1] ?? 0) << 8) | (bytes[byte] ?? 0)) >> (at & 7);
}
