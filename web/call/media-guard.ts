/**
 * The page's side of the media worker: hands it keys, keeps asking what it handled, and compares
 * that with what the browser says it sent. A worker that is silent, broken or passed by stops
 * everything.
 */
import type { FromWorker, Kind, Tallies, Tally, ToWorker } from "../media-worker/messages.ts";
import { listReports, pathOf, type Report } from "./path.ts";
import type { Path } from "./path.ts";
import type { Peer } from "./peer.ts";
import type { Protection } from "./view.ts";
import { watch } from "./watchdog.ts";
import type { Watch } from "./watchdog.ts";

type Keys = Omit<Extract<ToWorker, { type: "keys" }>, "type">;

export interface MediaGuard {
  /** Resolves when the worker has them. */
  giveKeys(keys: Keys): Promise<void>;
  /** Whether all packets of the voice are to have one size. */
  hideRhythm(isHidden: boolean): void;
  /** Begins to watch; the senders have tracks from now on. */
  start(): void;
  stop(): void;
  numbers(): Pick<Protection, "path" | "framesSealed" | "framesOpened" | "framesRejected">;
}

interface MediaGuardEvents {
  /** The worker sealed the first frame of this sender. */
  proven(kind: Kind): void;
  /** The first frame of the partner's picture opened. */
  visible(): void;
  stopped(): void;
}

const INTERVAL_MS = 250;
/** Both must be exceeded: a page in the background counts slowly, a busy machine late. */
const UNANSWERED_MAX = 4;
const SILENCE_MAX_MS = 4_000;
/** A worker that does not take keys is none: its script may never have come. */
const KEYS_PATIENCE_MS = 5_000;

const NOTHING: Tally = { passed: 0, withheld: 0, rejected: 0, repeated: 0, empty: 0 };
const NO_TALLIES: Tallies = {
  seal: { audio: NOTHING, video: NOTHING },
  open: { audio: NOTHING, video: NOTHING },
};

interface Asked {
  readonly at: number;
  readonly reports: readonly Report[];
}

export function createMediaGuard(worker: Worker, peer: Peer, events: MediaGuardEvents): MediaGuard {
  const watches: Record<Kind, Watch> = { audio: {}, video: {} };
  let tallies = NO_TALLIES;
  let path: Path = "unknown";
  let unanswered = 0;
  let answeredAt = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  let stopped = false;
  /** What the browser had sent when the worker was asked; it answers in order. */
  const asked: Asked[] = [];
  /** Keys that the worker has not said it has, in the order in which they were given. */
  const given: (() => void)[] = [];

  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    switch (data.type) {
      case "proven":
        return events.proven(data.kind);
      case "opened":
        return data.kind === "video" ? events.visible() : undefined;
      case "broken":
        return events.stopped();
      case "keyed":
        return given.shift()?.();
      case "counts":
        tallies = data.tallies;
        unanswered = 0;
        answeredAt = performance.now();
        compareWithSent(data.tallies, asked.shift());
    }
  };
  // Also when its script could not be loaded.
  worker.onerror = events.stopped;

  function tell(message: ToWorker, transfer: Transferable[] = []): void {
    worker.postMessage(message, transfer);
  }

  function ask(): void {
    if (unanswered >= UNANSWERED_MAX && performance.now() - answeredAt > SILENCE_MAX_MS) {
      return events.stopped();
    }
    unanswered++;
    // What was sent is read before it is asked what was handled: read after, a busy machine's delay
    // between the two would look like frames that went around the worker.
    void peer
      .stats()
      .then(listReports, () => [])
      .then((reports) => {
        if (stopped) return;
        asked.push({ at: performance.now(), reports });
        tell({ type: "count" });
      });
  }

  function compareWithSent({ seal }: Tallies, before: Asked | undefined): void {
    if (stopped || before === undefined) return;
    const { at, reports } = before;
    path = pathOf(reports);
    for (const report of reports) {
      const kind = report["kind"];
      if (report.type !== "outbound-rtp" || (kind !== "audio" && kind !== "video")) continue;
      const count = Number(report[kind === "video" ? "framesSent" : "packetsSent"] ?? 0);
      const verdict = watch(watches[kind], { at, sent: count, handled: handled(seal[kind]) });
      watches[kind] = verdict.state;
      if (verdict.leaking) return events.stopped();
    }
  }

  return {
    giveKeys(keys) {
      tell({ type: "keys", ...keys }, [keys.audio.buffer, keys.video.buffer]);
      return new Promise((resolve) => {
        const patience = setTimeout(() => stopped || events.stopped(), KEYS_PATIENCE_MS);
        given.push(() => {
          clearTimeout(patience);
          resolve();
        });
      });
    },
    hideRhythm: (isHidden) => tell({ type: "rhythm", isHidden }),
    start() {
      answeredAt = performance.now();
      timer = setInterval(ask, INTERVAL_MS);
    },
    stop() {
      stopped = true;
      clearInterval(timer);
      worker.onmessage = null;
      worker.onerror = null;
    },
    numbers() {
      const { seal, open } = tallies;
      return {
        path,
        framesSealed: seal.audio.passed + seal.video.passed,
        framesOpened: open.audio.passed + open.video.passed,
        framesRejected: open.audio.rejected + open.video.rejected,
      };
    },
  };
}

function handled(tally: Tally): number {
  return tally.passed + tally.withheld + tally.rejected + tally.empty;
}
