/** What is measured of a lobby, from outside. */
import { setTimeout as sleep } from "node:timers/promises";
import type { RunningProcess } from "../../tests/support/workerd/workerd.ts";
import { round } from "../lib/statistics.ts";
import { Visitor, type Dialect } from "./visitor.ts";

/** A person may seek once in 1.5 s; with a little room, so that nobody is slowed. */
const PACE_MS = 1_650;
const JOINS_PER_SECOND = 500;
/** Of the flow, before anything counts. */
const WARM_UP_MS = 3_000;
/** workerd puts an object to sleep after 10 s. */
const SILENCE_MS = 15_000;

export interface Flow {
  readonly pairings: number;
  readonly cpuSeconds: number;
  readonly pairingsPerCpuSecond: number;
  readonly joinsPerSecond: number;
  readonly joinToMatch: { readonly p50: number; readonly p99: number };
}

export async function openVisitors(
  url: string,
  dialect: Dialect,
  count: number,
): Promise<Visitor[]> {
  const visitors: Visitor[] = [];
  for (let from = 0; from < count; from += 50) {
    const some = Array.from({ length: Math.min(50, count - from) }, (_, index) =>
      Visitor.open(url, from + index, dialect),
    );
    visitors.push(...(await Promise.all(some)));
  }
  return visitors;
}

/** A steady stream of joins, by whoever is done and rested. */
export async function measureFlow(
  server: RunningProcess,
  visitors: readonly Visitor[],
  seconds: number,
): Promise<Flow> {
  await joins(visitors, WARM_UP_MS);
  for (const visitor of visitors) visitor.waits.length = 0;
  const before = { matches: matchesOf(visitors), cpu: server.cpuSeconds() };
  const made = await joins(visitors, seconds * 1_000);
  const cpuSeconds = server.cpuSeconds() - before.cpu;
  const pairings = (matchesOf(visitors) - before.matches) / 2;
  const waits = visitors.flatMap((visitor) => visitor.waits).sort((a, b) => a - b);
  const at = (share: number) => round(waits[Math.floor(waits.length * share)] ?? Number.NaN);
  return {
    pairings,
    cpuSeconds: round(cpuSeconds * 10) / 10,
    pairingsPerCpuSecond: Math.round(pairings / cpuSeconds),
    joinsPerSecond: Math.round(made / seconds),
    joinToMatch: { p50: at(0.5), p99: at(0.99) },
  };
}

/** Everybody at once; the last one of an odd number would wait for ever. */
export async function measureStorm(visitors: readonly Visitor[]) {
  await sleep(2 * PACE_MS);
  const before = matchesOf(visitors);
  const begin = performance.now();
  for (const visitor of visitors) visitor.seek();
  const goal = before + visitors.length - (visitors.length % 2) - 2;
  while (matchesOf(visitors) < goal && performance.now() - begin < 20_000) await sleep(2);
  const ms = performance.now() - begin;
  return {
    pairsPerSecond: Math.round(((matchesOf(visitors) - before) / 2 / ms) * 1_000),
    ms: Math.round(ms),
  };
}

export async function measureWake(url: string, dialect: Dialect, count: number) {
  const visitors = await openVisitors(url, dialect, count);
  // Answered without waking, and needed: a page that is not heard counts as gone.
  const pings = visitors.map((visitor) => visitor.keepAlive());
  await sleep(SILENCE_MS);
  const asleepMs = await answerTime(visitors[0]!);
  // Nobody may be met by the next one, or there would be no answer of the same kind.
  const awakeMs = await matchTime(visitors[1]!);
  for (const ping of pings) clearInterval(ping);
  for (const visitor of visitors) visitor.close();
  return { sockets: count, asleepMs, awakeMs };
}

function answerTime(visitor: Visitor): Promise<number> {
  return new Promise((resolve) => {
    visitor.onWaiting = () => resolve(round(performance.now() - visitor.soughtAt));
    visitor.seek();
  });
}

async function matchTime(visitor: Visitor): Promise<number> {
  const before = visitor.matches;
  visitor.seek();
  for (let tries = 0; visitor.matches === before && tries < 5_000; tries++) await sleep(1);
  return round(visitor.waits.at(-1) ?? Number.NaN);
}

async function joins(visitors: readonly Visitor[], ms: number): Promise<number> {
  const begin = performance.now();
  let made = 0;
  let next = 0;
  while (performance.now() - begin < ms) {
    const now = performance.now();
    const due = ((now - begin) * JOINS_PER_SECOND) / 1_000;
    for (let looked = 0; made < due && looked < visitors.length; looked++) {
      const visitor = visitors[next++ % visitors.length]!;
      if (!visitor.idle || now - visitor.soughtAt < PACE_MS) continue;
      visitor.seek();
      made++;
    }
    await sleep(1);
  }
  // What was begun may still end.
  await sleep(500);
  return made;
}

function matchesOf(visitors: readonly Visitor[]): number {
  return visitors.reduce((sum, { matches }) => sum + matches, 0);
}
