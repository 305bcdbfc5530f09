import { describe, expect, test } from "vitest";
import { bytesOf, hex, seeded, unhex } from "../kit.ts";
import { ENVELOPE_NAMES, envelopeFor, isCovered } from "../../../e2ee/envelope/envelope.ts";
import { createOpener, createSealer } from "../../../e2ee/sframe/index.ts";

const vp8 = envelopeFor("video/VP8");
const opus = envelopeFor("audio/opus");

describe("envelopes", () => {
  test("have versioned names", () => {
    expect(ENVELOPE_NAMES).toEqual(["opus/1", "vp8/1"]);
  });

  test("exist for what calls may negotiate, and nothing else", () => {
    expect(isCovered("video/VP8")).toBe(true);
    expect(isCovered("audio/opus")).toBe(true);
    for (const mime of ["video/VP9", "video/vp8", "audio/red", "", "toString", "__proto__"]) {
      expect(isCovered(mime)).toBe(false);
    }
  });
});

describe("vp8/1", () => {
  test("a key frame looks like 640 by 480 whatever it is", () => {
    expect(hex(vp8.wrap(unhex("c0ffee"), true))).toBe("1000009d012a8002e001c0ffee");
  });

  test("an inter frame shows one byte", () => {
    expect(hex(vp8.wrap(unhex("c0ffee"), false))).toBe("01c0ffee");
  });

  test("comes off again, without copying", () => {
    for (const key of [true, false]) {
      for (const length of [1, 2, 18, 100_000]) {
        const sealed = bytesOf("sealed", length);
        const wrapped = vp8.wrap(sealed, key);
        const unwrapped = vp8.unwrap(wrapped);
        expect(unwrapped).toEqual(sealed);
        expect(unwrapped?.buffer).toBe(wrapped.buffer);
      }
    }
  });

  test("a sealed frame that looks like a cover is still only what was sealed", () => {
    for (const sealed of [unhex("01c0"), unhex("1000009d012a8002e001c0ffee")]) {
      expect(vp8.unwrap(vp8.wrap(sealed, false))).toEqual(sealed);
      expect(vp8.unwrap(vp8.wrap(sealed, true))).toEqual(sealed);
    }
  });

  test("refuses whatever it did not make", () => {
    const key = vp8.wrap(unhex("c0"), true);
    for (let length = 0; length < key.length; length++) {
      expect(vp8.unwrap(key.subarray(0, length))).toBeUndefined();
    }
    for (let at = 0; at < 10; at++) {
      const changed = key.slice();
      changed[at] = 0xee;
      expect(vp8.unwrap(changed)).toBeUndefined();
    }
    expect(vp8.unwrap(unhex("01"))).toBeUndefined();
    // A plain VP8 key frame and a plain inter frame.
    expect(vp8.unwrap(unhex("9042009d012a8002e001c0ffee"))).toBeUndefined();
    expect(vp8.unwrap(unhex("b1c0ffee"))).toBeUndefined();
  });

  test("a sealed frame opens again from behind its cover", async () => {
    for (const key of [true, false]) {
      const baseKey = bytesOf("key", 32);
      const sealer = await createSealer({ suite: 5, baseKey, kid: 0 });
      const opener = createOpener({ suite: 5 });
      await opener.addKey(0, baseKey);
      const frame = bytesOf("frame", 500);
      const sealed = vp8.unwrap(vp8.wrap(await sealer.seal(frame), key)) ?? frame;
      expect(await opener.open(sealed)).toMatchObject({ ok: true, plaintext: frame });
    }
  });
});

describe("opus/1", () => {
  test("is the sealed payload itself", () => {
    const sealed = unhex("c0ffee");
    expect(opus.wrap(sealed, false)).toEqual(sealed);
    expect(opus.unwrap(sealed)).toEqual(sealed);
  });

  test("an empty payload, as DTX makes them, is not a sealed frame", () => {
    expect(opus.unwrap(new Uint8Array(0))).toBeUndefined();
  });
});

test("4,000 random payloads (seed 13): unwrapping throws nothing", () => {
  const chance = seeded(13);
  for (let i = 0; i < 2_000; i++) {
    const bytes = chance.bytes(chance.below(24));
    for (const envelope of [vp8, opus]) expect(() => envelope.unwrap(bytes)).not.toThrow();
  }
});
