/** Both suites of the drafts (SHAKE for vectors only; it does not ship), and chance that replays. */
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { expand_message_xof, hash_to_field } from "@noble/curves/abstract/hash-to-curve.js";
import { shake256 } from "@noble/hashes/sha3.js";
import type { Bytes } from "../../credentials/bytes.ts";
import type { G1Point } from "../../credentials/bls/points.ts";
import { reduce, type RandomScalars } from "../../credentials/bls/scalars.ts";
import { createGenerators, SHA_256_SUITE, type Suite } from "../../credentials/bbs/suite.ts";
import { unhex } from "../e2ee/kit.ts";

const { Fp } = bls12_381.fields;
const SECURITY_BITS = 128;

const SHAKE_256_SUITE: Suite = {
  id: "BBS_BLS12381G1_XOF:SHAKE-256_SSWU_RO_",
  p1: bls12_381.G1.Point.fromBytes(
    unhex(
      "8929dfbc7e6642c4ed9cba0856e493f8b9d7d5fcb0c31ef8fdcd34d50648a56c795e106e9eada6e0bda386b414150755",
    ),
  ),
  expand: (message, dst, length) =>
    expand_message_xof(message, dst, length, SECURITY_BITS, shake256) as Bytes,
  hashToCurve(message, dst) {
    const options = {
      p: Fp.ORDER,
      m: 1,
      k: SECURITY_BITS,
      expand: "xof",
      hash: shake256,
      DST: dst,
    };
    const [first, second] = hash_to_field(message, 2, options as never);
    // Clearing the cofactor is linear, so clearing before adding is the same.
    // At run time one element of a prime field is a plain number, whatever the types say.
    const map = bls12_381.G1.mapToCurve as unknown as (u: bigint) => G1Point;
    return map(first![0]!).add(map(second![0]!));
  },
};

export const SUITES = [
  { folder: "bls12-381-sha-256", suite: SHA_256_SUITE },
  { folder: "bls12-381-shake-256", suite: SHAKE_256_SUITE },
];

/** The drafts' seeded_random_scalars. */
export function replayed(suite: Suite, seed: Uint8Array, dst: Uint8Array): RandomScalars {
  return (count) => {
    const wide = suite.expand(seed, dst, 48 * count);
    return Array.from({ length: count }, (_, i) => reduce(wide.subarray(48 * i, 48 * (i + 1))));
  };
}

const made = new Map<string, ReturnType<typeof createGenerators>>();

/** Generators are costly to make, and every case wants some of the same. */
export function someGenerators(suite: Suite, apiId: string, count: number) {
  const key = `${apiId} ${suite.id}`;
  let points = made.get(key) ?? [];
  if (points.length < count) made.set(key, (points = createGenerators(suite, count, apiId)));
  return points.slice(0, count);
}

export function scalarOf(hex: string): bigint {
  return BigInt(`0x${hex}`);
}
