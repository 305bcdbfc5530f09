/** A real call, and junk in front of one side's opening pipeline while it runs. */
import { pairUp, pause, until } from "./pairs.ts";
import type { Scenery } from "./picture.ts";
import { JUNK_ENTERED, JUNK_PASSED, JUNK_WAITING, PLAIN_PLAN } from "./watch.types.ts";

export interface FloodOptions {
  readonly perSecond: number;
  readonly ms: number;
  readonly servers: readonly RTCIceServer[][];
}

export interface FloodOutcome {
  /** Genuine pictures: sealed by the partner, opened here, and decoded by the browser. */
  readonly sealed: number;
  readonly opened: number;
  readonly decoded: number;
  readonly junk: number;
  readonly junkPassed: number;
  /** How much of the junk was taken in a second. */
  readonly junkPerSecond: number;
  readonly stages: readonly string[];
  /** What the security sheet would show. */
  readonly rejectedShown: number;
}

export async function runFlood(
  { perSecond, ms, servers }: FloodOptions,
  scenery: Scenery,
): Promise<FloodOutcome> {
  const [a, b] = await pairUp(
    [
      { iceServers: servers[0]! },
      { iceServers: servers[1]!, plan: { ...PLAIN_PLAN, floods: true } },
    ],
    scenery,
  );
  const isOn = (): boolean =>
    [a, b].every((side) => side.status().stage === "encrypted" && side.status().visible);
  if (!(await until(isOn, 30_000))) throw new Error("no call came about");
  const { counters } = b.watched;
  const read = (index: number): number => Atomics.load(counters, index);
  const decoded = async (): Promise<number> => {
    let frames = 0;
    (await b.connection()?.getStats())?.forEach((report: Record<string, unknown>) => {
      if (report["type"] === "inbound-rtp" && report["kind"] === "video")
        frames = Number(report["framesDecoded"] ?? 0);
    });
    return frames;
  };
  const before = { sealed: a.status().sealedPictures, opened: b.status().openedPictures };
  const decodedBefore = await decoded();
  const begun = performance.now();
  b.watched.flood(perSecond, 9605);
  await pause(ms);
  const sealed = a.status().sealedPictures;
  const rate = (read(JUNK_ENTERED) * 1_000) / (performance.now() - begun);
  // What was sealed by now has to come through the junk that goes on.
  const needed = sealed - before.sealed;
  await until(() => b.status().openedPictures - before.opened >= needed, 2_000);
  await pause(300);
  const outcome = {
    sealed: needed,
    opened: Math.min(needed, b.status().openedPictures - before.opened),
    decoded: Math.min(needed, (await decoded()) - decodedBefore),
    junk: read(JUNK_ENTERED) + read(JUNK_WAITING),
    junkPassed: read(JUNK_PASSED),
    junkPerSecond: Math.round(rate),
    stages: [a.status().stage, b.status().stage],
    rejectedShown: b.session()?.protection()?.framesRejected ?? 0,
  };
  a.end();
  b.end();
  return outcome;
}
