/**
 * npm run bench -- first-frame [--rounds 20] [--firefox] [--no-write]
 *
 * How long from the tap on "next" to the first decoded frame of the next partner, with and without
 * the encryption layer, side by side in one run. Everything is on loopback and relayed by the
 * hardened coturn that we ship, through the real edge in workerd.
 *
 *   begins  in the page, right before `next()` of the call is called
 *   ends    when requestVideoFrameCallback names the first frame of the partner's video element:
 *           `presentationTime`, at which the decoded frame went to the compositor
 *
 * The three ways it is done are described in page/lab.types.ts. One round of each is played in
 * turn, in changing order. A round in which the lobby said `slow`, nobody was waiting, media did
 * not go through the relay, or frames did (not) pass transforms as the variant says, is not counted
 * and played again; the result lists every such round with its reason.
 *
 * Not in it: the product's screens (the page mounts the call without them), a camera's start, a
 * real network. The tapper is always the one who answers, as whoever meets a waiting person is.
 */
import { fileURLToPath } from "node:url";
import { Crowd } from "../../tests/support/browsers/crowd.ts";
import type { Engine, Person } from "../../tests/support/browsers/person.ts";
import { openLab } from "../../tests/support/lab/lab.ts";
import { startStack } from "../../tests/support/stack/stack.ts";
import { giveUp, say } from "../../tools/lib/cli.ts";
import { calm, describeMachine, load } from "../lib/machine.ts";
import { readOptions } from "../lib/options.ts";
import { writeResult } from "../lib/results.ts";
import type { Variant } from "../page/lab.types.ts";
import { reportPair, type PairReport } from "./report.ts";
import { playRound, RoundError, type Round } from "./round.ts";

const USAGE = "Usage: npm run bench -- first-frame [--rounds 20] [--firefox] [--no-write]";
const VARIANTS = ["sealed", "plain", "ordinary"] as const satisfies readonly Variant[];
/** Of each pair and variant, played before anything counts: code is compiled, caches are filled. */
const WARM_UP = 2;
/** A turn begins when the machine's cores are this idle, or when nobody would wait for it any longer. */
const CALM_SHARE = 0.35;
const CALM_PATIENCE_MS = 60_000;
/** Rounds of a pair that may fail before the bench gives up. */
const FAILURES_MAX = 30;

const MEANING = {
  unit: "milliseconds",
  clock:
    "from right before next() on the tapper's page to presentationTime of the first frame that requestVideoFrameCallback reports for the partner's video element there",
  sealed: "the product's own createCall: sealed signaling, handshake M1-M5, media worker, proof",
  plain:
    "bench page only: the same edge, steps, gathering ahead, filters, codecs and black placeholder; no handshake, no sealed signaling, no transforms",
  ordinary: "as plain, and the camera is on the sender before there is a connection",
  firstFrame: "of sealed and plain it is black, because the camera is let in after it",
  firstPicture: "the first frame that is not black",
  order: "one round of each variant in turn, in changing order, in the same three pages",
  difference: "of the medians; ms95 is a 95 % bootstrap interval",
  noise:
    "browsers, relay and edge share this machine's cores with whatever else runs; a turn waits up to a minute for a second in which they are less than 35 % busy, and busyBefore is what it began with",
} as const;

export async function run(words: string[]): Promise<void> {
  const { rounds, firefox, write } = readOptions(words, { rounds: 20, firefox: false }, USAGE);
  const pairs: readonly (readonly [Engine, Engine])[] = [
    ["chromium", "chromium"],
    ...(firefox
      ? ([
          ["chromium", "firefox"],
          ["firefox", "chromium"],
          ["firefox", "firefox"],
        ] as const)
      : []),
  ];
  const loadBefore = load();
  const stop = new AbortController();
  const interrupted = (): void => stop.abort(new Error("Stopped."));
  process.on("SIGINT", interrupted).on("SIGTERM", interrupted);
  const reports: PairReport[] = [];
  const discarded: Discarded[] = [];
  for (const [tapper, partner] of pairs) {
    const measured = await measurePair(tapper, partner, rounds, stop.signal).catch((cause) => {
      if (stop.signal.aborted) return giveUp("Stopped.");
      throw cause;
    });
    discarded.push(...measured.discarded);
    reports.push(measured.report);
    tell(measured.report);
  }
  const result = {
    bench: "first-frame",
    date: new Date().toISOString(),
    command: ["npm run bench -- first-frame", ...words].join(" "),
    machine: describeMachine({
      chromium: ["chromium", "--version"],
      ...(firefox && { firefox: ["firefox-esr", "--version"] }),
      coturn: ["turnserver", "--version"],
    }),
    load: { before: loadBefore, after: load() },
    meaning: MEANING,
    discarded,
    pairs: reports,
  };
  if (write) say(`Written: ${writeResult("first-frame", result)}`);
  else say(JSON.stringify(result, undefined, 2));
}

/** A stack and browsers of its own for every pair, ended whatever happens. */
async function measurePair(
  tapper: Engine,
  partner: Engine,
  rounds: number,
  stop: AbortSignal,
): Promise<Measured> {
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const stack = await startStack();
    ends.push(() => stack.end());
    stop.throwIfAborted();
    const script = fileURLToPath(new URL("../page/first-frame.ts", import.meta.url));
    const lab = await openLab({ script, edge: stack.url });
    ends.push(() => lab.close());
    const crowd = new Crowd();
    ends.push(() => crowd.end());
    const seat = async (engine: Engine, name: string): Promise<Person> => {
      const person = await crowd.invite(engine, name);
      await person.open(lab.url);
      await person.evaluate(() => window.lab.prepare());
      stop.throwIfAborted();
      return person;
    };
    const ada = await seat(tapper, "Ada");
    const ben = await seat(partner, "Ben");
    const cyn = await seat(partner, "Cyn");
    return await measure([ada, ben, cyn], rounds, stop);
  } finally {
    for (const end of ends.toReversed()) await end().catch(() => {});
  }
}

interface Discarded {
  readonly pair: string;
  readonly variant: Variant;
  readonly reason: string;
}

interface Measured {
  readonly report: PairReport;
  readonly discarded: readonly Discarded[];
}

async function measure(
  [ada, ben, cyn]: readonly [Person, Person, Person],
  rounds: number,
  stop: AbortSignal,
): Promise<Measured> {
  const measured: Record<Variant, Round[]> = { sealed: [], plain: [], ordinary: [] };
  const discarded: Discarded[] = [];
  const busy: number[] = [];
  const pair = `${ada.engine} → ${cyn.engine}`;
  for (let turn = 0; turn < WARM_UP + rounds; turn++) {
    const first = turn % VARIANTS.length;
    const line: string[] = [];
    const share = await calm(CALM_SHARE, CALM_PATIENCE_MS);
    if (turn >= WARM_UP) busy.push(share);
    for (const variant of [...VARIANTS.slice(first), ...VARIANTS.slice(0, first)]) {
      const people = turn % 2 === 0 ? ([ada, ben, cyn] as const) : ([ada, cyn, ben] as const);
      let round: Round | undefined;
      while (round === undefined) {
        stop.throwIfAborted();
        try {
          round = await playRound(variant, people);
        } catch (cause) {
          if (!(cause instanceof RoundError) || discarded.length >= FAILURES_MAX) throw cause;
          say(`not counted (${variant}): ${cause.message}`);
          discarded.push({ pair, variant, reason: cause.reason });
        }
      }
      if (turn >= WARM_UP) measured[variant].push(round);
      line.push(`${variant} ${round.firstFrame.toFixed(0)} ms`);
    }
    const name = turn < WARM_UP ? "warm-up" : `round ${turn - WARM_UP + 1}`;
    say(`${pair}, ${name}: ${line.join(", ")}`);
  }
  return { report: reportPair(ada.engine, cyn.engine, measured, busy), discarded };
}

function tell({ tapper, partner, variants, encryptionAdds }: PairReport): void {
  say(`\n${tapper} taps, ${partner} waits`);
  for (const variant of VARIANTS) {
    const { firstFrame, firstPicture, stagesMs } = variants[variant];
    say(
      `  ${variant.padEnd(9)} first frame ${firstFrame.medianMs} ms (p95 ${firstFrame.p95Ms}), picture ${firstPicture.medianMs} ms`,
    );
    for (const [stage, ms] of Object.entries(stagesMs)) say(`    ${stage.padEnd(31)} ${ms}`);
  }
  const { toFirstFrame, goalMs, withinGoal } = encryptionAdds;
  say(
    `  encryption adds ${toFirstFrame.ms} ms at the median (95 %: ${toFirstFrame.ms95.join(" to ")}); goal ${goalMs}: ${withinGoal ? "met" : "MISSED"}\n`,
  );
}
