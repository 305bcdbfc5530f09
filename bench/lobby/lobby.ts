/**
 * npm run bench -- lobby [--sockets 1000] [--wake 5000] [--seconds 6] [--only ours,floor,ws,socketio] [--no-write]
 *
 * The lobby on raw workerd, with everything it does in life (tickets, validation, widening, sealed
 * capsules, attachments), side by side in one run with
 *
 *   floor     a bare first-come-first-served object on the same workerd
 *   ws        the same on plain Node with `ws`
 *   socketio  the same on socket.io
 *
 * The load comes from another process, over loopback, and speaks the same frames to all of them.
 * Each server has the machine to itself but for the load and whatever else runs; the busy share of
 * the machine before each is in the result. CPU seconds are those of the serving process.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { giveUp, say } from "../../tools/lib/cli.ts";
import { ROOT } from "../../tools/lib/places.ts";
import { bundleWorker } from "../../tests/support/workerd/bundle.ts";
import { startEdge } from "../../tests/support/workerd/edge.ts";
import {
  startServer,
  startWorkerd,
  type RunningProcess,
} from "../../tests/support/workerd/workerd.ts";
import { calm, describeMachine, load } from "../lib/machine.ts";
import { writeResult } from "../lib/results.ts";
import { ours, plain, socketIo } from "./dialects.ts";
import { measureFlow, measureStorm, measureWake, openVisitors, type Flow } from "./measures.ts";
import type { Dialect } from "./visitor.ts";

const USAGE =
  "Usage: npm run bench -- lobby [--sockets 1000] [--wake 5000] [--seconds 6] [--only ours,floor,ws,socketio] [--no-write]";
const NAMES = ["ours", "floor", "ws", "socketio"] as const;
type Name = (typeof NAMES)[number];

/** workerd ends with too many open files somewhere above. */
const SOCKETS_MAX = 9_000;

const MEANING = {
  pairingsPerCpuSecond:
    "pairs introduced per CPU second of the serving process, while everybody seeks, offers, answers, is up and goes on; its whole cost, sockets and relaying included",
  joinToMatch: "milliseconds from `seek` to `match`, at 500 joins a second in all",
  storm: "everybody seeks at once: pairs per second until the last is introduced",
  kilobytesPerSocket: "resident memory of the serving process, per open and greeted socket",
  wakeMs:
    "from `seek` to its answer when all sockets were silent for 15 s (workerd puts an object to sleep after 10), against the same at once afterwards",
  share: "pairings per CPU second as a part of the floor's",
} as const;

interface Report {
  readonly busyBefore: number;
  readonly kilobytesPerSocket: number;
  readonly flow: Flow;
  readonly storm: { readonly pairsPerSecond: number; readonly ms: number };
  readonly wake?: { readonly sockets: number; readonly asleepMs: number; readonly awakeMs: number };
}

interface Started {
  readonly server: RunningProcess;
  readonly dialect: Dialect;
  end(): Promise<void>;
}

export async function run(words: string[]): Promise<void> {
  const { sockets, wake, seconds, only, write } = options(words);
  const loadBefore = load();
  const reports: Partial<Record<Name, Report>> = {};
  for (const name of only) {
    const report = await measure(name, sockets, wake, seconds);
    reports[name] = report;
    tell(name, report);
  }
  const floor = reports.floor?.flow.pairingsPerCpuSecond;
  const own = reports.ours?.flow.pairingsPerCpuSecond;
  const share =
    floor === undefined || own === undefined
      ? undefined
      : Math.round((own / floor) * 1_000) / 1_000;
  if (share !== undefined) say(`ours is ${Math.round(share * 100)} % of the floor (goal: 80 %)`);
  const result = {
    bench: "lobby",
    date: new Date().toISOString(),
    command: ["npm run bench -- lobby", ...words].join(" "),
    machine: describeMachine({}),
    load: { before: loadBefore, after: load() },
    meaning: MEANING,
    sockets,
    share,
    servers: reports,
  };
  if (write) say(`Written: ${writeResult("lobby", result)}`);
  process.exit(0);
}

async function measure(
  name: Name,
  sockets: number,
  wake: number,
  seconds: number,
): Promise<Report> {
  const busyBefore = await calm(0.35, 20_000);
  const { server, dialect, end } = await start(name);
  try {
    const empty = server.residentBytes();
    const visitors = await openVisitors(server.url, dialect, sockets);
    const kilobytesPerSocket = Math.round((server.residentBytes() - empty) / sockets / 100) / 10;
    const flow = await measureFlow(server, visitors, seconds);
    const storm = await measureStorm(visitors);
    for (const visitor of visitors) visitor.close();
    // Only an object can sleep; and waking with few sockets says nothing.
    const asleep =
      name === "ours" && wake > 0 ? await measureWake(server.url, dialect, wake) : undefined;
    return {
      busyBefore,
      kilobytesPerSocket,
      flow,
      storm,
      ...(asleep !== undefined && { wake: asleep }),
    };
  } finally {
    await end();
  }
}

async function start(name: Name): Promise<Started> {
  switch (name) {
    case "ours": {
      const edge = await startEdge();
      return { server: edge, dialect: ours(() => edge.ticket()), end: () => edge.stop() };
    }
    case "floor": {
      const bundle = await bundleWorker(join(ROOT, "tests/support/edge/fifo-worker.ts"));
      const objects = { FIFO: "Fifo" };
      const server = await startWorkerd({ script: bundle.script, objects, bindings: {}, port: 0 });
      bundle.remove();
      return { server, dialect: plain, end: () => server.stop() };
    }
    case "ws":
    case "socketio": {
      const server = await startServer([join(import.meta.dirname, `${name}-server.ts`)]);
      const dialect = name === "ws" ? plain : socketIo;
      return { server, dialect, end: () => server.stop() };
    }
    default:
      name satisfies never;
      throw new Error("no such server");
  }
}

function tell(name: Name, { flow, storm, kilobytesPerSocket, wake, busyBefore }: Report): void {
  say(
    `${name.padEnd(9)} ${flow.pairingsPerCpuSecond} pairings/CPU s (${flow.pairings} in ${flow.cpuSeconds} s), ` +
      `join→match p50 ${flow.joinToMatch.p50} p99 ${flow.joinToMatch.p99} ms, ` +
      `storm ${storm.pairsPerSecond} pairs/s, ${kilobytesPerSocket} kB/socket` +
      (wake === undefined ? "" : `, wake with ${wake.sockets}: ${wake.asleepMs} ms`) +
      ` (machine ${Math.round(busyBefore * 100)} % busy before)`,
  );
}

function options(words: string[]) {
  try {
    const { values } = parseArgs({
      args: words,
      allowNegative: true,
      options: {
        sockets: { type: "string", default: "1000" },
        wake: { type: "string", default: "5000" },
        seconds: { type: "string", default: "6" },
        only: { type: "string", default: NAMES.join(",") },
        write: { type: "boolean", default: true },
      },
    });
    const only = NAMES.filter((name) => values.only.split(",").includes(name));
    const [sockets, wake, seconds] = [values.sockets, values.wake, values.seconds].map(Number) as [
      number,
      number,
      number,
    ];
    if (sockets >= 10 && sockets <= SOCKETS_MAX && wake <= SOCKETS_MAX && seconds > 0) {
      return { sockets, wake, seconds, only, write: values.write };
    }
  } catch {
    // An unknown flag: as below.
  }
  return giveUp(USAGE);
}
