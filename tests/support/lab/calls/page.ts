/**
 * The page of the laboratory: many calls at once, made of the product's own session, connection and
 * media worker. Their lobby is whoever drives the page (drive.ts), or the page itself when both sides
 * are on it (series.ts, partner.ts).
 */
import type { Role } from "../../../../protocol/ids.ts";
import { prepareEnvironment } from "./environment.ts";
import { runFault, type Fault, type Outcome } from "./faults.ts";
import { runFlood, type FloodOptions, type FloodOutcome } from "./flood.ts";
import { playPrank, type Prank, type PrankOutcome } from "./partner.ts";
import { createScenery, type Scenery } from "./picture.ts";
import { createSide, type Side, type SideOptions, type SideStatus } from "./side.ts";

export interface Signal {
  readonly call: number;
  readonly body: string;
  readonly epoch: number;
}

export interface Figures {
  readonly statuses: readonly SideStatus[];
  /** Of all connections that are still open, and as the browser counts them. */
  readonly framesDecoded: number;
  readonly framesReceived: number;
  readonly codecs: readonly string[];
}

export interface CallsPage {
  /** Public seal keys, one for each call. */
  prepare(options: readonly SideOptions[]): Promise<string[]>;
  begin(calls: readonly { id: string; role: Role; partnerKey: string }[]): void;
  drain(): Signal[];
  deliver(signals: readonly Signal[]): void;
  play(perSecond: number): void;
  /** Nothing more is shown. A still picture would not do: Firefox repeats it every second. */
  still(): void;
  figures(): Promise<Figures>;
  /** Posts what the media workers kept to /sink?<name>-<call>-plain and …-sealed. */
  collect(name: string): Promise<void>;
  end(): void;
  /** Two servers' lists for each call. */
  fault(fault: Fault, calls: number, servers: readonly RTCIceServer[][]): Promise<Outcome[]>;
  flood(options: FloodOptions): Promise<FloodOutcome>;
  /** All at once. `role` is the modified side's. */
  pranks(
    plays: readonly { prank: Prank; role: Role; servers: readonly RTCIceServer[][] }[],
  ): Promise<PrankOutcome[]>;
}

declare global {
  interface Window {
    calls: CallsPage;
  }
}

prepareEnvironment();

let sides: Side[] = [];
let outbox: Signal[] = [];
let scenery: Scenery | undefined;
const WIDTH = 160;
const HEIGHT = 120;
const PER_SECOND = 15;

function view(): Scenery {
  scenery ??= createScenery(WIDTH, HEIGHT);
  return scenery;
}

window.calls = {
  async prepare(options) {
    const tracks = (): Scenery => view();
    sides = await Promise.all(
      options.map((one, call) =>
        createSide(one, (body, epoch) => void outbox.push({ call, body, epoch }), tracks),
      ),
    );
    return sides.map(({ sealKey }) => sealKey);
  },
  begin(calls) {
    for (const [index, match] of calls.entries()) sides[index]?.begin(match);
  },
  drain() {
    const signals = outbox;
    outbox = [];
    return signals;
  },
  deliver(signals) {
    for (const { call, body, epoch } of signals) sides[call]?.session()?.receive(body, epoch);
  },
  play: (perSecond) => view().play(perSecond),
  still() {
    view().play(0);
    for (const side of sides) side.session()?.show("video", undefined, true);
  },
  async figures() {
    const stats = await Promise.all(sides.map(numbersOf));
    const sum = (pick: (one: Numbers) => number): number =>
      stats.reduce((total, one) => total + pick(one), 0);
    return {
      statuses: sides.map((side) => side.status()),
      framesDecoded: sum(({ decoded }) => decoded),
      framesReceived: sum(({ received }) => received),
      codecs: [...new Set(stats.map(({ codec }) => codec))].filter((codec) => codec !== ""),
    };
  },
  async collect(name) {
    for (const [index, side] of sides.entries()) {
      const { plain, sealed } = await side.watched.collect();
      for (const [what, body] of [
        ["plain", plain],
        ["sealed", sealed],
      ] as const) {
        await fetch(`/sink?${name}-${index}-${what}`, { method: "POST", body });
      }
    }
  },
  end() {
    for (const side of sides) side.end();
    sides = [];
  },
  fault(fault, calls, servers) {
    view().play(PER_SECOND);
    return runFault(fault, calls, servers, view());
  },
  flood(options) {
    view().play(2 * PER_SECOND);
    return runFlood(options, view());
  },
  pranks(plays) {
    view().play(PER_SECOND);
    return Promise.all(
      plays.map(({ prank, role, servers }) => playPrank(prank, role, servers, view())),
    );
  },
};

interface Numbers {
  readonly decoded: number;
  readonly received: number;
  readonly codec: string;
}

async function numbersOf(side: Side): Promise<Numbers> {
  const reports = new Map<string, Record<string, unknown>>();
  (await side.connection()?.getStats())?.forEach((report: Record<string, unknown>, id) =>
    reports.set(id, report),
  );
  const field = (report: Record<string, unknown> | undefined, name: string): string => {
    const value = report?.[name];
    return typeof value === "string" ? value : "";
  };
  const picture = [...reports.values()].find(
    (report) => report["type"] === "inbound-rtp" && report["kind"] === "video",
  );
  return {
    decoded: Number(picture?.["framesDecoded"] ?? 0),
    received: Number(picture?.["framesReceived"] ?? 0),
    codec: field(reports.get(field(picture, "codecId")), "mimeType"),
  };
}
