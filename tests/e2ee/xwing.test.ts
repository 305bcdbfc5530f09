import { ml_kem768_x25519 } from "@noble/post-quantum/hybrid.js";
import { describe, expect, test } from "vitest";
import {
  encapsulate,
  generateXWingKeyPair,
  isXWingPublicKey,
  XWING_CIPHERTEXT_BYTES,
  XWING_PUBLIC_KEY_BYTES,
} from "../../e2ee/xwing.ts";
import { isNativeXWing } from "../../e2ee/xwing-native.ts";
import { encapsulateFromSeed, keyPairFromSeed } from "../../e2ee/xwing-portable.ts";
import { bytesOf, flipped, hex, unhex } from "./kit.ts";
import { describeVectors, readJson } from "./vectors.ts";

interface XWingCase {
  readonly seed: string;
  readonly pk: string;
  readonly ct: string;
  readonly ss: string;
}

async function expectCase({ seed, pk, ct, ss }: XWingCase, chance: string): Promise<void> {
  const pair = await keyPairFromSeed(unhex(seed));
  expect(hex(pair.publicKey)).toBe(pk);
  const { ciphertext, sharedSecret } = await encapsulateFromSeed(unhex(pk), unhex(chance));
  expect(hex(ciphertext)).toBe(ct);
  expect(hex(sharedSecret)).toBe(ss);
  expect(hex(await pair.decapsulate(unhex(ct)))).toBe(ss);
}

describeVectors("X-Wing: published vectors", () => {
  test("the 3 of draft-connolly-cfrg-xwing-kem", async () => {
    const cases = readJson<(XWingCase & { eseed: string })[]>(
      "xwing/xwing-draft-test-vectors.json",
    );
    expect(cases).toHaveLength(3);
    for (const vector of cases) await expectCase(vector, vector.eseed);
  });

  test("the 10 of the hybrid KEM drafts, whose MLKEM768-X25519 is the same KEM", async () => {
    const cases = readJson<(XWingCase & { randomness: string })[]>(
      "xwing/MLKEM768X25519-hybrid-kems-draft.json",
    );
    expect(cases).toHaveLength(10);
    for (const vector of cases) await expectCase(vector, vector.randomness);
  });
});

describe("X-Wing", () => {
  test("gives the bytes of noble's own, which shares only the parts", async () => {
    for (let i = 0; i < 10; i++) {
      const [seed, chance] = [bytesOf(`seed ${i}`, 32), bytesOf(`chance ${i}`, 64)];
      const theirs = ml_kem768_x25519.keygen(seed);
      const ours = await keyPairFromSeed(seed);
      expect(hex(ours.publicKey)).toBe(hex(theirs.publicKey));
      const sealed = await encapsulateFromSeed(ours.publicKey, chance);
      const expected = ml_kem768_x25519.encapsulate(theirs.publicKey, chance);
      expect(hex(sealed.ciphertext)).toBe(hex(expected.cipherText));
      expect(hex(sealed.sharedSecret)).toBe(hex(expected.sharedSecret));
    }
  });

  test("whoever holds the key arrives at the sender's secret", async () => {
    const pair = await generateXWingKeyPair();
    const { ciphertext, sharedSecret } = await encapsulate(pair.publicKey);
    expect(pair.publicKey).toHaveLength(XWING_PUBLIC_KEY_BYTES);
    expect(ciphertext).toHaveLength(XWING_CIPHERTEXT_BYTES);
    expect(sharedSecret).toHaveLength(32);
    expect(await pair.decapsulate(ciphertext)).toEqual(sharedSecret);
  });

  test("a changed ciphertext gives another secret, in both halves", async () => {
    const pair = await generateXWingKeyPair();
    const { ciphertext, sharedSecret } = await encapsulate(pair.publicKey);
    for (const at of [0, 1087, 1088, 1110]) {
      expect(await pair.decapsulate(flipped(ciphertext, at))).not.toEqual(sharedSecret);
    }
  });

  test("Node has no native one, so the portable one serves here", async () => {
    expect(await isNativeXWing()).toBe(false);
    await expect(generateXWingKeyPair("native")).rejects.toThrow();
  });

  test("a wiped key pair opens nothing", async () => {
    const pair = await generateXWingKeyPair();
    const { ciphertext } = await encapsulate(pair.publicKey);
    pair.wipe();
    pair.wipe();
    await expect(pair.decapsulate(ciphertext)).rejects.toThrow(RangeError);
  });

  test("a ciphertext of another length, or with a point of small order, is refused", async () => {
    const pair = await generateXWingKeyPair();
    const { ciphertext } = await encapsulate(pair.publicKey);
    for (const length of [0, 1, 1088, 1119]) {
      await expect(pair.decapsulate(ciphertext.slice(0, length))).rejects.toThrow(RangeError);
    }
    await expect(pair.decapsulate(new Uint8Array(1121))).rejects.toThrow(RangeError);
    await expect(pair.decapsulate(ciphertext.slice().fill(0, 1088))).rejects.toThrow();
  });
});

describe("an X-Wing public key", async () => {
  const { publicKey } = await keyPairFromSeed(bytesOf("public key", 32));

  test("is one when it came from a key pair", () => {
    expect(isXWingPublicKey(publicKey)).toBe(true);
  });

  test.each([0, 1, 32, 1184, 1215, 1217, 2432])("has not %i bytes", async (length) => {
    const other = new Uint8Array(length);
    other.set(publicKey.subarray(0, length));
    expect(isXWingPublicKey(other)).toBe(false);
    await expect(encapsulate(other)).rejects.toThrow(RangeError);
  });

  test("has no coefficient of 3329 or more, wherever it stands", async () => {
    for (let coefficient = 0; coefficient < 768; coefficient++) {
      for (const [value, isFine] of [
        [3328, true],
        [3329, false],
        [4095, false],
      ] as const) {
        const changed = publicKey.slice();
        const at = Math.floor(coefficient / 2) * 3;
        const [a = 0, b = 0, c = 0] = changed.subarray(at, at + 3);
        changed.set(
          coefficient % 2 === 0
            ? [value & 255, (b & 0xf0) | (value >> 8), c]
            : [a, (b & 15) | ((value & 15) << 4), value >> 4],
          at,
        );
        expect(isXWingPublicKey(changed)).toBe(isFine);
      }
    }
  });

  test("has an X25519 half below 2^255-19", () => {
    const below = publicKey.slice().fill(0xff, 1184);
    below.set([0xeb], 1184);
    below.set([0x7f], 1215);
    expect(isXWingPublicKey(below)).toBe(true);
    for (const lowest of [0xed, 0xee, 0xff]) {
      const above = below.slice();
      above[1184] = lowest;
      expect(isXWingPublicKey(above)).toBe(false);
    }
    const withTopBit = publicKey.slice();
    withTopBit[1215] = (withTopBit[1215] ?? 0) | 0x80;
    expect(isXWingPublicKey(withTopBit)).toBe(false);
  });

  // RFC 7748's field is 2^255-19; these are 0, 1, -1, the two points of order eight, p and p+1.
  const p = 2n ** 255n - 19n;
  const eight = 325606250916557431795983626356110631294008115727848805560023387167927233504n;
  const eightTwist = 39382357235489614581723060781553021112529911719440698176882885853963445705823n;
  test.each([0n, 1n, p - 1n, p, p + 1n, eight, eightTwist])(
    "has no X25519 half of small order: %i, with or without the ignored bit",
    async (u) => {
      const point = Uint8Array.from({ length: 32 }, (_, i) => Number((u >> BigInt(8 * i)) & 255n));
      for (const top of [0, 128]) {
        const changed = publicKey.slice();
        changed.set(point, 1184);
        changed[1215] = (changed[1215] ?? 0) | top;
        expect(isXWingPublicKey(changed)).toBe(false);
        await expect(encapsulate(changed)).rejects.toThrow(RangeError);
        // WebCrypto agrees that nothing can be agreed with it.
        await expect(encapsulateFromSeed(changed, bytesOf("x", 64))).rejects.toThrow();
      }
    },
  );
});
