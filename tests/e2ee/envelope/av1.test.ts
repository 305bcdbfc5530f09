/** av1/1, and what packetizer and depacketizer (RTP payload format of AV1, 4 and 5) make of it. */
import { describe, expect, test } from "vitest";
import { envelopeFor } from "../../../e2ee/envelope/envelope.ts";
import { bytesOf, hex, unhex } from "../kit.ts";

const av1 = envelopeFor("video/AV1");
const SEQUENCE_HEADER = "0a0b00000024c4ffdf3ffed110";

interface Obu {
  readonly header: number;
  readonly payload: Uint8Array;
}

function leb128(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return [...bytes, value];
}

/** OBUs of a temporal unit (AV1, 5.3.1 and 5.3.2): those without a size reach to the end. */
function parse(unit: Uint8Array): Obu[] {
  const obus: Obu[] = [];
  let at = 0;
  while (at < unit.length) {
    const header = unit[at++]!;
    expect(header & 0x81).toBe(0);
    expect(header & 0x04).toBe(0);
    let size = unit.length - at;
    if (header & 0x02) {
      size = 0;
      let shift = 1;
      for (;;) {
        const byte = unit[at++]!;
        size += (byte % 128) * shift;
        shift *= 128;
        if (byte < 128) break;
      }
    }
    obus.push({ header, payload: unit.subarray(at, at + size) });
    at += size;
  }
  return obus;
}

/** What the far side hands over: every OBU with its size, a temporal delimiter in front or not. */
function rebuilt(unit: Uint8Array, hasDelimiter: boolean): Uint8Array {
  const parts = parse(unit).flatMap(({ header, payload }) => [
    Uint8Array.of(header | 0x02, ...leb128(payload.length)),
    payload,
  ]);
  return Buffer.concat([unhex(hasDelimiter ? "1200" : ""), ...parts]);
}

describe("av1/1", () => {
  test("a key frame looks like a sequence header of 640 by 480 and a frame", () => {
    expect(hex(av1.wrap(unhex("c0ffee"), true))).toBe(`${SEQUENCE_HEADER}30c0ffee`);
  });

  test("a delta frame looks like a frame", () => {
    expect(hex(av1.wrap(unhex("c0ffee"), false))).toBe("30c0ffee");
  });

  test("is made of whole OBUs: types 1 and 6, or 6 alone", () => {
    const types = (key: boolean): number[] =>
      parse(av1.wrap(bytesOf("sealed", 300), key)).map(({ header }) => header >> 3);
    expect(types(true)).toEqual([1, 6]);
    expect(types(false)).toEqual([6]);
  });

  test("comes back from the depacketizer, around each number of bytes that the size takes", () => {
    for (const length of [1, 2, 127, 128, 129, 16_383, 16_384, 100_000, 2_097_151, 2_097_152]) {
      const sealed = new Uint8Array(length).fill(0xaa);
      for (const key of [true, false]) {
        for (const hasDelimiter of [true, false]) {
          const arrived = rebuilt(av1.wrap(sealed, key), hasDelimiter);
          // Of millions of bytes, toEqual would take seconds.
          expect(Buffer.compare(av1.unwrap(arrived) ?? new Uint8Array(0), sealed)).toBe(0);
        }
      }
    }
  });

  test("a sealed frame that looks like OBUs is still only what was sealed", () => {
    for (const inner of [`${SEQUENCE_HEADER}30c0`, "1200", "3203c0ffee", "30", "32"]) {
      for (const key of [true, false]) {
        const wrapped = av1.wrap(unhex(inner), key);
        expect(hex(av1.unwrap(wrapped)!)).toBe(inner);
        expect(hex(av1.unwrap(rebuilt(wrapped, true))!)).toBe(inner);
      }
    }
  });

  test.each([
    ["nothing", ""],
    ["a temporal delimiter alone", "1200"],
    ["a sequence header alone", SEQUENCE_HEADER],
    ["a frame of no bytes", "30"],
    ["a sized frame of no bytes", "3200"],
    ["a sized frame without its size", "32"],
    ["a size that does not end", "32ffffffff01aa"],
    ["a size of more than there is", "3204c0ffee"],
    ["a size of less than there is", "3202c0ffee"],
    ["a size longer than need be", "328300c0ffee"],
    ["another sequence header", "0a0b00000024c4ffdf3ffed11130c0ffee"],
    ["two sequence headers", `${SEQUENCE_HEADER}${SEQUENCE_HEADER}30c0ffee`],
    ["a delimiter after the sequence header", `${SEQUENCE_HEADER}120030c0ffee`],
    ["a frame header OBU", "1ac0ffee"],
    ["a frame with an extension", "3400c0ffee"],
    ["a plain frame: a delimiter, its own sequence header", "12000a0a0000000241b3f5ff0d32c0ffee"],
  ])("refuses %s", (_, bytes) => {
    expect(av1.unwrap(unhex(bytes))).toBeUndefined();
  });

  test("refuses a key frame with any bit of the cover wrong", () => {
    const wrapped = av1.wrap(unhex("c0ffee"), true);
    for (let bit = 0; bit < 8 * 14; bit++) {
      const changed = wrapped.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      // 30 with a size is a frame, too, but this size is wrong.
      expect(av1.unwrap(changed)).toBeUndefined();
    }
  });
});
