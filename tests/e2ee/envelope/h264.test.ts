/** h264/1, and what packetizer and depacketizer (RFC 6184) make of it. */
import { describe, expect, test, vi } from "vitest";
import { envelopeFor } from "../../../e2ee/envelope/envelope.ts";
import { bytesOf, hex, seeded, unhex } from "../kit.ts";

// Much work for a busy machine; nothing here is measured by the clock.
vi.setConfig({ testTimeout: 60_000 });

const h264 = envelopeFor("video/H264");
const SPS = "6742c01fda0280f640";
const PPS = "68ce3880";
const KEY = `00000001${SPS}00000001${PPS}00000001658880`;
const DELTA = "00000001419a80";

/** NAL units between start codes of three or four bytes (H.264, annex B). */
function nalUnits(stream: Uint8Array): Uint8Array[] {
  const begins: { code: number; unit: number }[] = [];
  for (let at = 0; at + 2 < stream.length; at++) {
    if (stream[at] !== 0 || stream[at + 1] !== 0 || stream[at + 2] !== 1) continue;
    begins.push({ code: at > 0 && stream[at - 1] === 0 ? at - 1 : at, unit: at + 3 });
  }
  expect(begins[0]?.code).toBe(0);
  return begins.map(({ unit }, index) => stream.subarray(unit, begins[index + 1]?.code));
}

/** What the far side hands over: the same units behind start codes of this length. */
function rebuilt(units: readonly Uint8Array[], startCode: 3 | 4): Uint8Array {
  const zeros = Array.from({ length: startCode - 1 }, () => 0);
  return Uint8Array.of(...units.flatMap((unit) => [...zeros, 1, ...unit]));
}

/** A raw byte sequence from a NAL unit as H.264, 7.3.1 reads it. */
function unescaped(unit: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  for (let at = 1; at < unit.length; at++) {
    const isEscape = at >= 3 && unit[at] === 3 && unit[at - 1] === 0 && unit[at - 2] === 0;
    if (!isEscape) bytes.push(unit[at]!);
  }
  return Uint8Array.from(bytes);
}

describe("h264/1", () => {
  test("a key frame looks like parameter sets of 640 by 480 and one slice", () => {
    expect(hex(h264.wrap(unhex("c0ffee"), true))).toBe(`${KEY}c0ffee80`);
  });

  test("a delta frame looks like one slice", () => {
    expect(hex(h264.wrap(unhex("c0ffee"), false))).toBe(`${DELTA}c0ffee80`);
  });

  test.each([
    ["000000", "00000300"],
    ["000001", "00000301"],
    ["000002", "00000302"],
    ["000003", "00000303"],
    ["000004", "000004"],
    ["0000", "0000"],
    ["00", "00"],
    ["ff0000", "ff0000"],
    ["00000000", "0000030000"],
    ["0000000000", "000003000003" + "00"],
    ["00000001", "0000030001"],
    ["0000030000", "0000030300" + "00"],
    ["000003000003", "000003030000" + "0303"],
    ["00ff0000ff000001", "00ff0000ff00000301"],
  ])("%s is escaped as %s", (sealed, escaped) => {
    for (const [key, cover] of [
      [true, KEY],
      [false, DELTA],
    ] as const) {
      const wrapped = h264.wrap(unhex(sealed), key);
      expect(hex(wrapped)).toBe(`${cover}${escaped}80`);
      expect(hex(h264.unwrap(wrapped)!)).toBe(sealed);
    }
  });

  test("every run of up to six bytes of 00 to 04 comes back, and holds no start code", () => {
    for (let length = 1; length <= 6; length++) {
      for (let value = 0; value < 5 ** length; value++) {
        const sealed = Uint8Array.from(
          { length },
          (_, place) => Math.floor(value / 5 ** place) % 5,
        );
        const wrapped = h264.wrap(sealed, false);
        if (Buffer.compare(h264.unwrap(wrapped) ?? new Uint8Array(0), sealed) !== 0) {
          expect.unreachable(`${hex(sealed)} did not come back`);
        }
        const content = Buffer.from(wrapped.subarray(4));
        for (const code of ["000000", "000001", "000002"]) {
          if (content.includes(Buffer.from(code, "hex"))) expect.unreachable(hex(wrapped));
        }
      }
    }
  });

  test("comes back from the depacketizer, with start codes of either length", () => {
    const chance = seeded(6184);
    for (let i = 0; i < 300; i++) {
      const sealed = chance.bytes(1 + chance.below(90)).map((byte) => (i % 2 ? byte : byte & 3));
      for (const key of [true, false]) {
        const units = nalUnits(h264.wrap(sealed, key));
        expect(units).toHaveLength(key ? 3 : 1);
        for (const startCode of [3, 4] as const) {
          expect(h264.unwrap(rebuilt(units, startCode))).toEqual(sealed);
        }
        // A reader of H.264 finds the sealed frame between the slice's first bits and its last.
        expect(unescaped(units.at(-1)!).slice(2, -1)).toEqual(sealed);
      }
    }
  });

  test("the far side may rewrite the parameter sets, and put others and a delimiter in front", () => {
    const sealed = bytesOf("sealed", 50);
    const [sps, pps, slice] = nalUnits(h264.wrap(sealed, true)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const longer = Uint8Array.of(...sps.subarray(0, -1), 0x8d, 0x40, 0x48, 0x01, 0x10, 0x03, 0x2a);
    for (const before of [
      [longer, pps],
      [unhex("09f0"), longer, pps],
      [sps, pps, unhex("0605ff80")],
      [sps, pps, sps, pps],
      [],
    ]) {
      for (const startCode of [3, 4] as const) {
        expect(h264.unwrap(rebuilt([...before, slice], startCode))).toEqual(sealed);
      }
    }
  });

  test.each([
    ["nothing", ""],
    ["parameter sets alone", `00000001${SPS}00000001${PPS}`],
    ["a slice of no bytes", `${DELTA}80`],
    ["a slice cut in its cover", "00000001419a"],
    ["a slice without its end", `${DELTA}c0ffee`],
    ["zeros after the end", `${DELTA}c0ffee8000`],
    ["no start code", "419a80c0ffee80"],
    ["something before the start code", `ff${DELTA}c0ffee80`],
    ["another slice header", "00000001419b80c0ffee80"],
    ["a picture before the slice", `000000010155${DELTA}c0ffee80`],
    ["two slices", `${DELTA}c0ffee80${DELTA}c0ffee80`],
    ["a start code in the content", `${DELTA}c0000001ee80`],
    ["three zeros in the content", `${DELTA}c0000000ee80`],
    ["an escape without need", `${DELTA}c0000003ee80`],
    ["an escape at the end", `${DELTA}c000000380`],
    [
      "a slice beyond the parameter sets' reach",
      `00000001${SPS}${"ff".repeat(300)}${DELTA}c0ffee80`,
    ],
    ["a plain key frame", `00000001${SPS}00000001${PPS}00000001658884c0ffee80`],
    ["a plain delta frame", "00000001419a24c0ffee80"],
  ])("refuses %s", (_, bytes) => {
    expect(h264.unwrap(unhex(bytes))).toBeUndefined();
  });
});
