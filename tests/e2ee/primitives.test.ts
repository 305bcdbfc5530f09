/** The primitives under everything else, as this platform's WebCrypto gives them. */
import { createHmac, hkdfSync } from "node:crypto";
import { x25519 as nobleX25519 } from "@noble/curves/ed25519.js";
import { describe, expect, test } from "vitest";
import { equalBytes, lengthPrefixed } from "../../e2ee/bytes.ts";
import { hkdfExpand, hkdfExtract, hmac } from "../../e2ee/hkdf.ts";
import type { Hash } from "../../e2ee/hkdf.ts";
import { AES_128_GCM_SHA256_128, AES_256_GCM_SHA512_128 } from "../../e2ee/sframe/suites.ts";
import { BASE_POINT, x25519 } from "../../e2ee/x25519.ts";
import { bytesOf, hex, unhex } from "./kit.ts";
import { describeVectors, readWycheproof } from "./vectors.ts";

describeVectors("Wycheproof", () => {
  test.each([
    ["SHA-256", "hkdf_sha256", 86],
    ["SHA-512", "hkdf_sha512", 83],
  ] as const)("HKDF over %s", async (hash, file, count) => {
    const cases = readWycheproof<{
      ikm: string;
      salt: string;
      info: string;
      size: number;
      okm: string;
    }>(file).flatMap(({ tests }) => tests);
    expect(cases).toHaveLength(count);
    for (const { ikm, salt, info, size, okm, result } of cases) {
      const key = await hkdfExtract(hash, unhex(salt), unhex(ikm));
      const expanded = hkdfExpand(hash, key, unhex(info), size);
      if (result === "valid") expect(hex(await expanded)).toBe(okm);
      else await expect(expanded).rejects.toThrow(RangeError);
    }
  });

  test("HMAC-SHA-256: 174 tags, compared in constant time", async () => {
    const groups = readWycheproof<{ key: string; msg: string; tag: string }, { tagSize: number }>(
      "hmac_sha256",
    );
    expect(groups.flatMap(({ tests }) => tests)).toHaveLength(174);
    for (const { tests, tagSize } of groups) {
      for (const { key, msg, tag, result } of tests) {
        const ours = (await hmac("SHA-256", unhex(key), unhex(msg))).slice(0, tagSize / 8);
        expect(equalBytes(ours, unhex(tag))).toBe(result === "valid");
      }
    }
  });

  test("AES-GCM with the nonces and tags of SFrame: seals and opens, or refuses", async () => {
    const groups = readWycheproof<
      { key: string; iv: string; aad: string; msg: string; ct: string; tag: string },
      { ivSize: number; keySize: number; tagSize: number }
    >("aes_gcm");
    // The rest has 192-bit keys or nonces of other lengths, which no suite of SFrame has.
    const suites = new Map([
      [128, AES_128_GCM_SHA256_128],
      [256, AES_256_GCM_SHA512_128],
    ]);
    let seen = 0;
    for (const { ivSize, keySize, tagSize, tests } of groups) {
      const suite = suites.get(keySize);
      if (suite === undefined || ivSize !== 96 || tagSize !== 128) continue;
      for (const { key, iv, aad, msg, ct, tag, result } of tests) {
        seen++;
        const cipher = await suite.importKey(unhex(key));
        const opening = cipher.open(unhex(iv), unhex(aad), unhex(ct + tag));
        if (result !== "valid") {
          await expect(opening).rejects.toThrow();
          continue;
        }
        expect(hex(new Uint8Array(await opening))).toBe(msg);
        const sealed = await cipher.seal(unhex(iv), unhex(aad), unhex(msg));
        expect(hex(new Uint8Array(sealed))).toBe(ct + tag);
      }
    }
    expect(seen).toBe(133);
  });

  test("X25519: 518 agreements; a zero result is refused", async () => {
    const cases = readWycheproof<{ public: string; private: string; shared: string }>(
      "x25519",
    ).flatMap(({ tests }) => tests);
    expect(cases).toHaveLength(518);
    for (const vector of cases) {
      const agreed = x25519(unhex(vector.private), unhex(vector.public));
      if (vector.flags?.includes("ZeroSharedSecret")) await expect(agreed).rejects.toThrow();
      else expect(hex(await agreed)).toBe(vector.shared);
    }
  });
});

describe("against a second implementation", () => {
  test.each(["SHA-256", "SHA-512"] as const)("HKDF and HMAC over %s", async (hash: Hash) => {
    const name = hash.replace("-", "").toLowerCase();
    for (const [salt, ikm, info, length] of [
      [0, 0, 0, 32],
      [0, 32, 10, 64],
      [13, 22, 10, 42],
      [80, 80, 80, 1],
      [200, 1, 300, 255 * 32],
    ] as const) {
      const [s, i, x] = [bytesOf("salt", salt), bytesOf("ikm", ikm), bytesOf("info", info)];
      const ours = await hkdfExpand(hash, await hkdfExtract(hash, s, i), x, length);
      expect(hex(ours)).toBe(Buffer.from(hkdfSync(name, i, s, x, length)).toString("hex"));
      expect(hex(await hmac(hash, s, x))).toBe(createHmac(name, s).update(x).digest("hex"));
    }
  });

  test("X25519, and its base point", async () => {
    for (let i = 0; i < 20; i++) {
      const [secret, other] = [bytesOf(`secret ${i}`, 32), bytesOf(`other ${i}`, 32)];
      const point = Uint8Array.from(nobleX25519.getPublicKey(other));
      expect(hex(await x25519(other, BASE_POINT))).toBe(hex(point));
      const shared = nobleX25519.getSharedSecret(secret, point);
      expect(hex(await x25519(secret, point))).toBe(hex(shared));
    }
  });
});

describe("bytes", () => {
  test("are equal when all are, and only then", () => {
    expect(equalBytes(new Uint8Array(0), new Uint8Array(0))).toBe(true);
    expect(equalBytes(unhex("0102"), unhex("0102"))).toBe(true);
    expect(equalBytes(unhex("0102"), unhex("0103"))).toBe(false);
    expect(equalBytes(unhex("0102"), unhex("8102"))).toBe(false);
    expect(equalBytes(unhex("0102"), unhex("010200"))).toBe(false);
  });

  test("carry their length in front, big-endian", () => {
    expect(hex(lengthPrefixed(unhex("aabb")))).toBe("00000002aabb");
    expect(hex(lengthPrefixed(new Uint8Array(256)).subarray(0, 4))).toBe("00000100");
  });
});
