/**
 * Evaluated in a media worker before the product's own script: counts the frames that go into its
 * pipelines and come out, keeps them when asked, and plays the mischief of a modified page. The
 * product has no such hooks; this replaces TransformStream underneath it, as only whoever controls
 * the page could.
 */
import type { Direction, Kind } from "../../../../web/media-worker/messages.ts";
import { createJunk } from "./junk.ts";
import {
  COUNTERS,
  entered,
  JUNK_ENTERED,
  JUNK_PASSED,
  JUNK_WAITING,
  passed,
  REPEATED,
  type Recorded,
  type ToWatch,
  type WatchPlan,
} from "./watch.types.ts";
import { createMischief } from "./mischief.ts";

export interface Frame {
  data: ArrayBuffer;
  readonly type?: "key" | "delta" | "empty";
}
interface Transformer {
  readonly options: { readonly direction: Direction; readonly kind: Kind };
  readonly readable: ReadableStream<Frame>;
  readonly writable: WritableStream<Frame>;
}
interface Scope extends EventTarget {
  name: string;
  onrtctransform: unknown;
  TransformStream: typeof TransformStream;
  postMessage(message: Recorded, transfer: Transferable[]): void;
}
const scope = self as unknown as Scope;
const plan = JSON.parse(scope.name) as WatchPlan;

let counters: Int32Array = new Int32Array(COUNTERS);
const count = (index: number, change = 1): void => void Atomics.add(counters, index, change);
const kept: { plain: Uint8Array[]; sealed: Uint8Array[] } = { plain: [], sealed: [] };

// ---- which transform is being made ----

let making: Transformer["options"] | undefined;
let pour: ((perSecond: number, seed: number) => void) | undefined;

Object.defineProperty(scope, "onrtctransform", {
  set(handler: (event: unknown) => void) {
    if (plan.mischief === "withheld") return;
    scope.addEventListener("rtctransform", (event) => {
      const { transformer } = event as unknown as { transformer: Transformer };
      const { options, writable } = transformer;
      const isFlooded = plan.floods && options.direction === "open" && options.kind === "video";
      const readable = isFlooded ? withJunk(transformer.readable) : transformer.readable;
      // The handler makes its stream in this very task.
      making = options;
      handler({ transformer: { options, readable, writable } });
      making = undefined;
    });
  },
});

const Native = TransformStream;
scope.TransformStream = class extends Native<Frame, Frame> {
  constructor(pipe: globalThis.Transformer<Frame, Frame>) {
    const options = making;
    if (options === undefined) super(pipe);
    else super({ transform: (frame, controller) => watched(options, pipe, frame, controller) });
  }
} as unknown as typeof TransformStream;

const mischief = createMischief(plan.mischief);

function watched(
  { direction, kind }: Transformer["options"],
  pipe: globalThis.Transformer<Frame, Frame>,
  frame: Frame,
  controller: TransformStreamDefaultController<Frame>,
): void | PromiseLike<void> {
  const isJunk = junk.has(frame);
  if (isJunk) count(JUNK_WAITING, -1);
  const isSealing = direction === "seal";
  const isRepeated = !isSealing && !isJunk && cameBefore(kind, frame.data);
  count(isJunk ? JUNK_ENTERED : isRepeated ? REPEATED : entered(direction, kind));
  const keepsThis = plan.records && isSealing && kind === "video";
  const before = keepsThis || (isSealing && mischief) ? frame.data.slice(0) : undefined;
  const seen = {
    enqueue(out: Frame) {
      // The browser never gave this one, so it cannot be given back to it.
      if (isJunk) return count(JUNK_PASSED);
      if (before !== undefined && isSealing) mischief?.(out, before, kind);
      if (before !== undefined && keepsThis) {
        kept.plain.push(new Uint8Array(before));
        kept.sealed.push(new Uint8Array(out.data.slice(0)));
      }
      count(passed(direction, kind));
      controller.enqueue(out);
    },
  };
  return pipe.transform?.(frame, seen as TransformStreamDefaultController<Frame>);
}

const came: Record<Kind, Set<string>> = { audio: new Set(), video: new Set() };
const KEPT_FRAMES = 4_096;

/** By the beginning, where a sealed frame's counter is, and the length. */
function cameBefore(kind: Kind, data: ArrayBuffer): boolean {
  const mark = `${data.byteLength} ${new Uint8Array(data, 0, Math.min(32, data.byteLength)).join()}`;
  const known = came[kind];
  if (known.has(mark)) return true;
  known.add(mark);
  const [oldest] = known;
  if (known.size > KEPT_FRAMES && oldest !== undefined) known.delete(oldest);
  return false;
}

// ---- junk in front of the opening pipeline ----

const junk = new WeakSet<Frame>();
const LAST_KEPT = 64;
const TICK_MS = 4;

/** Both in one queue, in the order in which they come: junk waits for nobody. */
function withJunk(genuine: ReadableStream<Frame>): ReadableStream<Frame> {
  const latest: Uint8Array[] = [];
  return new ReadableStream<Frame>({
    start(controller) {
      const reader = genuine.getReader();
      void (async () => {
        for (;;) {
          const { value, done } = await reader.read();
          if (done) return;
          latest.push(new Uint8Array(value.data.slice(0)));
          if (latest.length > LAST_KEPT) latest.shift();
          controller.enqueue(value);
        }
      })();
      pour = (perSecond, seed) => {
        const next = createJunk(seed);
        let begun = performance.now();
        let made = 0;
        setInterval(() => {
          if (latest.length === 0) return void (begun = performance.now());
          const due = ((performance.now() - begun) / 1_000) * perSecond;
          for (; made < due; made++) {
            const frame = next(latest);
            junk.add(frame);
            count(JUNK_WAITING);
            controller.enqueue(frame);
          }
        }, TICK_MS);
      };
    },
  });
}

// ---- the page's words ----

scope.addEventListener("message", (event) => {
  const { data } = event as MessageEvent<ToWatch>;
  if (!("lab" in data)) return;
  event.stopImmediatePropagation();
  switch (data.lab) {
    case "count": {
      const before = counters;
      counters = new Int32Array(data.memory);
      for (const [index, value] of before.entries()) count(index, value);
      return;
    }
    case "flood":
      return pour?.(data.perSecond, data.seed);
    case "collect": {
      const [plain, sealed] = [packed(kept.plain), packed(kept.sealed)];
      return scope.postMessage({ lab: "recorded", plain, sealed }, [plain, sealed]);
    }
  }
});

function packed(frames: readonly Uint8Array[]): ArrayBuffer {
  const size = frames.reduce((total, { length }) => total + 4 + length, 0);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const frame of frames) {
    view.setUint32(at, frame.length, true);
    bytes.set(frame, at + 4);
    at += 4 + frame.length;
  }
  return bytes.buffer;
}
