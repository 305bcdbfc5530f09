/**
 * What the page of the laboratory puts around the product's modules before they are used: its media
 * workers are ours (watch.ts, then the product's script), connections are kept hold of, and attachment
 * can be sabotaged for one worker at a time.
 */
// oxlint-disable-next-line import/default -- what comes of it is vite's
import workerUrl from "./worker.ts?worker&url";
import {
  COUNTERS,
  PLAIN_PLAN,
  type Recorded,
  type ToWatch,
  type WatchPlan,
} from "./watch.types.ts";

/**
 * What happens when transforms are attached to a sender or receiver.
 *
 * late          a task later than the page believes
 * unconnected   never: the setter works, and nothing comes of it
 * throwing      the constructor of RTCRtpScriptTransform throws
 */
export type Attachment = "sound" | "late" | "unconnected" | "throwing";

export interface WatchedWorker {
  readonly worker: Worker;
  readonly counters: Int32Array;
  flood(perSecond: number, seed: number): void;
  collect(): Promise<Recorded>;
}

const attachments = new WeakMap<Worker, Attachment>();
const workersOf = new WeakMap<object, Worker>();

let plan: WatchPlan = PLAIN_PLAN;
let attachment: Attachment = "sound";
let lastWorker: WatchedWorker | undefined;
let lastConnection: RTCPeerConnection | undefined;
let lastChannel: RTCDataChannel | undefined;

/** `make` must make its worker before it returns. */
export function withWorker<Made>(
  its: { readonly plan: WatchPlan; readonly attachment: Attachment },
  make: () => Made,
): { made: Made; watched: WatchedWorker } {
  ({ plan, attachment } = its);
  lastWorker = undefined;
  const made = make();
  if (lastWorker === undefined) throw new Error("no media worker was made");
  const watched: WatchedWorker = lastWorker;
  return { made, watched };
}

/** `make` must make its connection before it returns. */
export function withConnection<Made>(make: () => Made): {
  made: Made;
  connection: RTCPeerConnection | undefined;
  channel: RTCDataChannel | undefined;
} {
  lastConnection = undefined;
  lastChannel = undefined;
  const made = make();
  return { made, connection: lastConnection, channel: lastChannel };
}

export function prepareEnvironment(): void {
  window.Worker = new Proxy(window.Worker, {
    construct(target, _, newTarget) {
      const options = { type: "module", name: JSON.stringify(plan) } as const;
      const worker = Reflect.construct(target, [workerUrl, options], newTarget) as Worker;
      attachments.set(worker, attachment);
      lastWorker = watchedWorker(worker);
      return worker;
    },
  });
  window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct(target, args, newTarget) {
      lastConnection = Reflect.construct(target, args, newTarget) as RTCPeerConnection;
      return lastConnection;
    },
  });
  const createChannel = RTCPeerConnection.prototype.createDataChannel;
  RTCPeerConnection.prototype.createDataChannel = function (...words) {
    lastChannel = createChannel.apply(this, words);
    return lastChannel;
  };
  window.RTCRtpScriptTransform = new Proxy(window.RTCRtpScriptTransform, {
    construct(target, args, newTarget) {
      const worker = args[0] as Worker;
      if (attachments.get(worker) === "throwing") throw new DOMException("no", "InvalidStateError");
      const transform = Reflect.construct(target, args, newTarget) as object;
      workersOf.set(transform, worker);
      return transform;
    },
  });
  sabotageSetter(RTCRtpSender.prototype);
  sabotageSetter(RTCRtpReceiver.prototype);
  shrinkBlack();
}

function watchedWorker(worker: Worker): WatchedWorker {
  const memory = new SharedArrayBuffer(COUNTERS * Int32Array.BYTES_PER_ELEMENT);
  const tell = (message: ToWatch): void => worker.postMessage(message);
  tell({ lab: "count", memory });
  return {
    worker,
    counters: new Int32Array(memory),
    flood: (perSecond, seed) => tell({ lab: "flood", perSecond, seed }),
    collect() {
      return new Promise((resolve) => {
        worker.addEventListener("message", ({ data }: MessageEvent<object>) => {
          if ("lab" in data) resolve(data as Recorded);
        });
        tell({ lab: "collect" });
      });
    },
  };
}

function sabotageSetter(prototype: RTCRtpSender | RTCRtpReceiver): void {
  const own = Object.getOwnPropertyDescriptor(prototype, "transform")!;
  const believed = new WeakMap<object, unknown>();
  Object.defineProperty(prototype, "transform", {
    get(this: object) {
      return believed.get(this) ?? own.get!.call(this);
    },
    set(this: object, transform: object) {
      const way = attachments.get(workersOf.get(transform)!) ?? "sound";
      if (way === "sound") own.set!.call(this, transform);
      else believed.set(this, transform);
      if (way === "late") setTimeout(() => own.set!.call(this, transform));
    },
  });
}

/**
 * Every call begins with a black picture of its own, 640 by 480 and 60 times a second. Of dozens of
 * calls at once this would measure nothing but the encoder.
 */
function shrinkBlack(): void {
  const capture = HTMLCanvasElement.prototype.captureStream;
  HTMLCanvasElement.prototype.captureStream = function (this: HTMLCanvasElement, rate?: number) {
    if (this.width === 640) {
      this.width = 160;
      this.height = 120;
    }
    return capture.call(this, ...(rate === undefined ? [] : [rate]));
  };
}
