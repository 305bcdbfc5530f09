/** Padding that every Opus decoder skips (RFC 6716, 3.2.5), for audio of one size. */
import { describe, expect, test, vi } from "vitest";
import { padOpus, padRed } from "../../../e2ee/envelope/opus-padding.ts";
import { hex, seeded, unhex } from "../kit.ts";
import { anyOpus, framesOfOpus, framesOfRed, NoOpus, opusPacket, redPayload } from "./opus.ts";

// Much work for a busy machine; nothing here is measured by the clock.
vi.setConfig({ testTimeout: 60_000 });

/** On each side of where the padding's length takes another byte, and of the bytes around it. */
const EXTRA = [
  ...[0, 1, 2, 3, 4, 100, 253, 254, 255, 256, 257, 258, 259, 507, 508, 509, 510, 511, 512],
  ...[513, 762, 763, 764, 765, 766, 767, 1_019, 1_020, 1_021, 1_275, 5_000],
];

const PACKETS: readonly (readonly [string, Uint8Array])[] = [
  ["one frame", opusPacket("a", [60])],
  ["one frame of no bytes", opusPacket("b", [0])],
  ["one frame of 1275 bytes", opusPacket("c", [1_275])],
  ["two of one size", opusPacket("d", [40, 40], 1)],
  ["two of no bytes", opusPacket("e", [0, 0], 1)],
  ["two of two sizes", opusPacket("f", [40, 60], 2)],
  ["two, the first with a length of two bytes", opusPacket("g", [252, 7], 2)],
  ["two, the first the longest", opusPacket("h", [1_275, 0], 2)],
  ["code 3, one frame", opusPacket("i", [33], "equal")],
  ["code 3, six equal", opusPacket("j", Array(6).fill(21) as number[], "equal")],
  ["code 3, variable", opusPacket("k", [0, 251, 252, 1_275, 3], "variable")],
  ...[0, 1, 253, 254, 255, 256, 508, 509, 510, 1_000].flatMap((padding) => [
    [
      `code 3, equal, ${padding} bytes of padding`,
      opusPacket("l", [9, 9], "equal", padding),
    ] as const,
    [
      `code 3, variable, ${padding} bytes of padding`,
      opusPacket("m", [9, 300, 0], "variable", padding),
    ] as const,
  ]),
];

describe("an Opus packet", () => {
  test.each(PACKETS)("%s: longer by exactly as much, and it says the same", (_, packet) => {
    const before = hex(packet);
    for (const extra of EXTRA) {
      const padded = padOpus(packet, extra);
      expect(padded).toHaveLength(packet.length + extra);
      expect(framesOfOpus(padded!)).toEqual(framesOfOpus(packet));
    }
    expect(hex(packet)).toBe(before);
  });

  test("2,000 of any kind (seed 6716), padded twice: they say the same", () => {
    const chance = seeded(6716);
    for (let i = 0; i < 2_000; i++) {
      const packet = anyOpus(chance);
      const says = framesOfOpus(packet);
      const once = padOpus(packet, chance.below(700));
      const twice = padOpus(once!, chance.below(700));
      expect(framesOfOpus(once!)).toEqual(says);
      expect(framesOfOpus(twice!)).toEqual(says);
    }
  });

  test("what is added is zeros", () => {
    const padded = padOpus(opusPacket("n", [10]), 300)!;
    // TOC, count, two length bytes, the frame.
    expect([...padded.subarray(2, 4)]).toEqual([255, 300 - 3 - 254]);
    expect(padded.subarray(4 + 10).every((byte) => byte === 0)).toBe(true);
  });

  test("an unchanged one is a copy", () => {
    const packet = opusPacket("o", [10]);
    expect(padOpus(packet, 0)).toEqual(packet);
    expect(padOpus(packet, 0)?.buffer).not.toBe(packet.buffer);
  });

  test.each([
    ["nothing", ""],
    ["two equal frames in an odd number of bytes", "61aabbcc"],
    ["code 3 without its second byte", "63"],
    ["code 3 with no frame", "6300aabb"],
    ["code 3 with no frame, padded", "634001aa"],
    ["padding cut in its length", "6341ff"],
    ["padding longer than the packet", "634109aabb"],
  ])("%s is not padded", (_, packet) => {
    expect(() => framesOfOpus(unhex(packet))).toThrow(NoOpus);
    for (const extra of [1, 255]) expect(padOpus(unhex(packet), extra)).toBeUndefined();
  });

  test("5,000 arbitrary ones (seed 2): what a decoder takes stays what it is, what it refuses it refuses still", () => {
    const chance = seeded(2);
    const read = (packet: Uint8Array): unknown => {
      try {
        return framesOfOpus(packet);
      } catch (cause) {
        if (cause instanceof NoOpus) return "refused";
        throw cause;
      }
    };
    let taken = 0;
    for (let i = 0; i < 5_000; i++) {
      const packet = chance.bytes(chance.below(40));
      const extra = 1 + chance.below(600);
      const says = read(packet);
      const padded = padOpus(packet, extra);
      if (says !== "refused") taken++;
      if (padded === undefined) {
        expect(says).toBe("refused");
      } else {
        expect(padded).toHaveLength(packet.length + extra);
        expect(read(padded)).toEqual(says);
      }
    }
    expect(taken).toBeGreaterThan(1_000);
  });
});

describe("RED", () => {
  const newest = opusPacket("newest", [50]);

  test.each([
    ["no redundancy", redPayload([newest])],
    ["one older packet", redPayload([opusPacket("x", [70]), newest])],
    [
      "three older packets",
      redPayload([...[0, 255, 1_000].map((n) => opusPacket("y", [n])), newest]),
    ],
    ["an older one of no bytes but its first", redPayload([opusPacket("z", [0]), newest])],
    ["a newest of two frames", redPayload([newest, opusPacket("w", [4, 4], 1)])],
  ])("%s: longer by exactly as much, every block says the same", (_, payload) => {
    for (const extra of EXTRA) {
      const padded = padRed(payload, extra);
      expect(padded).toHaveLength(payload.length + extra);
      expect(framesOfRed(padded!)).toEqual(framesOfRed(payload));
    }
  });

  test("only the newest block grows: the older ones have a length of ten bits", () => {
    const payload = redPayload([opusPacket("x", [70]), newest]);
    const padded = padRed(payload, 600)!;
    const untouched = payload.length - newest.length;
    expect(padded.subarray(0, untouched)).toEqual(payload.subarray(0, untouched));
  });

  test.each([
    ["nothing", ""],
    ["headers without an end", "ef000001"],
    ["blocks cut short", "ef0000056f6101"],
    ["no newest block", "ef0000016f60"],
    ["a newest block that is no packet", "6f63"],
  ])("%s is not padded", (_, payload) => {
    expect(padRed(unhex(payload), 10)).toBeUndefined();
  });
});
