import { describe, expect, test } from "vitest";
import { seeded } from "../kit.ts";
import { createReplayWindow, REPLAY_WINDOW_FRAMES } from "../../../e2ee/sframe/replay-window.ts";

const SIZE = BigInt(REPLAY_WINDOW_FRAMES);
const LAST = 2n ** 64n - 1n;

describe("the replay window", () => {
  test("is 1024 frames", () => {
    expect(REPLAY_WINDOW_FRAMES).toBe(1024);
  });

  test("takes any first counter, once", () => {
    for (const counter of [0n, 1n, 1023n, 1024n, 1025n, LAST]) {
      const window = createReplayWindow();
      expect(window.check(counter)).toBe("fresh");
      window.accept(counter);
      expect(window.check(counter)).toBe("replayed");
    }
  });

  test.each([
    [1023n, 0n, "fresh"],
    [1024n, 0n, "too-old"],
    [1024n, 1n, "fresh"],
    [5000n, 5000n - SIZE + 1n, "fresh"],
    [5000n, 5000n - SIZE, "too-old"],
    [LAST, LAST - SIZE + 1n, "fresh"],
    [LAST, LAST - SIZE, "too-old"],
    [LAST, 0n, "too-old"],
  ] as const)("with %i highest, %i is %s", (highest, counter, expected) => {
    const window = createReplayWindow();
    window.accept(highest);
    expect(window.check(counter)).toBe(expected);
  });

  test.each([1n, 2n, SIZE - 1n, SIZE, SIZE + 1n, 2n * SIZE, 2n ** 40n])(
    "forgets nothing and invents nothing when it moves by %i",
    (by) => {
      const window = createReplayWindow();
      const seen = [3000n, 2999n, 2500n, 3000n - SIZE + 1n];
      for (const counter of seen) window.accept(counter);
      window.accept(3000n + by);
      for (let counter = 1500n; counter <= 3000n; counter++) {
        const isOld = 3000n + by - counter >= SIZE;
        const expected = isOld ? "too-old" : seen.includes(counter) ? "replayed" : "fresh";
        expect(window.check(counter)).toBe(expected);
      }
      for (let counter = 3001n; counter < 3000n + by && counter < 6000n; counter++) {
        const expected = 3000n + by - counter >= SIZE ? "too-old" : "fresh";
        expect(window.check(counter)).toBe(expected);
      }
    },
  );

  test("asking changes nothing", () => {
    const window = createReplayWindow();
    window.accept(10n);
    for (const counter of [LAST, 0n, 10n, 11n, 5000n]) window.check(counter);
    expect(window.check(9n)).toBe("fresh");
    expect(window.check(11n)).toBe("fresh");
  });

  test("agrees with a plain set over 20,000 random arrivals (seed 7)", () => {
    const chance = seeded(7);
    const window = createReplayWindow();
    const seen = new Set<bigint>();
    let highest = -1n;
    for (let i = 0; i < 20_000; i++) {
      const jump = chance.below(50) === 0 ? chance.below(3000) : chance.below(4);
      const counter =
        highest + BigInt(jump) - BigInt(chance.below(5) === 0 ? chance.below(1100) : 0);
      if (counter < 0n) continue;
      const expected =
        counter <= highest - SIZE ? "too-old" : seen.has(counter) ? "replayed" : "fresh";
      expect(window.check(counter)).toBe(expected);
      if (expected !== "fresh" || chance.below(4) === 0) continue;
      window.accept(counter);
      seen.add(counter);
      if (counter > highest) highest = counter;
    }
  });
});
