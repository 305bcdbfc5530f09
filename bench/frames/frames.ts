/**
 * npm run bench -- frames [--rounds 40] [--no-firefox] [--no-write]
 *
 * Microseconds that one frame takes to be sealed, and to be opened, in a dedicated worker of a real
 * browser: ours, what LiveKit and Jitsi ship, and one call of WebCrypto's AES-GCM as the floor below
 * which nobody gets. Then the same openers while a relay forges ten thousand frames a second.
 *
 * Every contender is called as the stream of a call would call it, with one frame at a time and the
 * same made-up frames (page/contenders/). What the browser adds on the way from the encoder and to
 * the network is the same for all and not in it; `npm run bench -- call` has it.
 *
 * A round is one batch of each contender, size and direction, in turn and in changing order. Ratios
 * are taken within a round, so what the machine did meanwhile is in both of their terms.
 */
import { fileURLToPath } from "node:url";
import { Crowd } from "../../tests/support/browsers/crowd.ts";
import type { Engine, Person } from "../../tests/support/browsers/person.ts";
import { openLab } from "../../tests/support/lab/lab.ts";
import { say } from "../../tools/lib/cli.ts";
import { calm, describeMachine, load } from "../lib/machine.ts";
import { readOptions } from "../lib/options.ts";
import { packageVersions } from "../lib/packages.ts";
import { writeResult } from "../lib/results.ts";
import { median } from "../lib/statistics.ts";
import type { Batch, JunkRun } from "../page/frames.types.ts";
import { reportJunk, reportRounds, table } from "./report.ts";
import type { JunkReport, Row } from "./report.ts";

const USAGE = "Usage: npm run bench -- frames [--rounds 40] [--no-firefox] [--no-write]";
/** Before anything counts: code is compiled, batches are measured out. */
const WARM_UP = 2;
const CALM_SHARE = 0.25;
const CALM_PATIENCE_MS = 2_000;
const JUNK_SECONDS = 5;
const JUNK_RUNS = 3;

const MEANING = {
  unit: "microseconds per frame: medians of rounds, with 95 % bootstrap intervals",
  toFloor: "median over the rounds of (contender / WebCrypto alone, same size, same round)",
  undisturbed:
    "the tenth percentile of the batches and its ratio to the floor's: what is left when the machine was busy",
  floor: "one crypto.subtle call with AES-256-GCM per frame, counter IV, no associated data",
  ours: "the pipelines of the media worker: cover, SFrame suite 5 (AES-256-GCM), replay window",
  others:
    "LiveKit and Jitsi with their defaults, AES-128-GCM; both leave the first bytes of a frame in clear and keep no replay window",
  frames: "made up: random pictures, inter frames; H.264 is one slice with its start code",
  junk: "80 genuine frames of 1200 bytes a second among 10,000 forged or repeated ones, through one transform; in time is within 200 ms of when it came",
  noise: "the browser shares two cores with whatever else runs; busyBefore is how busy they were",
} as const;

interface EngineReport {
  readonly browser: Engine;
  readonly busyBefore: readonly number[];
  readonly rows: readonly Row[];
  readonly junk: readonly JunkReport[];
}

export async function run(words: string[]): Promise<void> {
  const { rounds, firefox, write } = readOptions(words, { rounds: 40, firefox: true }, USAGE);
  const loadBefore = load();
  const engines: readonly Engine[] = firefox ? ["chromium", "firefox"] : ["chromium"];
  const script = fileURLToPath(new URL("../page/frames.ts", import.meta.url));
  const lab = await openLab({ script });
  const reports: EngineReport[] = [];
  try {
    for (const engine of engines) {
      const crowd = new Crowd();
      try {
        const person = await crowd.invite(engine, "Ada");
        await person.open(lab.url);
        reports.push(await measure(person, rounds));
      } finally {
        await crowd.end();
      }
      say(table(reports.at(-1)!));
    }
  } finally {
    await lab.close();
  }
  const result = {
    bench: "frames",
    date: new Date().toISOString(),
    command: ["npm run bench -- frames", ...words].join(" "),
    machine: describeMachine({
      chromium: ["chromium", "--version"],
      ...(firefox && { firefox: ["firefox-esr", "--version"] }),
    }),
    packages: packageVersions(["livekit-client", "@lyno/lib-jitsi-meet"]),
    load: { before: loadBefore, after: load() },
    meaning: MEANING,
    browsers: reports,
  };
  if (write) say(`Written: ${writeResult("frames", result)}`);
}

async function measure(person: Person, rounds: number): Promise<EngineReport> {
  const measured: Batch[][] = [];
  const busyBefore: number[] = [];
  for (let number = 0; number < WARM_UP + rounds; number++) {
    const busy = await calm(CALM_SHARE, CALM_PATIENCE_MS);
    const batches = await person.evaluate((of) => window.frameLab.round(of), number);
    if (number < WARM_UP) continue;
    measured.push([...batches]);
    busyBefore.push(busy);
    const floor = batches.filter(({ contender }) => contender === "WebCrypto alone");
    const line = floor.map(({ bytes, sealUs }) => `${bytes} B ${sealUs.toFixed(1)} µs`);
    say(`${person.engine}, round ${number - WARM_UP + 1}: floor of sealing ${line.join(", ")}`);
  }
  const runs: JunkRun[] = [];
  const names = await person.evaluate(() => window.frameLab.names());
  for (let turn = 0; turn < JUNK_RUNS; turn++) {
    for (const contender of names) {
      await calm(CALM_SHARE, CALM_PATIENCE_MS);
      runs.push(
        await person.evaluate(({ who, seconds }) => window.frameLab.junk(who, seconds), {
          who: contender,
          seconds: JUNK_SECONDS,
        }),
      );
    }
  }
  say(`${person.engine}: median busy share before a round ${median(busyBefore)}`);
  const { engine: browser } = person;
  return { browser, busyBefore, rows: reportRounds(measured), junk: reportJunk(names, runs) };
}
