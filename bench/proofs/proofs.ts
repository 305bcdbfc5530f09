/**
 * npm run bench -- proofs [--rounds 60] [--no-browser] [--no-write]
 *
 * The age proof inside real workerd and in Chromium, beside @digitalbazaar/bbs-signatures in the same
 * workerd. Ours is the whole proof: range and pseudonym included. Theirs is plain BBS with as many
 * hidden messages, which is less work. One of each in turn.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as other from "@digitalbazaar/bbs-signatures";
import { nymContextOf } from "../../credentials/age/binding.ts";
import { PRESENTATION_BYTES, presentAge } from "../../credentials/age/presentation.ts";
import { publicKeyOf } from "../../credentials/bbs/core.ts";
import { encodeScalar, randomScalars } from "../../credentials/bls/scalars.ts";
import { CUTOFF, credentialFrom, issuerOf, statementFor } from "../../tests/credentials/people.ts";
import { Crowd } from "../../tests/support/browsers/crowd.ts";
import { openLab } from "../../tests/support/lab/lab.ts";
import { giveUp, say } from "../../tools/lib/cli.ts";
import { ROOT } from "../../tools/lib/places.ts";
import { describeMachine, load } from "../lib/machine.ts";
import { writeResult } from "../lib/results.ts";
import { median, round, summary, type Summary } from "../lib/statistics.ts";
import type { Sample, Step } from "./steps.ts";
import { bundle, overhead, startWorker, type RunningWorker } from "./workerd.ts";

const USAGE = "Usage: npm run bench -- proofs [--rounds 60] [--no-browser] [--no-write]";
/** Fresh isolates whose first proof is timed. */
const COLD_STARTS = 5;
const WARM_UP = 10;

const GOALS = {
  bytes: 976,
  verifyMedianMs: 50,
  verifyColdMs: 140,
  moduleScopeMs: 50,
  proveMs: 100,
  refusalMs: 2,
} as const;

const MEANING = {
  unit: "milliseconds, from outside of workerd, less a request that does nothing",
  verify: "the whole 976-byte proof, range and pseudonym included; tables and the key's lines kept",
  cold: "the first proof that a fresh isolate verifies, tables, lines and site context included",
  moduleScope:
    "first answer of a fresh isolate with credentials/, less that of an empty Worker; medians",
  refuse: "a scalar that is not canonical: refused before curve work",
  pairing: "the product of two pairings that each verification ends with, lines computed ahead",
  plain: "@digitalbazaar/bbs-signatures: plain BBS, three hidden messages, no range, no pseudonym",
  browser:
    "in a dedicated worker in Chromium; pageBlockedMs is the page's longest wait for a timer",
} as const;

export async function run(words: string[]): Promise<void> {
  const { rounds, browser, write } = options(words);
  const loadBefore = load();
  const workerd = await measureWorkerd(rounds);
  const chromium = browser ? await measureChromium(rounds) : undefined;
  const result = {
    bench: "proofs",
    date: new Date().toISOString(),
    command: ["npm run bench -- proofs", ...words].join(" "),
    machine: describeMachine({
      workerd: [join(ROOT, "node_modules/.bin/workerd"), "--version"],
      ...(browser && { chromium: ["chromium", "--version"] }),
    }),
    load: { before: loadBefore, after: load() },
    meaning: MEANING,
    goals: GOALS,
    presentationBytes: PRESENTATION_BYTES,
    workerd,
    ...(chromium && { chromium }),
  };
  if (write) say(`Written: ${writeResult("proofs", result)}`);
  else say(JSON.stringify(result, undefined, 2));
}

function options(words: string[]): { rounds: number; browser: boolean; write: boolean } {
  try {
    const { values } = parseArgs({
      args: words,
      allowNegative: true,
      options: {
        rounds: { type: "string", default: "60" },
        browser: { type: "boolean", default: true },
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

function ourSample(): Sample {
  const issuer = issuerOf("bench");
  const credential = credentialFrom(issuer, CUTOFF - 4_711, randomScalars);
  const statement = statementFor(issuer);
  return {
    publicKey: hex(issuer.publicKey.octets),
    header: hex(issuer.header),
    context: hex(nymContextOf("winkr.example")),
    ph: hex(statement.ph),
    cutoff: statement.cutoff,
    presentation: hex(presentAge(statement, credential)!),
    credential: {
      birthDay: credential.birthDay,
      signature: hex(credential.signature),
      blind: credential.blind.toString(16),
      nymSecret: credential.nymSecret.toString(16),
    },
  };
}

async function theirSample() {
  const secretKey = encodeScalar(4_711n);
  const publicKey = publicKeyOf(4_711n);
  const messages = [1, 2, 3].map((byte) => Uint8Array.of(byte));
  const [header, presentationHeader] = [new Uint8Array(1), new Uint8Array(1)];
  const common = { publicKey, header, messages, ciphersuite: "BLS12-381-SHA-256" };
  const signature = await other.sign({ ...common, secretKey });
  const shown = { presentationHeader, disclosedMessageIndexes: [] };
  const proof = await other.deriveProof({ ...common, ...shown, signature });
  return {
    publicKey: hex(publicKey),
    signature: hex(signature),
    proof: hex(proof),
    messages: messages.map(hex),
  };
}

async function measureWorkerd(rounds: number) {
  const scripts = {
    ours: await bundle("ours"),
    theirs: await bundle("other"),
    empty: await bundle("empty"),
  };
  const sample = ourSample();
  const [starts, empties, cold]: number[][] = [[], [], []];
  for (let start = 0; start < COLD_STARTS; start++) {
    const ours = await startWorker(scripts.ours);
    starts!.push(ours.firstAnswerMs);
    await ours.ask("/sample", sample);
    const nothing = await overhead(ours, 20);
    cold!.push((await expect(ours, "verify", "verified")) - nothing);
    await ours.end();
    const empty = await startWorker(scripts.empty);
    empties!.push(empty.firstAnswerMs);
    await empty.end();
  }

  const ours = await startWorker(scripts.ours);
  const theirs = await startWorker(scripts.theirs);
  try {
    await ours.ask("/sample", sample);
    await theirs.ask("/sample", await theirSample());
    const plans = [
      { name: "verify", worker: ours, step: "verify", said: "verified" },
      { name: "prove", worker: ours, step: "prove", said: `${PRESENTATION_BYTES} bytes` },
      { name: "pairing", worker: ours, step: "pairing", said: "false" },
      { name: "refuse", worker: ours, step: "refuse", said: "refused" },
      { name: "plainVerify", worker: theirs, step: "verify", said: "verified" },
      { name: "plainProve", worker: theirs, step: "prove", said: "368 bytes" },
    ] as const;
    const taken = new Map<string, number[]>(plans.map(({ name }) => [name, []]));
    for (let turn = 0; turn < WARM_UP + rounds; turn++) {
      for (const { name, worker, step, said } of plans) {
        const ms = await expect(worker, step, said);
        if (turn >= WARM_UP) taken.get(name)!.push(ms);
      }
    }
    const nothing = { ours: await overhead(ours), theirs: await overhead(theirs) };
    const summed = (name: (typeof plans)[number]["name"]): Summary => {
      const less = name.startsWith("plain") ? nothing.theirs : nothing.ours;
      return summary(taken.get(name)!.map((ms) => ms - less));
    };
    const [verify, prove, pairing] = [summed("verify"), summed("prove"), summed("pairing")];
    const [plainVerify, plainProve] = [summed("plainVerify"), summed("plainProve")];
    const moduleScopeMs = round(median(starts!) - median(empties!));
    const coldMs = summary(cold!);
    say(`workerd   verify ${verify.medianMs} ms (min ${verify.minMs}), cold ${coldMs.medianMs}`);
    say(`          plain BBS of the other library: ${plainVerify.medianMs} ms`);
    say(
      `          prove ${prove.medianMs}, theirs ${plainProve.medianMs}; pairing ${pairing.medianMs}`,
    );
    say(`          module scope ${moduleScopeMs}, refusal ${summed("refuse").medianMs}`);
    return {
      overheadMs: round(nothing.ours),
      moduleScopeMs,
      verify: { cold: coldMs, ...verify },
      prove,
      pairing,
      refuse: summed("refuse"),
      plain: { verify: plainVerify, prove: plainProve },
      ratios: {
        verifyToPairing: ratio(verify, pairing),
        verifyToPlain: ratio(verify, plainVerify),
        proveToPlain: ratio(prove, plainProve),
      },
    };
  } finally {
    await ours.end();
    await theirs.end();
  }
}

/** A measurement of something that did not happen is none. */
async function expect(worker: RunningWorker, step: Step, said: string): Promise<number> {
  const answer = await worker.ask(`/${step}`);
  if (answer.said !== said) throw new Error(`${step} said ${answer.said}, not ${said}`);
  return answer.ms;
}

async function measureChromium(rounds: number) {
  const script = fileURLToPath(new URL("../page/proofs.ts", import.meta.url));
  const lab = await openLab({ script });
  const crowd = new Crowd();
  try {
    const person = await crowd.invite("chromium", "Ada");
    await person.open(lab.url);
    const measure = (step: Step, times: number) =>
      person.evaluate(([sample, asked, count]) => window.measureProofs(sample, asked, count), [
        ourSample(),
        step,
        times,
      ] as const);
    const first = await measure("prove", 1);
    const proven = await measure("prove", rounds);
    if (proven.said !== `${PRESENTATION_BYTES} bytes`) throw new Error(proven.said);
    const prove = { coldMs: round(first.ms[0]!), ...summary(proven.ms) };
    const pageBlockedMs = round(Math.max(first.pageBlockedMs, proven.pageBlockedMs));
    say(
      `Chromium  prove ${prove.medianMs} ms, cold ${prove.coldMs}; page blocked ${pageBlockedMs}`,
    );
    return { prove, pageBlockedMs };
  } finally {
    await crowd.end();
    await lab.close();
  }
}

function ratio(a: Summary, b: Summary): number {
  return Math.round((a.medianMs / b.medianMs) * 1_000) / 1_000;
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString("hex");
}
