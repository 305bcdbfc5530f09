/**
 * "Born on or before the cutoff", inside the proof: cutoff − m0 = Σ 2^i·b_i with sixteen b_i that are
 * each 0 or 1 (a bit argument after Bootle and Groth, EUROCRYPT 2018; docs/age-proof.md has the
 * equations). Its challenge is the BBS proof's own, and f_0 is not sent but follows from the answer
 * for the signed birth day: that is what ties the range to it.
 */
import { concat, i2osp8, utf8, type Bytes } from "../bytes.ts";
import { encodeG1, type G1Point } from "../bls/points.ts";
import { mod, type RandomScalars } from "../bls/scalars.ts";
import { sum, times, type Product } from "../bls/sums.ts";
import { RANGE_BITS, rangeTables } from "./scheme.ts";

/** f_1 … f_15 and z. */
export const RANGE_SCALARS = RANGE_BITS;

export interface RangeNonces {
  /** a_0 … a_15 */
  readonly bits: readonly bigint[];
  readonly rho: bigint;
  readonly sigma: bigint;
}

export interface RangeCommitment {
  /** Sent. */
  readonly b: G1Point;
  /** Only hashed. */
  readonly a: G1Point;
}

export function drawRangeNonces(random: RandomScalars): RangeNonces {
  const [rho = 0n, sigma = 0n, ...bits] = random(2 + RANGE_BITS);
  return { bits, rho, sigma };
}

/** The nonce that the BBS proof must use for the birth day: −Σ 2^i·a_i. */
export function birthDayNonce({ bits }: RangeNonces): bigint {
  return mod(-weighted(bits));
}

/** `delta` is cutoff − m0, 0 … 65535. */
export function commitRange(delta: number, { bits: a, rho, sigma }: RangeNonces): RangeCommitment {
  const b = bitsOf(delta);
  const { h, g, k } = rangeTables();
  return {
    b: sum([
      { table: h, scalar: rho },
      ...products(g, (i) => b[i]!),
      ...products(k, (i) => (b[i] === 0n ? a[i]! : mod(-a[i]!))),
    ]),
    a: sum([
      { table: h, scalar: sigma },
      ...products(g, (i) => a[i]!),
      ...products(k, (i) => mod(-a[i]! * a[i]!)),
    ]),
  };
}

/** f_1 … f_15, z */
export function answerRange(
  delta: number,
  { bits: a, rho, sigma }: RangeNonces,
  challenge: bigint,
): bigint[] {
  const f = bitsOf(delta).map((bit, i) => mod(a[i]! + challenge * bit));
  return [...f.slice(1), mod(sigma + challenge * rho)];
}

/** A as it must have been; the identity, which no honest answer gives, is left to the caller. */
export function recommitRange(
  b: G1Point,
  answers: readonly bigint[],
  birthDayAnswer: bigint,
  cutoff: number,
  challenge: bigint,
): G1Point {
  const z = answers.at(-1)!;
  const rest = answers.slice(0, -1);
  const first = mod(challenge * BigInt(cutoff) - birthDayAnswer - weighted([0n, ...rest]));
  const f = [first, ...rest];
  const { h, g, k } = rangeTables();
  return sum([
    { table: h, scalar: z },
    ...products(g, (i) => f[i]!),
    ...products(k, (i) => mod(f[i]! * (challenge - f[i]!))),
    times(b, mod(-challenge)),
  ]);
}

/** What the challenge hashes after everything that BBS and the pseudonym have in it. */
export function rangeOctets({ b, a }: RangeCommitment, cutoff: number): Bytes {
  return concat(utf8("RANGE_GE_V1"), i2osp8(cutoff), i2osp8(RANGE_BITS), encodeG1(b, a));
}

function products(tables: readonly Product["table"][], scalar: (i: number) => bigint): Product[] {
  return tables.map((table, i) => ({ table, scalar: scalar(i) }));
}

/** Σ 2^i·values[i] */
function weighted(values: readonly bigint[]): bigint {
  return values.reduceRight((total, value) => 2n * total + value, 0n);
}

function bitsOf(delta: number): bigint[] {
  return Array.from({ length: RANGE_BITS }, (_, i) => BigInt((delta >> i) & 1));
}
