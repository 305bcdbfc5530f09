import { describe, expect, test } from "vitest";
import { baseKey, kid } from "../../e2ee/key-schedule.ts";
import { safetyCode } from "../../e2ee/safety-code.ts";
import { bytesOf, hex } from "./kit.ts";

describe("the safety code", () => {
  test("is four numbers from 0 to 63, and all of them occur", async () => {
    const seen = [0, 1, 2, 3].map(() => new Set<number>());
    for (let i = 0; i < 600; i++) {
      const code = await safetyCode(bytesOf(`transcript ${i}`, 32));
      expect(code).toHaveLength(4);
      code.forEach((number, place) => seen[place]?.add(number));
    }
    for (const numbers of seen) {
      expect(Math.min(...numbers)).toBe(0);
      expect(Math.max(...numbers)).toBe(63);
      expect(numbers.size).toBeGreaterThan(60);
    }
  });
});

describe("the key schedule", () => {
  test("gives each direction and kind a key of its own, under each root", async () => {
    const keys = new Set<string>();
    for (const root of [bytesOf("root 1", 32), bytesOf("root 2", 32)]) {
      for (const direction of ["I>R", "R>I"] as const) {
        for (const kind of ["audio", "video", "data"] as const) {
          const key = await baseKey(root, direction, kind);
          expect(key).toHaveLength(32);
          keys.add(hex(key));
        }
      }
    }
    expect(keys.size).toBe(12);
  });

  test.each([
    [0, 0, 0],
    [0, 15, 15],
    [1, 0, 16],
    [2, 3, 35],
  ])("generation %i, step %i is KID %i", (generation, step, id) => {
    expect(kid(generation, step)).toBe(id);
  });

  test.each([
    [0, 16],
    [0, -1],
    [-1, 0],
    [0.5, 0],
    [0, 0.5],
    [2 ** 50, 0],
    [Number.NaN, 0],
  ])("there is no generation %d, step %d", (generation, step) => {
    expect(() => kid(generation, step)).toThrow(RangeError);
  });
});
