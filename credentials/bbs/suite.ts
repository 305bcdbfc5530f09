/**
 * BBS ciphersuites (draft-irtf-cfrg-bbs-signatures, section 7): how a suite hashes, and from that
 * its scalars (4.2.2, hash_to_scalar) and generators (4.1.1, create_generators).
 */
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { expand_message_xmd } from "@noble/curves/abstract/hash-to-curve.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import { concat, i2osp8, utf8, type Bytes } from "../bytes.ts";
import { G1, type G1Point } from "../bls/points.ts";
import { reduce } from "../bls/scalars.ts";

export interface Suite {
  /** ciphersuite_id */
  readonly id: string;
  /** P1, the fixed base of every signature. */
  readonly p1: G1Point;
  /** expand_message of RFC 9380, 5.3. */
  expand(message: Uint8Array, dst: Uint8Array, length: number): Bytes;
  /** hash_to_curve of RFC 9380 to G1, random oracle. */
  hashToCurve(message: Uint8Array, dst: Uint8Array): G1Point;
}

/** A suite as one interface uses it: the api_id separates BBS, blind BBS, pseudonyms and age-v1. */
export interface Scheme {
  readonly suite: Suite;
  readonly apiId: string;
}

/** expand_len: 48 bytes reduced modulo r are as good as uniform. */
const EXPAND_BYTES = 48;

export const SHA_256_SUITE: Suite = {
  id: "BBS_BLS12381G1_XMD:SHA-256_SSWU_RO_",
  p1: G1.fromAffine(
    G1.fromBytes(
      hexToBytes(
        "a8ce256102840821a3e94ea9025e4662b205762f9776b3a766c872b948f1fd225e7c59698588e70d11406d161b4e28c9",
      ),
    ).toAffine(),
  ),
  expand: (message, dst, length) => expand_message_xmd(message, dst, length, sha256) as Bytes,
  hashToCurve: (message, dst) => bls12_381.G1.hashToCurve(message, { DST: dst }),
};

export function hashToScalar({ suite }: Scheme, message: Uint8Array, dst: string): bigint {
  return reduce(suite.expand(message, utf8(dst), EXPAND_BYTES));
}

/** `count` points that nobody knows a relation between. 2 ms each: what ships are constants. */
export function createGenerators(suite: Suite, count: number, apiId: string): G1Point[] {
  const seedDst = utf8(`${apiId}SIG_GENERATOR_SEED_`);
  const generatorDst = utf8(`${apiId}SIG_GENERATOR_DST_`);
  let seed = suite.expand(utf8(`${apiId}MESSAGE_GENERATOR_SEED`), seedDst, EXPAND_BYTES);
  return Array.from({ length: count }, (_, index) => {
    seed = suite.expand(concat(seed, i2osp8(index + 1)), seedDst, EXPAND_BYTES);
    return suite.hashToCurve(seed, generatorDst);
  });
}
