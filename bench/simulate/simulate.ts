/**
 * npm run simulate -- --people N [--bots M] [--hour UTC] [--seconds 90] [--seed 1] [--json]
 *
 * So many people online at once, in a world of regions, hours, languages and interests, through the
 * same matcher and directory that run at the edge. Prints how long they wait, whom they meet, how
 * many shards there are and what it costs in a month.
 *
 * Up to 24,000 people everybody is simulated. Beyond, each region is a sample: as many of its shards
 * as fit, with as many people in each as there would be; the rest is scaled up, and the output says
 * so. That is fair where a region has several shards, because people there meet in their own.
 */
import { parseArgs } from "node:util";
import { giveUp, say } from "../../tools/lib/cli.ts";
import { OPEN_AT_PEOPLE, SPLIT_SOCKETS } from "../../durable-objects/directory/directory.ts";
import type { Region } from "../../durable-objects/directory/regions.ts";
import { PARENTS } from "../../durable-objects/directory/regions.ts";
import { peopleByRegion } from "../../tests/support/world/population.ts";
import { costOf } from "./prices.ts";
import { World, type Observed } from "../../tests/support/world/world.ts";

const USAGE =
  "Usage: npm run simulate -- --people 20..10000000 [--bots 0] [--hour 20] [--seconds 90] [--seed 1] [--json]";
const SIMULATED_MAX = 24_000;
const WARM_UP_MS = 45_000;

interface Plan {
  readonly whole: ReadonlyMap<Region, number>;
  readonly sampled: ReadonlyMap<Region, number>;
  readonly shards: ReadonlyMap<Region, number>;
  readonly sampledShards: ReadonlyMap<Region, number>;
}

export async function run(words: string[]): Promise<void> {
  const { people, bots, hour, seconds, seed, json } = options(words);
  const plan = planFor(people, hour);
  const began = performance.now();
  const observed = simulate(plan, bots, seconds, seed);
  const simulated = total(plan.sampled);
  const scale = people / simulated;
  const matchesPerSecond = (observed.matches / seconds) * scale;
  const shards = people <= SIMULATED_MAX ? total(observed.shards) : total(plan.shards);
  const usage = {
    people,
    matchesPerSecond,
    objectCallsPerSecond: (observed.objectCalls / seconds) * scale,
    shards,
    connectedShare: Math.min(1, observed.connectedMs / (simulated * seconds * 1_000)),
  };
  const waits = observed.waits.sort((a, b) => a - b);
  const result = {
    people,
    simulatedPeople: simulated,
    sample: scale > 1 ? `${total(plan.sampledShards)} of ${shards} shards` : "everybody",
    hourUtc: hour,
    simulatedSeconds: seconds,
    seed,
    bots,
    waitMs: { p50: at(waits, 0.5), p95: at(waits, 0.95), p99: at(waits, 0.99), max: at(waits, 1) },
    sameLanguage: share(observed.sameLanguage, observed.matches),
    sharedInterestOfThoseWithAny: share(observed.sharedInterest, observed.withInterests),
    rematchWithinEight: share(observed.rematches, 2 * observed.matches),
    acrossShards: share(observed.crossings, observed.matches),
    personSecondsOver12sWithSomebodyFree: observed.needlessly,
    matchesPerSecond: Math.round(matchesPerSecond * 10) / 10,
    framesInPerMatch: Math.round((observed.framesIn / Math.max(1, observed.matches)) * 10) / 10,
    objectCallsPerMatch:
      Math.round((observed.objectCalls / Math.max(1, observed.matches)) * 100) / 100,
    shards,
    dollarsPerMonth: rounded(costOf(usage)),
    tookSeconds: Math.round((performance.now() - began) / 100) / 10,
  };
  if (json) say(JSON.stringify(result, undefined, 2));
  else print(result);
  await Promise.resolve();
}

function simulate(plan: Plan, bots: number, seconds: number, seed: number): Observed {
  const world = new World({ seed, people: plan.sampled, bots, shards: plan.sampledShards });
  world.run(WARM_UP_MS);
  world.measuring = true;
  world.run(seconds * 1_000);
  return world.observed;
}

function planFor(people: number, hour: number): Plan {
  const whole = peopleByRegion(people, hour);
  const shards = shardsFor(whole);
  if (people <= SIMULATED_MAX) {
    return { whole, sampled: whole, shards, sampledShards: shards };
  }
  const sampled = new Map<Region, number>();
  const sampledShards = new Map<Region, number>();
  for (const [region, count] of whole) {
    const have = shards.get(region) ?? 1;
    const each = count / have;
    const budget = (SIMULATED_MAX * count) / people;
    const take = Math.max(1, Math.min(have, Math.floor(budget / each)));
    sampledShards.set(region, take);
    sampled.set(region, Math.min(count, take * each));
  }
  return { whole, sampled, shards, sampledShards };
}

/** What the directory's rules come to with so many people spread evenly. */
function shardsFor(people: ReadonlyMap<Region, number>): Map<Region, number> {
  const shards = new Map<Region, number>();
  for (const [region, count] of people) {
    if (count < OPEN_AT_PEOPLE && PARENTS[region] !== undefined) continue;
    let number = 1;
    while (count / number > SPLIT_SOCKETS) number *= 2;
    shards.set(region, number);
  }
  return shards;
}

function options(words: string[]) {
  try {
    const { values } = parseArgs({
      args: words,
      options: {
        people: { type: "string", default: "5000" },
        bots: { type: "string", default: "0" },
        hour: { type: "string", default: "20" },
        seconds: { type: "string", default: "90" },
        seed: { type: "string", default: "1" },
        json: { type: "boolean", default: false },
      },
    });
    const people = Number(values.people);
    const [bots, hour, seconds, seed] = [values.bots, values.hour, values.seconds, values.seed].map(
      Number,
    ) as [number, number, number, number];
    if (people >= 2 && people <= 1e8 && bots >= 0 && hour >= 0 && hour < 24 && seconds > 0) {
      return { people, bots, hour, seconds, seed, json: values.json };
    }
  } catch {
    // An unknown flag: as below.
  }
  return giveUp(USAGE);
}

type Shown = string | number;

function print(result: Record<string, Shown | Record<string, Shown>>): void {
  for (const [name, value] of Object.entries(result)) {
    say(`${name.padEnd(38)} ${typeof value === "object" ? inline(value) : value}`);
  }
}

function inline(values: Record<string, Shown>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

function rounded(costs: Record<string, number>): Record<string, number> {
  const all = Object.values(costs).reduce((sum, each) => sum + each, 0);
  const entries = Object.entries({ ...costs, total: all });
  return Object.fromEntries(entries.map(([name, value]) => [name, Math.round(value * 100) / 100]));
}

function total(values: ReadonlyMap<unknown, number>): number {
  return Math.round([...values.values()].reduce((sum, each) => sum + each, 0));
}

function share(part: number, whole: number): string {
  return whole === 0 ? "none" : `${Math.round((part / whole) * 1_000) / 10} %`;
}

function at(sorted: readonly number[], quantile: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? Number.NaN;
}
