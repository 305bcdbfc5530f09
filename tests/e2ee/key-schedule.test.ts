/** docs/handshake.md, "Keys" and "Moving on"; RFC 9605, 5.1. */
import { extract, expand } from "@noble/hashes/hkdf.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { describe, expect, test } from "vitest";
import { baseKey, chainOf, kid, placeOf, ratchet, STEPS } from "../../e2ee/key-schedule.ts";
import { bytesOf, hex } from "./kit.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("base keys and chain", () => {
  const root = bytesOf("root", 32);

  test("are HKDF-Expand of the root under a label each", async () => {
    expect(hex(await chainOf(root))).toBe(hex(expand(sha256, root, utf8("winkr/1 chain"), 32)));
    const label = utf8("winkr/1 sframe I>Rvideo");
    expect(hex(await baseKey(root, "I>R", "video"))).toBe(hex(expand(sha256, root, label, 32)));
  });

  test("are seven different values", async () => {
    const all = [hex(await chainOf(root))];
    for (const direction of ["I>R", "R>I"] as const) {
      for (const kind of ["audio", "video", "data"] as const) {
        all.push(hex(await baseKey(root, direction, kind)));
      }
    }
    expect(new Set([...all, hex(root)]).size).toBe(8);
  });

  test("a wiped root gives none: everybody knows what follows from zeros", async () => {
    await expect(chainOf(new Uint8Array(32))).rejects.toThrow(RangeError);
    await expect(baseKey(new Uint8Array(32), "R>I", "audio")).rejects.toThrow(RangeError);
  });

  test("a root that is wiped right after the call was used as it was", async () => {
    const own = root.slice();
    const deriving = [chainOf(own), baseKey(own, "I>R", "data")] as const;
    own.fill(0);
    expect(hex(await deriving[0])).toBe(hex(await chainOf(root)));
    expect(hex(await deriving[1])).toBe(hex(await baseKey(root, "I>R", "data")));
  });
});

describe("a ratchet step", () => {
  /** RFC 9605, 5.1: HKDF-Expand(HKDF-Extract("", base_key[i]), "SFrame 1.0 Ratchet", Nh). */
  const step = (base: Uint8Array): Uint8Array =>
    expand(sha512, extract(sha512, base, utf8("")), utf8("SFrame 1.0 Ratchet"), 64);

  test("is the RFC's, as another HKDF computes it, sixteen in a row", async () => {
    let ours: Uint8Array = bytesOf("base key", 32);
    let theirs = ours;
    for (let i = 0; i < STEPS; i++) {
      [ours, theirs] = [await ratchet(ours), step(theirs)];
      expect(ours).toHaveLength(64);
      expect(hex(ours)).toBe(hex(theirs));
    }
  });

  test("leaves the given key as it is, and uses it as it was at the call", async () => {
    const given = bytesOf("base key", 32);
    const stepping = ratchet(given);
    expect(hex(given)).toBe(hex(bytesOf("base key", 32)));
    given.fill(0);
    expect(hex(await stepping)).toBe(hex(step(bytesOf("base key", 32))));
  });

  test("from a wiped key there is none", async () => {
    for (const length of [32, 64]) {
      await expect(ratchet(new Uint8Array(length))).rejects.toThrow(RangeError);
    }
  });
});

describe("the key id", () => {
  test("is generation · 16 + step, one for each place", () => {
    expect(kid(0, 0)).toBe(0);
    expect(kid(0, 15)).toBe(15);
    expect(kid(1, 0)).toBe(16);
    expect(kid(3, 2)).toBe(50);
    for (let generation = 0; generation < 40; generation++) {
      for (let step = 0; step < STEPS; step++) {
        expect(placeOf(kid(generation, step))).toEqual({ generation, step });
      }
    }
  });

  test.each([
    [0, 16],
    [0, -1],
    [-1, 0],
    [0.5, 0],
    [0, 0.5],
    [Number.NaN, 0],
    [0, Number.NaN],
    [Number.MAX_SAFE_INTEGER, 0],
  ])("generation %s, step %s: there is none", (generation, step) => {
    expect(() => kid(generation, step)).toThrow(RangeError);
  });
});
