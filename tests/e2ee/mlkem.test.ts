/** ML-KEM-768 as the portable X-Wing uses it. */
import { createHash } from "node:crypto";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { describe, expect, test } from "vitest";
import type { Bytes } from "../../e2ee/bytes.ts";
import { concat } from "../../e2ee/bytes.ts";
import { isXWingPublicKey } from "../../e2ee/xwing.ts";
import { bytesOf, hex, unhex } from "./kit.ts";
import { describeVectors, readJson, readRecords, readVectors, readWycheproof } from "./vectors.ts";

/** The modulus check of our own, which stands in front of both implementations. */
function isReduced(mlkemKey: Uint8Array): boolean {
  return isXWingPublicKey(concat(mlkemKey, bytesOf("any X25519 key", 32).fill(1, 31)));
}

function encapsulate(publicKey: string, chance: string): { c: string; K: string } | undefined {
  try {
    const { cipherText, sharedSecret } = ml_kem768.encapsulate(unhex(publicKey), unhex(chance));
    return { c: hex(cipherText), K: hex(sharedSecret) };
  } catch {
    return undefined;
  }
}

function decapsulate(ciphertext: string, secretKey: string): string | undefined {
  try {
    return hex(ml_kem768.decapsulate(unhex(ciphertext), unhex(secretKey)));
  } catch {
    return undefined;
  }
}

function record(path: string): (name: string) => string {
  const [values = {}] = readRecords(path);
  return (name) => values[name] ?? `no ${name}`;
}

describeVectors("ML-KEM-768: Wycheproof", () => {
  test("100 key pairs from their seeds", () => {
    const groups = readWycheproof<{ seed: string; ek: string; dk: string }>(
      "mlkem_768_keygen_seed",
    );
    const cases = groups.flatMap(({ tests }) => tests);
    expect(cases).toHaveLength(100);
    for (const { seed, ek, dk } of cases) {
      const { publicKey, secretKey } = ml_kem768.keygen(unhex(seed));
      expect(hex(publicKey)).toBe(ek);
      expect(hex(secretKey)).toBe(dk);
    }
  });

  test("265 encapsulations; keys above the modulus are refused, by our own check as well", () => {
    const groups = readWycheproof<{ m: string; ek: string; c: string; K: string }>(
      "mlkem_768_encaps",
    );
    const cases = groups.flatMap(({ tests }) => tests);
    expect(cases).toHaveLength(265);
    for (const { m, ek, c, K, result } of cases) {
      const isValid = result === "valid";
      expect(encapsulate(ek, m)).toEqual(isValid ? { c, K } : undefined);
      // The file's other invalid keys have the wrong length, or the message has.
      if (ek.length === 2 * 1184 && m.length === 64) expect(isReduced(unhex(ek))).toBe(isValid);
    }
  });

  test("193 decapsulations from seeds, implicit rejection and refused lengths included", () => {
    const groups = readWycheproof<{ seed: string; ek: string; c: string; K: string }>("mlkem_768");
    const cases = groups.flatMap(({ tests }) => tests);
    expect(cases).toHaveLength(193);
    for (const { seed, ek, c, K, result } of cases) {
      let answer: string | undefined;
      try {
        const { publicKey, secretKey } = ml_kem768.keygen(unhex(seed));
        answer = decapsulate(c, hex(secretKey));
        if (result === "valid") expect(hex(publicKey)).toBe(ek);
      } catch {
        answer = undefined;
      }
      expect(answer).toBe(result === "valid" ? K : undefined);
    }
  });

  test("9 stored secret keys: damaged ones are refused", () => {
    const groups = readWycheproof<{ dk: string; c: string; K: string }>(
      "mlkem_768_semi_expanded_decaps",
    );
    const cases = groups.flatMap(({ tests }) => tests);
    expect(cases).toHaveLength(9);
    for (const { dk, c, K, result } of cases) {
      expect(decapsulate(c, dk)).toBe(result === "valid" ? K : undefined);
    }
  });
});

describeVectors("ML-KEM-768: CCTV", () => {
  /**
   * These two files derive keys as the draft of FIPS 203 did, without the parameter set's byte
   * after d, so their seeds give other keys today. From the keys on, nothing changed.
   */
  test.each(["intermediate", "unluckysample"])("%s, from the keys on", (name) => {
    const value = record(`mlkem/cctv-${name}-ML-KEM-768.txt`);
    const draft = createHash("sha3-512")
      .update(unhex(value("d")))
      .digest("hex");
    expect(value("ek").endsWith(draft.slice(0, 64))).toBe(true);
    const [c, K] = [value("c"), value("K")];
    expect(encapsulate(value("ek"), value("m"))).toEqual({ c, K });
    expect(decapsulate(c, value("dk"))).toBe(K);
  });

  test("strcmp: a ciphertext that differs after a zero byte is rejected", () => {
    const value = record("mlkem/cctv-strcmp-ML-KEM-768.txt");
    expect(decapsulate(value("c"), value("dk"))).toBe(value("K"));
  });

  test("modulus: 780 keys with one coefficient too large are refused, by our own check as well", () => {
    const keys = readVectors("mlkem/cctv-modulus-ML-KEM-768.txt.gz").trim().split("\n");
    expect(keys).toHaveLength(780);
    for (const key of keys) {
      expect(isReduced(unhex(key))).toBe(false);
      expect(encapsulate(key, "00".repeat(32))).toBeUndefined();
    }
  });

  test("10 known answers, implicit rejection included", () => {
    const records = readRecords("mlkem/kat_MLKEM_768.rsp");
    expect(records).toHaveLength(10);
    for (const { d, z, msg, pk, sk, ct, ss, ct_n, ss_n } of records) {
      const { publicKey, secretKey } = ml_kem768.keygen(unhex(`${d}${z}`));
      expect([hex(publicKey), hex(secretKey)]).toEqual([pk, sk]);
      expect(encapsulate(`${pk}`, `${msg}`)).toEqual({ c: ct, K: ss });
      expect(decapsulate(`${ct}`, `${sk}`)).toBe(ss);
      expect(decapsulate(`${ct_n}`, `${sk}`)).toBe(ss_n);
    }
  });
});

describeVectors("ML-KEM-768: ACVP, FIPS 203", () => {
  interface Acvp {
    readonly testGroups: readonly {
      readonly tgId: number;
      readonly parameterSet?: string;
      readonly function?: string;
      readonly dk?: string;
      readonly tests: readonly ({ readonly tcId: number } & Record<string, string | number>)[];
    }[];
  }

  /** Questions joined with their answers, for this parameter set only. */
  function cases(name: string, kind?: string): Record<string, string>[] {
    const [prompt, answers] = ["prompt", "expectedResults"].map((part) =>
      readJson<Acvp>(`mlkem/acvp/ML-KEM-${name}-FIPS203-${part}.json.gz`),
    );
    return (prompt?.testGroups ?? [])
      .filter((group) => group.parameterSet === "ML-KEM-768" && group.function === kind)
      .flatMap((group) => {
        const answered = answers?.testGroups.find(({ tgId }) => tgId === group.tgId)?.tests;
        return group.tests.map((question) => {
          const answer = answered?.find(({ tcId }) => tcId === question.tcId);
          const shared = group.dk === undefined ? {} : { dk: group.dk };
          const joined = Object.entries({ ...shared, ...question, ...answer });
          return Object.fromEntries(joined.map(([key, text]) => [key, String(text).toLowerCase()]));
        });
      });
  }

  test("25 key generations", () => {
    const all = cases("keyGen");
    expect(all).toHaveLength(25);
    for (const { d, z, ek, dk } of all) {
      const { publicKey, secretKey } = ml_kem768.keygen(unhex(`${d}${z}`));
      expect([hex(publicKey), hex(secretKey)]).toEqual([ek, dk]);
    }
  });

  test("25 encapsulations", () => {
    const all = cases("encapDecap", "encapsulation");
    expect(all).toHaveLength(25);
    for (const { ek, m, c, k } of all) expect(encapsulate(`${ek}`, `${m}`)).toEqual({ c, K: k });
  });

  test("10 decapsulations", () => {
    const all = cases("encapDecap", "decapsulation");
    expect(all).toHaveLength(10);
    for (const { dk, c, k } of all) expect(decapsulate(`${c}`, `${dk}`)).toBe(k);
  });
});

describe("ML-KEM-768 against OpenSSL's, through Node", () => {
  /** Not in TypeScript's library yet. */
  interface KemSubtle {
    importKey(
      format: "raw-seed" | "raw-public",
      bytes: Bytes,
      name: "ML-KEM-768",
      extractable: boolean,
      usages: string[],
    ): Promise<CryptoKey>;
    encapsulateBits(
      name: "ML-KEM-768",
      key: CryptoKey,
    ): Promise<{ ciphertext: ArrayBuffer; sharedKey: ArrayBuffer }>;
    decapsulateBits(name: "ML-KEM-768", key: CryptoKey, ciphertext: Bytes): Promise<ArrayBuffer>;
  }
  const openssl = crypto.subtle as unknown as KemSubtle;

  test("each opens what the other encapsulated, and rejects to the same secret", async () => {
    for (let i = 0; i < 20; i++) {
      const seed = bytesOf(`seed ${i}`, 64);
      const { publicKey, secretKey } = ml_kem768.keygen(seed);
      const ours = ml_kem768.encapsulate(publicKey, bytesOf(`chance ${i}`, 32));
      const theirKey = await openssl.importKey("raw-seed", seed, "ML-KEM-768", false, [
        "decapsulateBits",
      ]);
      const open = async (ciphertext: Uint8Array): Promise<string> => {
        const copy = Uint8Array.from(ciphertext);
        return hex(new Uint8Array(await openssl.decapsulateBits("ML-KEM-768", theirKey, copy)));
      };
      expect(await open(ours.cipherText)).toBe(hex(ours.sharedSecret));

      const theirPublic = await openssl.importKey(
        "raw-public",
        Uint8Array.from(publicKey),
        "ML-KEM-768",
        true,
        ["encapsulateBits"],
      );
      const theirs = await openssl.encapsulateBits("ML-KEM-768", theirPublic);
      expect(hex(ml_kem768.decapsulate(new Uint8Array(theirs.ciphertext), secretKey))).toBe(
        hex(new Uint8Array(theirs.sharedKey)),
      );

      const junk = bytesOf(`junk ${i}`, 1088);
      expect(await open(junk)).toBe(hex(ml_kem768.decapsulate(junk, secretKey)));
    }
  });
});
