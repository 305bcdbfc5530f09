import { beforeEach, describe, expect, test } from "vitest";
import { bytesOf, flipped, hex, seeded, unhex } from "../kit.ts";
import { encodeHeader, decodeHeader } from "../../../e2ee/sframe/header.ts";
import { createNonces } from "../../../e2ee/sframe/keys.ts";
import { createOpener, createSealer } from "../../../e2ee/sframe/index.ts";
import type { Opener, Sealer } from "../../../e2ee/sframe/index.ts";
import { AES_256_GCM_SHA512_128 } from "../../../e2ee/sframe/suites.ts";
import type { CipherSuite } from "../../../e2ee/sframe/suites.ts";

const KEY = bytesOf("base key", 32);

/** Suite 5 that counts its decryptions. */
function watched(): { suite: CipherSuite; decryptions: () => number } {
  let decryptions = 0;
  const suite: CipherSuite = {
    ...AES_256_GCM_SHA512_128,
    async importKey(raw) {
      const cipher = await AES_256_GCM_SHA512_128.importKey(raw);
      return {
        seal: cipher.seal,
        open(...frame) {
          decryptions++;
          return cipher.open(...frame);
        },
      };
    },
  };
  return { suite, decryptions: () => decryptions };
}

describe("the header", () => {
  test.each([
    [7, 7, "77"],
    [8, 7, "8708"],
    [7, 8, "7808"],
    [0, 255, "08ff"],
    [0, 256, "090100"],
    [255, 65535, "89ffffff"],
    [256, 65536, "9a0100010000"],
    [Number.MAX_SAFE_INTEGER, 0, "e01fffffffffffff"],
    [2n ** 64n - 1n, 2n ** 64n - 1n, `ff${"ff".repeat(16)}`],
  ])("of kid %i and counter %i is %s", (kid, counter, encoded) => {
    expect(hex(encodeHeader(kid, counter))).toBe(encoded);
    expect(decodeHeader(unhex(encoded))).toMatchObject({
      kid: BigInt(kid),
      counter: BigInt(counter),
    });
  });

  test("is refused when cut short at any length", () => {
    const whole = encodeHeader(2n ** 64n - 1n, 2n ** 64n - 1n);
    for (let length = 0; length < whole.length; length++) {
      expect(decodeHeader(whole.subarray(0, length))).toBeUndefined();
    }
  });

  test.each(["0800", "0807", "090001", "8000", "8007", "900001"])(
    "%s is refused: longer than need be",
    (encoded) => {
      expect(decodeHeader(unhex(encoded))).toBeUndefined();
    },
  );

  test.each([-1, 1.5, 2n ** 64n])("holds no %d", (value) => {
    expect(() => encodeHeader(value, 0)).toThrow(RangeError);
    expect(() => encodeHeader(0, value)).toThrow(RangeError);
  });
});

describe("a sealer", () => {
  test("never uses a nonce twice, however many calls overlap", async () => {
    const nonces = new Set<string>();
    const suite: CipherSuite = {
      ...AES_256_GCM_SHA512_128,
      importKey: async () => ({
        async seal(nonce) {
          nonces.add(hex(nonce));
          await Promise.resolve();
          if (nonces.size % 3 === 0) throw new Error("the cipher failed");
          return new ArrayBuffer(16);
        },
        open: () => Promise.reject(new Error("not asked")),
      }),
    };
    const sealer = await createSealer({ suite, baseKey: KEY, kid: 0 });
    const frames = Array.from({ length: 500 }, () => sealer.seal(new Uint8Array(1)));
    await Promise.allSettled(frames);
    expect(nonces.size).toBe(500);
    expect(sealer.counter).toBe(500n);
  });

  test("leaves headroom in front of a frame that is the same but for it, in a buffer of its own", async () => {
    const make = () => createSealer({ suite: 5, baseKey: KEY, kid: 300 });
    const [bare, roomy] = [await make(), await make()];
    for (const headroom of [0, 1, 10, 64]) {
      for (const length of [0, 1, 15, 16, 4_000]) {
        const plaintext = bytesOf("plaintext", length);
        const expected = hex(await bare.seal(plaintext, unhex("0102")));
        const sealed = await roomy.seal(plaintext, unhex("0102"), headroom);
        expect(hex(sealed)).toBe("00".repeat(headroom) + expected);
        expect(sealed.buffer.byteLength).toBe(sealed.length);
      }
    }
  });

  test("frames that are sealed and opened at the same time do not mix up their buffers", async () => {
    const sealer = await createSealer({ suite: 5, baseKey: KEY, kid: 9 });
    const opener = createOpener({ suite: 5 });
    await opener.addKey(9, KEY);
    // Headers of two lengths, and metadata on every third frame.
    const frames = Array.from({ length: 600 }, (_, n) => ({
      plaintext: bytesOf(`frame ${n}`, 1 + (n % 50)),
      metadata: bytesOf(`metadata ${n}`, n % 3 === 0 ? 5 : 0),
    }));
    const sealed = await Promise.all(
      frames.map(({ plaintext, metadata }, n) => sealer.seal(plaintext, metadata, n % 4)),
    );
    const opened = await Promise.all(
      sealed.map((frame, n) => opener.open(frame.subarray(n % 4), frames[n]!.metadata)),
    );
    for (const [n, { plaintext }] of frames.entries()) {
      expect(opened[n]).toEqual({ ok: true, plaintext, kid: 9, counter: BigInt(n) });
    }
  });

  test("stops at its limit for good, and seals nothing there", async () => {
    const sealer = await createSealer({ suite: 5, baseKey: KEY, kid: 0, frameLimit: 2 });
    await sealer.seal(new Uint8Array(1));
    await sealer.seal(new Uint8Array(1));
    await expect(sealer.seal(new Uint8Array(1))).rejects.toThrow(RangeError);
    await expect(sealer.seal(new Uint8Array(1))).rejects.toThrow(RangeError);
    expect(sealer.counter).toBe(2n);
  });

  test.each([2 ** 53, Infinity, NaN])("is not made with a limit of %d", async (frameLimit) => {
    const made = createSealer({ suite: 5, baseKey: KEY, kid: 0, frameLimit });
    await expect(made).rejects.toThrow(RangeError);
  });

  test("is not made from an empty or wiped base key", async () => {
    for (const baseKey of [new Uint8Array(0), new Uint8Array(32)]) {
      await expect(createSealer({ suite: 5, baseKey, kid: 0 })).rejects.toThrow(RangeError);
      await expect(createOpener({ suite: 5 }).addKey(0, baseKey)).rejects.toThrow(RangeError);
    }
  });

  test("took its base key when asked, so the caller may wipe it at once", async () => {
    const lent = KEY.slice();
    const made = createSealer({ suite: 5, baseKey: lent, kid: 3 });
    lent.fill(0);
    const opener = createOpener({ suite: 5 });
    await opener.addKey(3, KEY);
    const sealed = await (await made).seal(unhex("c0ffee"));
    expect(await opener.open(sealed)).toMatchObject({ ok: true, plaintext: unhex("c0ffee") });
  });

  test("the nonce is the salt with the counter folded into its end", () => {
    const nonceFor = createNonces(unhex("000102030405060708090a0b"));
    expect(hex(nonceFor(0))).toBe("000102030405060708090a0b");
    expect(hex(nonceFor(1))).toBe("000102030405060708090a0a");
    expect(hex(nonceFor(2n ** 64n - 1n))).toBe("00010203fbfaf9f8f7f6f5f4");
    // Nothing of one frame is left in the nonce of the next, although it is the same array.
    expect(hex(nonceFor(2 ** 32))).toBe("000102030405060608090a0b");
    expect(hex(nonceFor(0))).toBe("000102030405060708090a0b");
  });
});

describe.each([4, 5] as const)("an opener, suite %i", (suite) => {
  let sealer: Sealer;
  let opener: Opener;

  beforeEach(async () => {
    sealer = await createSealer({ suite, baseKey: KEY, kid: 16 });
    opener = createOpener({ suite });
    await opener.addKey(16, KEY);
  });

  test.each([0, 1, 2, 120, 1200, 60_000, 100_000])("opens a frame of %i bytes", async (length) => {
    const plaintext = bytesOf("frame", length);
    const sealed = await sealer.seal(plaintext);
    expect(sealed.length).toBe(length + 2 + 16);
    expect(await opener.open(sealed)).toEqual({ ok: true, plaintext, kid: 16, counter: 0n });
  });

  test("opens frames that overtook one another", async () => {
    const frames = [];
    for (let i = 0; i < 10; i++) frames.push(await sealer.seal(Uint8Array.of(i)));
    for (const i of [9, 0, 5, 4, 8, 1, 2, 3, 7, 6]) {
      const opened = await opener.open(frames[i] ?? KEY);
      expect(opened).toMatchObject({ ok: true, plaintext: Uint8Array.of(i), counter: BigInt(i) });
    }
  });

  test("refuses a frame that is cut anywhere", async () => {
    const sealed = await sealer.seal(bytesOf("frame", 20));
    for (let length = 0; length < sealed.length; length++) {
      expect((await opener.open(sealed.slice(0, length))).ok).toBe(false);
    }
    expect((await opener.open(sealed)).ok).toBe(true);
  });

  test("refuses a frame with any bit changed", async () => {
    const sealed = await sealer.seal(bytesOf("frame", 20));
    for (let at = 0; at < sealed.length; at++) {
      for (const mask of [1, 8, 128]) {
        expect((await opener.open(flipped(sealed, at, mask))).ok).toBe(false);
      }
    }
    expect((await opener.open(sealed)).ok).toBe(true);
  });

  test("refuses other metadata, and none for some", async () => {
    const sealed = await sealer.seal(unhex("c0ffee"), unhex("01"));
    const unauthentic = { ok: false, reason: "unauthentic" };
    expect(await opener.open(sealed, unhex("02"))).toEqual(unauthentic);
    expect(await opener.open(sealed)).toEqual(unauthentic);
    expect((await opener.open(sealed, unhex("01"))).ok).toBe(true);
  });

  test("refuses an unknown key, a removed one, and the right key under another KID", async () => {
    const sealed = await sealer.seal(unhex("c0ffee"));
    const unknown = { ok: false, reason: "unknown-key" };
    expect(await createOpener({ suite }).open(sealed)).toEqual(unknown);

    const other = createOpener({ suite });
    await other.addKey(17, KEY);
    expect(await other.open(sealed)).toEqual(unknown);

    const wrong = createOpener({ suite });
    await wrong.addKey(16, bytesOf("another base key", 32));
    expect(await wrong.open(sealed)).toEqual({ ok: false, reason: "unauthentic" });

    opener.removeKey(16);
    expect(await opener.open(sealed)).toEqual(unknown);
  });

  test("never takes a KID again: its window would have forgotten", async () => {
    await opener.open(await sealer.seal(unhex("c0ffee")));
    await expect(opener.addKey(16, KEY)).rejects.toThrow(RangeError);
    opener.removeKey(16);
    await expect(opener.addKey(16, KEY)).rejects.toThrow(RangeError);
  });

  test("a key removed while it was being added stays removed", async () => {
    const fresh = createOpener({ suite });
    const adding = fresh.addKey(16, KEY);
    fresh.removeKey(16);
    await adding;
    const reason = "unknown-key";
    expect(await fresh.open(await sealer.seal(unhex("01")))).toEqual({ ok: false, reason });
  });

  test("two KIDs have a window each", async () => {
    await opener.addKey(17, bytesOf("next", 32));
    const next = await createSealer({ suite, baseKey: bytesOf("next", 32), kid: 17 });
    for (let i = 0; i < 5; i++) {
      expect((await opener.open(await sealer.seal(Uint8Array.of(i)))).ok).toBe(true);
      expect((await opener.open(await next.seal(Uint8Array.of(i)))).ok).toBe(true);
    }
  });

  test("a KID above 2^53 that rounds to a known one is not that one", async () => {
    const big = createOpener({ suite });
    await big.addKey(2 ** 53, KEY);
    const frame = new Uint8Array([...encodeHeader(2n ** 53n + 1n, 0), ...new Uint8Array(16)]);
    expect(await big.open(frame)).toEqual({ ok: false, reason: "unknown-key" });
  });
});

describe("replay, RFC 9605, 9.3", () => {
  test("a frame opens once", async () => {
    const { sealer, opener } = await pair();
    const sealed = await sealer.seal(unhex("c0ffee"));
    expect((await opener.open(sealed)).ok).toBe(true);
    expect(await opener.open(sealed)).toEqual({ ok: false, reason: "replayed" });
  });

  test("a frame opens once even when its copies are opened at the same time", async () => {
    const { sealer, opener } = await pair();
    for (let i = 0; i < 20; i++) {
      const sealed = await sealer.seal(unhex("c0ffee"));
      const results = await Promise.all(Array.from({ length: 8 }, () => opener.open(sealed)));
      expect(results.filter(({ ok }) => ok)).toHaveLength(1);
      expect(results.filter((result) => !result.ok && result.reason === "replayed")).toHaveLength(
        7,
      );
    }
  });

  test("the frame 1023 behind opens, the one 1024 behind is too old", async () => {
    const { sealer, opener } = await pair();
    const frames = [];
    for (let i = 0; i <= 1024; i++) frames.push(await sealer.seal(new Uint8Array(0)));
    expect((await opener.open(frames[1024] ?? KEY)).ok).toBe(true);
    expect(await opener.open(frames[0] ?? KEY)).toEqual({ ok: false, reason: "too-old" });
    expect((await opener.open(frames[1] ?? KEY)).ok).toBe(true);
  });

  test("forged counters push nothing out: the window moves after authentication only", async () => {
    const { sealer, opener } = await pair();
    const real = await sealer.seal(unhex("c0ffee"));
    for (const counter of [1n, 1024n, 2n ** 40n, 2n ** 64n - 1n]) {
      const forged = new Uint8Array([...encodeHeader(0, counter), ...bytesOf("junk", 40)]);
      expect(await opener.open(forged)).toEqual({ ok: false, reason: "unauthentic" });
    }
    expect((await opener.open(real)).ok).toBe(true);
  });

  test("a key that goes while a frame is being opened takes the frame with it", async () => {
    const { sealer, opener } = await pair();
    const opening = opener.open(await sealer.seal(unhex("c0ffee")));
    opener.removeKey(0);
    expect(await opening).toEqual({ ok: false, reason: "unknown-key" });
  });

  test("junk costs at most one decryption, and none when the header already tells", async () => {
    const { suite, decryptions } = watched();
    const sealer = await createSealer({ suite: 5, baseKey: KEY, kid: 0 });
    const opener = createOpener({ suite });
    await opener.addKey(0, KEY);
    const sealed = await sealer.seal(unhex("c0ffee"));
    await opener.open(sealed);
    expect(decryptions()).toBe(1);
    await opener.open(sealed);
    await opener.open(new Uint8Array(0));
    await opener.open(unhex("01"));
    await opener.open(new Uint8Array([...encodeHeader(1, 1), ...new Uint8Array(40)]));
    expect(decryptions()).toBe(1);
    await opener.open(new Uint8Array([...encodeHeader(0, 1), ...new Uint8Array(40)]));
    expect(decryptions()).toBe(2);
  });

  test("10,000 random frames (seed 11): nothing thrown, nothing opened", async () => {
    const chance = seeded(11);
    const { sealer, opener } = await pair();
    for (let i = 0; i < 10_000; i++) {
      const frame = chance.bytes(chance.below(48));
      // Half of them under the known KID, or few would reach the cipher.
      if (i % 2 === 0 && frame.length > 0) frame[0] = (frame[0] ?? 0) & 0x0f;
      expect((await opener.open(frame, chance.bytes(chance.below(4)))).ok).toBe(false);
    }
    expect((await opener.open(await sealer.seal(unhex("c0ffee")))).ok).toBe(true);
  });
});

async function pair(): Promise<{ sealer: Sealer; opener: Opener }> {
  const sealer = await createSealer({ suite: 5, baseKey: KEY, kid: 0 });
  const opener = createOpener({ suite: 5 });
  await opener.addKey(0, KEY);
  return { sealer, opener };
}
