import { describe, expect, test } from "vitest";
import { bytesOf, seeded } from "../kit.ts";
import { decodeHeader, encodeHeader, readHeader } from "../../../e2ee/sframe/header.ts";
import { createReplayWindow } from "../../../e2ee/sframe/replay-window.ts";
import { fromWords, highWord, lowWord, uint64 } from "../../../e2ee/sframe/uint64.ts";

/** Each side of every edge: three bits, each further byte, the words, what a number holds, the end. */
const EDGES = [0n, 7n, 8n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 64n - 1n].concat(
  [8, 16, 24, 31, 32, 33, 40, 48, 52, 53, 54, 56, 63].flatMap((bits) =>
    [-1n, 0n, 1n].map((off) => 2n ** BigInt(bits) + off),
  ),
);

describe("values of 64 bits", () => {
  test.each(EDGES)(
    "%i is a number if a number holds it, and comes back from its words",
    (value) => {
      const canonical = uint64(value);
      expect(typeof canonical).toBe(value < 2n ** 53n ? "number" : "bigint");
      expect(BigInt(canonical)).toBe(value);
      expect(fromWords(highWord(canonical), lowWord(canonical))).toBe(canonical);
      expect(BigInt(highWord(canonical)) * 2n ** 32n + BigInt(lowWord(canonical))).toBe(value);
    },
  );

  test.each([-1, 1.5, NaN, Infinity, -1n, 2n ** 64n, 2 ** 64])("%d is none", (value) => {
    expect(() => uint64(value)).toThrow(RangeError);
  });

  test("headers agree with bigint arithmetic at every pair of edges", () => {
    const big = (value: bigint): string => {
      const digits = value.toString(16);
      return value < 8n ? "" : digits.padStart(digits.length + (digits.length % 2), "0");
    };
    for (const kid of EDGES) {
      for (const counter of EDGES) {
        const nibble = (value: bigint): number =>
          value < 8n ? Number(value) : 7 + big(value).length / 2;
        const config = ((nibble(kid) << 4) | nibble(counter)).toString(16).padStart(2, "0");
        const header = encodeHeader(kid, counter);
        expect(Buffer.from(header).toString("hex")).toBe(config + big(kid) + big(counter));
        expect(decodeHeader(header)).toEqual({ kid, counter, length: header.length });
        expect(readHeader(header)).toMatchObject({ kid: uint64(kid), counter: uint64(counter) });
      }
    }
  });

  test("20,000 random headers that are read write themselves again (seed 64)", () => {
    const chance = seeded(64);
    let read = 0;
    for (let i = 0; i < 20_000; i++) {
      const frame = i % 2 === 0 ? chance.bytes(17) : bytesOf(`header ${i}`, 1 + (i % 17));
      const header = readHeader(frame);
      if (header === undefined) continue;
      read++;
      expect(encodeHeader(header.kid, header.counter)).toEqual(frame.slice(0, header.length));
    }
    expect(read).toBeGreaterThan(5_000);
  });
});

test("the replay window goes from numbers to bigints without a gap", () => {
  const edge = 2n ** 53n;
  const window = createReplayWindow();
  for (let counter = edge - 600n; counter < edge + 600n; counter += 2n) {
    expect(window.check(uint64(counter))).toBe("fresh");
    window.accept(uint64(counter));
  }
  for (let counter = edge - 600n; counter < edge + 600n; counter++) {
    const isOld = edge + 598n - counter >= 1024n;
    const expected = isOld ? "too-old" : counter % 2n === 0n ? "replayed" : "fresh";
    expect(window.check(uint64(counter))).toBe(expected);
  }
});
