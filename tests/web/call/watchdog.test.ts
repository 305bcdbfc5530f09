import { expect, test } from "vitest";
import { PATIENCE_MS, TOLERANCE_FRAMES, watch } from "../../../web/call/watchdog.ts";
import type { Watch } from "../../../web/call/watchdog.ts";

function play(samples: readonly [at: number, sent: number, handled: number][]): boolean {
  let state: Watch = {};
  let leaking = false;
  for (const [at, sent, handled] of samples)
    ({ state, leaking } = watch(state, { at, sent, handled }));
  return leaking;
}

test("what is counted a little apart is no leak, however long it lasts", () => {
  expect(
    play([
      [0, TOLERANCE_FRAMES, 0],
      [60_000, TOLERANCE_FRAMES + 500, 500],
    ]),
  ).toBe(false);
});

test("more sent than handled for half a second is a leak", () => {
  expect(
    play([
      [0, 11, 0],
      [PATIENCE_MS - 1, 20, 0],
    ]),
  ).toBe(false);
  expect(
    play([
      [0, 11, 0],
      [PATIENCE_MS, 20, 0],
    ]),
  ).toBe(true);
});

test("a backlog that was worked off starts anew", () => {
  expect(
    play([
      [0, 30, 0],
      [400, 40, 40],
      [800, 60, 40],
      [1_200, 70, 40],
    ]),
  ).toBe(false);
});

test("more handled than sent (frames dropped by the packetizer) is fine", () => {
  expect(
    play([
      [0, 0, 100],
      [10_000, 5, 1_000],
    ]),
  ).toBe(false);
});
