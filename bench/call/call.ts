/**
 * npm run bench -- call [--rounds 6] [--no-write]
 *
 * What a second of a whole call costs two Chromiums, with the encryption, with transforms that do
 * nothing, and without transforms: processor time of all their processes, from /proc, while picture
 * and sound go both ways through the hardened coturn that we ship. And how many bytes the encryption
 * adds to an Opus frame.
 *
 * One call of each is played in turn, in changing order, in the same two pages. A call that was not
 * relayed, or not what its name says, is played again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Crowd } from "../../tests/support/browsers/crowd.ts";
import { eventually, type Person } from "../../tests/support/browsers/person.ts";
import { openLab } from "../../tests/support/lab/lab.ts";
import { startStack } from "../../tests/support/stack/stack.ts";
import { giveUp, say } from "../../tools/lib/cli.ts";
import { cpuMs } from "../lib/cpu.ts";
import { calm, describeMachine, load } from "../lib/machine.ts";
import { writeResult } from "../lib/results.ts";
import type { CallVariant, Proof, Sent } from "../page/lab.types.ts";
import { overheads, reportCalls, table, VARIANTS, type Call } from "./report.ts";

const USAGE = "Usage: npm run bench -- call [--rounds 6] [--no-write]";
/** Turns before anything counts. */
const WARM_UP = 1;
const CALM_SHARE = 0.25;
const CALM_PATIENCE_MS = 20_000;
/** Until the bandwidth estimate has found its level. */
const SETTLE_MS = 5_000;
const WINDOW_MS = 8_000;
const FAILURES_MAX = 10;

const MEANING = {
  cpuMsPerSecond:
    "user and system time of all processes of the browser, two pages in a call with each other, for each second of the call",
  sealed: "the product's own createCall",
  empty: "bench page only: the same call in clear, every frame through a worker that does nothing",
  ordinary: "bench page only: the same call in clear, without transforms",
  opusBytes:
    "payload bytes of audio for each packet, from the sender's statistics; RTP headers are not in it",
  opusOverhead: "length of sealed minus plain of the sealer that calls use, exact",
  noise: "browsers, relay and edge share two cores with whatever else runs",
} as const;

export async function run(words: string[]): Promise<void> {
  const { rounds, write } = options(words);
  const loadBefore = load();
  const ends: (() => Promise<unknown>)[] = [];
  const calls: Call[] = [];
  const busyBefore: number[] = [];
  const discarded: string[] = [];
  // Ended in the middle, it still takes its relay, edge and browser with it.
  const stop = new AbortController();
  const interrupted = (): void => stop.abort(new Error("Stopped."));
  process.on("SIGINT", interrupted).on("SIGTERM", interrupted);
  try {
    const stack = await startStack();
    ends.push(() => stack.end());
    const script = fileURLToPath(new URL("../page/first-frame.ts", import.meta.url));
    const lab = await openLab({ script, edge: stack.url });
    ends.push(() => lab.close());
    const crowd = new Crowd();
    ends.push(() => crowd.end());
    const people: Person[] = [];
    for (const name of ["Ada", "Ben"]) {
      const person = await crowd.invite("chromium", name);
      await person.open(lab.url);
      await person.evaluate(() => window.lab.prepare());
      people.push(person);
    }
    for (let turn = 0; turn < WARM_UP + rounds; turn++) {
      const busy = await calm(CALM_SHARE, CALM_PATIENCE_MS);
      if (turn >= WARM_UP) busyBefore.push(busy);
      const first = turn % VARIANTS.length;
      const line: string[] = [];
      for (const variant of [...VARIANTS.slice(first), ...VARIANTS.slice(0, first)]) {
        stop.signal.throwIfAborted();
        const call = await played(variant, people, discarded);
        if (turn >= WARM_UP) calls.push(call);
        line.push(`${variant} ${call.cpuMsPerSecond.toFixed(0)} ms/s`);
      }
      say(`${turn < WARM_UP ? "warm-up" : `round ${turn - WARM_UP + 1}`}: ${line.join(", ")}`);
    }
  } catch (cause) {
    if (!stop.signal.aborted) throw cause;
  } finally {
    for (const end of ends.toReversed()) await end().catch(() => {});
  }
  if (stop.signal.aborted) giveUp("Stopped.");
  const report = { ...reportCalls(calls), opusOverhead: await overheads() };
  say(table(report));
  const result = {
    bench: "call",
    date: new Date().toISOString(),
    command: ["npm run bench -- call", ...words].join(" "),
    machine: describeMachine({
      chromium: ["chromium", "--version"],
      coturn: ["turnserver", "--version"],
    }),
    load: { before: loadBefore, after: load() },
    meaning: MEANING,
    busyBefore,
    discarded,
    ...report,
    calls,
  };
  if (write) say(`Written: ${writeResult("call", result)}`);
}

function options(words: string[]): { rounds: number; write: boolean } {
  try {
    const { values } = parseArgs({
      args: words,
      allowNegative: true,
      options: {
        rounds: { type: "string", default: "6" },
        write: { type: "boolean", default: true },
      },
    });
    const rounds = Number(values.rounds);
    if (Number.isInteger(rounds) && rounds > 0) return { ...values, rounds };
  } catch {
    // An unknown flag: as below.
  }
  return giveUp(USAGE);
}

async function played(
  variant: CallVariant,
  people: readonly Person[],
  discarded: string[],
): Promise<Call> {
  for (;;) {
    try {
      return await play(variant, people);
    } catch (cause) {
      const reason = `${variant}: ${String(cause).split("\n")[0]}`;
      if (discarded.length >= FAILURES_MAX) throw new Error(reason, { cause });
      say(`not counted, ${reason}`);
      discarded.push(reason);
    }
  }
}

async function play(variant: CallVariant, people: readonly Person[]): Promise<Call> {
  const [ada, ben] = people as readonly [Person, Person];
  try {
    await ada.evaluate((as) => window.lab.arrive(as), variant);
    await ada.evaluate(() => window.lab.until("offer ready"));
    await ben.evaluate((as) => window.lab.arrive(as), variant);
    for (const person of people) await person.evaluate(() => window.lab.until("first picture"));
    await sleep(SETTLE_MS);
    for (const person of people) await check(variant, person);
    const before = await sums(people);
    const [began, cpu] = [performance.now(), cpuMs("chromium")];
    await sleep(WINDOW_MS);
    const spent = cpuMs("chromium") - cpu;
    const seconds = (performance.now() - began) / 1_000;
    const after = await sums(people);
    const packets = after.audioPackets - before.audioPackets;
    if (packets === 0) throw new Error("no sound was sent");
    return {
      variant,
      cpuMsPerSecond: spent / seconds,
      opusBytes: (after.audioBytes - before.audioBytes) / packets,
      opusPackets: packets,
      videoFramesPerSecond: (after.videoFrames - before.videoFrames) / seconds,
      videoKilobitsPerSecond: ((after.videoBytes - before.videoBytes) * 8) / 1_000 / seconds,
    };
  } finally {
    for (const person of people) await person.evaluate(() => window.lab.leave());
    await sleep(1_000);
  }
}

async function sums(people: readonly Person[]): Promise<Sent> {
  const all = await Promise.all(people.map((one) => one.evaluate(() => window.lab.sent())));
  const sum = (of: keyof Sent): number => all.reduce((total, one) => total + one[of], 0);
  return {
    audioPackets: sum("audioPackets"),
    audioBytes: sum("audioBytes"),
    videoFrames: sum("videoFrames"),
    videoBytes: sum("videoBytes"),
  };
}

async function check(variant: CallVariant, person: Person): Promise<void> {
  const transforms = variant === "ordinary" ? "none" : "all";
  let last: Proof | undefined;
  await eventually(
    `a relayed ${variant} call`,
    async () => {
      last = await person.evaluate(() => window.lab.proof());
      return last.path === "relay" && last.framesDecoded > 0 && last.transforms === transforms;
    },
    3_000,
  ).catch(() => {
    throw new Error(`${person.name} was in no such call: ${JSON.stringify(last)}`);
  });
}
