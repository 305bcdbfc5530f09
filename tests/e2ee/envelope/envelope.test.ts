import { describe, expect, test, vi } from "vitest";
import { bytesOf, hex, seeded, unhex } from "../kit.ts";
import { ENVELOPE_NAMES, envelopeFor, isCovered } from "../../../e2ee/envelope/envelope.ts";
import { createOpener, createSealer } from "../../../e2ee/sframe/index.ts";

// Much work for a busy machine; nothing here is measured by the clock.
vi.setConfig({ testTimeout: 60_000 });

const MIME_TYPES = [
  "audio/opus",
  "audio/red",
  "video/VP8",
  "video/VP9",
  "video/AV1",
  "video/H264",
] as const;

const vp8 = envelopeFor("video/VP8");

describe("envelopes", () => {
  test("have versioned names", () => {
    expect(ENVELOPE_NAMES).toEqual(["opus/1", "red/1", "vp8/1", "vp9/1", "av1/1", "h264/1"]);
  });

  test("exist for what calls may negotiate, and nothing else", () => {
    for (const mime of MIME_TYPES) expect(isCovered(mime)).toBe(true);
    for (const mime of ["video/H265", "video/vp8", "audio/PCMU", "", "toString", "__proto__"]) {
      expect(isCovered(mime)).toBe(false);
    }
  });
});

describe.each(MIME_TYPES)("the envelope of %s", (mimeType) => {
  const envelope = envelopeFor(mimeType);
  const modes = [true, false] as const;

  test("comes off again, whatever was sealed", () => {
    const chance = seeded(9_066);
    const some = Array.from({ length: 500 }, () => chance.bytes(1 + chance.below(60)));
    // Few different bytes, so that start codes, escapes and covers occur inside.
    const alike = Array.from({ length: 2_000 }, () =>
      chance.bytes(1 + chance.below(24)).map((byte) => byte & 3),
    );
    const covers = modes.map((key) => envelope.wrap(unhex("c0ffee"), key));
    for (const sealed of [...some, ...alike, ...covers, bytesOf("large", 60_000)]) {
      for (const key of modes) {
        const unwrapped = envelope.unwrap(envelope.wrap(sealed, key)) ?? new Uint8Array(0);
        if (Buffer.compare(unwrapped, sealed) !== 0) expect.unreachable(hex(sealed));
      }
    }
  });

  test("shows nothing of the frame: two frames differ only where they were sealed", () => {
    for (const key of modes) {
      const [a, b] = ["one", "another"].map((name) => envelope.wrap(bytesOf(name, 64), key));
      const cover = envelope.wrap(unhex("ff"), key).indexOf(0xff);
      expect(a!.subarray(0, cover)).toEqual(b!.subarray(0, cover));
    }
  });

  test("leaves the sealed frame as it is and gives an array of its own", () => {
    const sealed = bytesOf("sealed", 40);
    const before = hex(sealed);
    for (const key of modes) {
      const wrapped = envelope.wrap(sealed, key);
      expect(wrapped.buffer.byteLength).toBe(wrapped.byteLength);
      envelope.unwrap(wrapped);
    }
    expect(hex(sealed)).toBe(before);
  });

  test("where it only stands in front, room left for it comes to the same", async () => {
    for (const key of modes) {
      const front = envelope.front?.(key);
      if (front === undefined) continue;
      const baseKey = bytesOf("headroom", 32);
      const [plain, roomy] = await Promise.all(
        [0, 1].map(() => createSealer({ suite: 5, baseKey, kid: 0 })),
      );
      const sealed = await plain!.seal(bytesOf("frame", 90));
      const written = await roomy!.seal(bytesOf("frame", 90), undefined, front.length);
      written.set(front);
      expect(written).toEqual(envelope.wrap(sealed, key));
      expect(written.buffer.byteLength).toBe(written.byteLength);
    }
  });

  test("around nothing there is none", () => {
    expect(envelope.unwrap(new Uint8Array(0))).toBeUndefined();
    for (const key of modes) {
      expect(envelope.unwrap(envelope.wrap(new Uint8Array(0), key))).toBeUndefined();
    }
  });

  test("a sealed frame opens again from behind it", async () => {
    const baseKey = bytesOf("key", 32);
    const sealer = await createSealer({ suite: 5, baseKey, kid: 0 });
    const opener = createOpener({ suite: 5 });
    await opener.addKey(0, baseKey);
    for (const key of modes) {
      const frame = bytesOf(`frame ${key}`, 500);
      const sealed = envelope.unwrap(envelope.wrap(await sealer.seal(frame), key)) ?? frame;
      expect(await opener.open(sealed)).toMatchObject({ ok: true, plaintext: frame });
    }
  });

  test("10,000 damaged ones (seed 13): unwrapping throws nothing and changes nothing", () => {
    const chance = seeded(13);
    for (let i = 0; i < 10_000; i++) {
      const bytes = envelope.wrap(chance.bytes(chance.below(24)), chance.below(2) === 0);
      const at = chance.below(bytes.length);
      if (bytes.length > 0) bytes[at] = chance.below(256);
      const cut = bytes.subarray(0, chance.below(bytes.length + 1));
      const before = cut.slice();
      envelope.unwrap(cut);
      if (Buffer.compare(cut, before) !== 0) expect.unreachable(hex(before));
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
});

describe.each(["audio/opus", "audio/red", "video/VP9"] as const)("%s", (mimeType) => {
  test("has no cover: nothing on the way reads into the payload", () => {
    const sealed = unhex("c0ffee");
    for (const key of [true, false]) expect(envelopeFor(mimeType).wrap(sealed, key)).toBe(sealed);
    expect(envelopeFor(mimeType).unwrap(sealed)).toEqual(sealed);
  });
});
