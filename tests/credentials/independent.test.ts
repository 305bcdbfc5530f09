/** The same signatures and proofs as an independent library, each checking what the other made. */
import * as other from "@digitalbazaar/bbs-signatures";
import { describe, expect, test } from "vitest";
import {
  messagesToScalars,
  publicKeyOf,
  readPublicKey,
  sign,
  verify,
} from "../../credentials/bbs/core.ts";
import { generatorsOf } from "../../credentials/bbs/generators.ts";
import { disclose, prove, verifyProof } from "../../credentials/bbs/proof.ts";
import { SHA_256_SUITE } from "../../credentials/bbs/suite.ts";
import { encodeScalar, reduce } from "../../credentials/bls/scalars.ts";
import { utf8 } from "../../credentials/bytes.ts";
import { bytesOf, flipped, hex } from "../e2ee/kit.ts";
import { someGenerators } from "./kit.ts";

const scheme = { suite: SHA_256_SUITE, apiId: `${SHA_256_SUITE.id}H2G_HM2S_` };
const ciphersuite = "BLS12-381-SHA-256";

describe("BBS: both ways with @digitalbazaar/bbs-signatures", () => {
  const scalar = reduce(bytesOf("key", 48));
  const octets = publicKeyOf(scalar);
  const publicKey = readPublicKey(octets)!;
  const [header, ph] = [utf8("header"), utf8("presentation")];

  test.for([
    [1, []],
    [1, [0]],
    [4, [1, 3]],
    [9, [0, 1, 2, 3, 4, 5, 6, 7, 8]],
  ] as const)("%d messages, disclosing %j", async ([count, indexes]) => {
    const messages = Array.from({ length: count }, (_, i) => bytesOf(`message ${i}`, 5 * i));
    const scalars = messagesToScalars(scheme, messages);
    const generators = generatorsOf(
      SHA_256_SUITE.p1,
      someGenerators(SHA_256_SUITE, scheme.apiId, count + 1),
    );
    const secretKey = encodeScalar(scalar);
    const theirs = await other.sign({
      secretKey,
      publicKey: octets,
      header,
      messages,
      ciphersuite,
    });
    const ours = sign(scheme, scalar, generators, header, scalars);
    expect(hex(ours)).toBe(hex(theirs));
    expect(verify(scheme, publicKey, theirs, generators, header, scalars)).toBe(true);

    const disclosure = disclose(scalars, indexes);
    const theirProof = await other.deriveProof({
      publicKey: octets,
      signature: theirs,
      header,
      messages,
      presentationHeader: ph,
      disclosedMessageIndexes: [...indexes],
      ciphersuite,
    });
    const check = (proof: Uint8Array) =>
      verifyProof(scheme, publicKey, proof, generators, header, ph, disclosure);
    expect(check(theirProof)).toBe(true);
    expect(check(flipped(theirProof, theirProof.length - 1))).toBe(false);

    const ourProof = prove(scheme, publicKey, ours, generators, header, ph, scalars, indexes)!;
    const theirVerdict = (proof: Uint8Array) =>
      other.verifyProof({
        publicKey: octets,
        proof,
        header,
        presentationHeader: ph,
        disclosedMessages: indexes.map((index) => messages[index]!),
        disclosedMessageIndexes: [...indexes],
        ciphersuite,
      });
    expect(await theirVerdict(ourProof)).toBe(true);
    expect(await theirVerdict(flipped(ourProof, ourProof.length - 1))).toBe(false);
  });
});
