import { expect, test } from "vitest";
import { loudness } from "../../../web/media/level.ts";

const tone = (amplitude: number): Float32Array =>
  Float32Array.from({ length: 1024 }, (_, i) => amplitude * Math.sin(i / 5));

test("silence is 0 and never NaN", () => {
  expect(loudness(new Float32Array(1024))).toBe(0);
  expect(loudness(new Float32Array(0))).toBe(0);
});

test("louder is more, and the scale stays in 0…1", () => {
  const levels = [0.0001, 0.001, 0.01, 0.1, 0.5, 1].map((a) => loudness(tone(a)));
  for (const [i, level] of levels.entries()) {
    expect(level).toBeGreaterThanOrEqual(levels[i - 1] ?? 0);
    expect(level).toBeLessThanOrEqual(1);
  }
  expect(loudness(new Float32Array(16).fill(1))).toBe(1);
});

test("ordinary speech (about -26 dBFS) fills half of the bar", () => {
  expect(loudness(tone(0.07))).toBeGreaterThan(0.45);
  expect(loudness(tone(0.07))).toBeLessThan(0.65);
});
