/**
 * age-v1: the names and generators of our credential (docs/age-proof.md). Three messages are signed:
 *
 *   m0  the birth day, days since 1900-01-01, an integer that is not hashed    under H_1
 *   m1  secret_prover_blind                                                     under Q_2
 *   m2  the nym secret                                                          under J_1
 */
import { G1, type G1Point } from "../bls/points.ts";
import { tableOf, type Table } from "../bls/sums.ts";
import { generatorsOf, type Generators } from "../bbs/generators.ts";
import { SHA_256_SUITE, type Scheme } from "../bbs/suite.ts";
import { BLIND_GENERATORS, GENERATORS, RANGE_GENERATORS } from "./constants.ts";

export const AGE_V1: Scheme = {
  suite: SHA_256_SUITE,
  apiId: `${SHA_256_SUITE.id}AGE_V1_H2G_INT_PSEUDONYM_`,
};

/** Bits of the range: 65,535 days are 179 years. */
export const RANGE_BITS = 16;

/**
 * 2^(width-2) odd multiples per generator, made once per isolate, and 256/(width+1) additions in every
 * proof: 32 of each. Wider would double the first to save four of the second.
 */
const TABLE_WIDTH = 7;

export interface RangeTables {
  readonly h: Table;
  /** Of the bits. */
  readonly g: readonly Table[];
  /** Of the products that are zero for bits alone. */
  readonly k: readonly Table[];
}

// Made on first use: a Worker's module scope must stay quick.
let signed: Generators | undefined;
let blind: readonly G1Point[] | undefined;
let range: RangeTables | undefined;

/** Q_1, H_1, Q_2, J_1 */
export function ageGenerators(): Generators {
  return (signed ??= generatorsOf(
    SHA_256_SUITE.p1,
    [...GENERATORS, ...BLIND_GENERATORS].map(pointOf),
    TABLE_WIDTH,
  ));
}

/** Q_2, J_1 */
export function ageBlindGenerators(): readonly G1Point[] {
  return (blind ??= BLIND_GENERATORS.map(pointOf));
}

export function rangeTables(): RangeTables {
  if (range === undefined) {
    const [h, ...rest] = RANGE_GENERATORS.map((point) => tableOf(pointOf(point), TABLE_WIDTH));
    range = { h: h!, g: rest.slice(0, RANGE_BITS), k: rest.slice(RANGE_BITS) };
  }
  return range;
}

function pointOf([x, y]: readonly [string, string]): G1Point {
  return G1.fromAffine({ x: BigInt(`0x${x}`), y: BigInt(`0x${y}`) });
}
