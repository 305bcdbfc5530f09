import { describe, expect, it } from "vitest";
import { peopleByRegion } from "../support/world/population.ts";
import { World } from "../support/world/world.ts";
import type { Region } from "../../durable-objects/directory/regions.ts";

/** What the directory comes to by itself is measured elsewhere; here every open region has this. */
function observe(people: number, shards: [Region, number][], bots = 0) {
  const world = new World({
    seed: 11,
    people: peopleByRegion(people, 20),
    bots,
    shards: new Map(shards),
  });
  world.run(40_000);
  world.measuring = true;
  world.run(30_000);
  const { observed } = world;
  observed.waits.sort((a, b) => a - b);
  const wait = (share: number) => observed.waits[Math.floor(observed.waits.length * share)]!;
  return { observed, p50: wait(0.5), p95: wait(0.95) };
}

describe("a made-up world on the real matcher and directory", () => {
  it("P-26, P-27: among 5,000, 95 of 100 wait at most 2.5 s and 80 of 100 meet their language", () => {
    const { observed, p95 } = observe(5_000, [
      ["weur", 2],
      ["enam", 1],
    ]);
    expect(observed.matches).toBeGreaterThan(500);
    expect(p95).toBeLessThanOrEqual(2_500);
    expect(observed.sameLanguage / observed.matches).toBeGreaterThanOrEqual(0.8);
    expect(observed.rematches / (2 * observed.matches)).toBeLessThanOrEqual(0.01);
    expect(observed.needlessly).toBe(0);
  }, 60_000);

  it("P-28, P-31: among 100 hardly anybody meets one of the last eight, and nobody waits needlessly", () => {
    const { observed } = observe(100, []);
    expect(observed.matches).toBeGreaterThan(10);
    expect(observed.rematches / (2 * observed.matches)).toBeLessThanOrEqual(0.01);
    expect(observed.needlessly).toBe(0);
  });

  it("P-21: 1,000 scripted skippers raise nobody's wait by more than a twentieth", () => {
    const shards: [Region, number][] = [["weur", 1]];
    const alone = observe(2_000, shards);
    const among = observe(2_000, shards, 1_000);
    expect(among.p50).toBeLessThanOrEqual(alone.p50 * 1.05 + 1);
    expect(among.p95).toBeLessThanOrEqual(alone.p95 * 1.05);
  }, 60_000);
});
