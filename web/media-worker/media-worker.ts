/**
 * The worker through which every encoded frame of a call passes. One worker lives for one match;
 * the page ends it at hang-up, and its keys with it.
 */
import { createReceivingKeys } from "../../e2ee/frame-keys/receiving-keys.ts";
import { createSendingKeys } from "../../e2ee/frame-keys/sending-keys.ts";
import type {
  Direction,
  FromWorker,
  Kind,
  Tallies,
  ToWorker,
  TransformOptions,
} from "./messages.ts";
import { createOpenPipeline, createSealPipeline } from "./pipeline.ts";
import type { EncodedFrame, Pipeline } from "./pipeline.ts";

declare const self: DedicatedWorkerGlobalScope;

const clock = { now: () => performance.now() };
const sending = { audio: createSendingKeys(clock), video: createSendingKeys(clock) };
const receiving = { audio: createReceivingKeys(clock), video: createReceivingKeys(clock) };
let isRhythmHidden = false;

const pipelines: Record<Direction, Record<Kind, Pipeline>> = {
  seal: { audio: sealing("audio"), video: sealing("video") },
  open: { audio: opening("audio"), video: opening("video") },
};

function sealing(kind: Kind): Pipeline {
  return createSealPipeline({
    keys: sending[kind],
    hidesRhythm: () => isRhythmHidden && kind === "audio",
    onFirst: () => tell({ type: "proven", kind }),
  });
}

function opening(kind: Kind): Pipeline {
  return createOpenPipeline({
    keys: receiving[kind],
    onFirst: () => tell({ type: "opened", kind }),
  });
}

function tell(message: FromWorker): void {
  self.postMessage(message);
}

self.onrtctransform = ({ transformer }: RTCTransformEvent) => {
  const { direction, kind } = transformer.options as TransformOptions;
  const { transform } = pipelines[direction][kind];
  // A TransformStream awaits each frame before the next, which keeps their order.
  transformer.readable
    .pipeThrough(new TransformStream<EncodedFrame, EncodedFrame>({ transform }))
    .pipeTo(transformer.writable)
    .catch(() => tell({ type: "broken" }));
};

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case "count":
      // Asked for at a steady pace: old keys go then, also where no frame comes (silence under DTX).
      receiving.audio.sweep();
      receiving.video.sweep();
      return tell({ type: "counts", tallies: tallies() });
    case "rhythm":
      isRhythmHidden = data.isHidden;
      return;
    case "keys":
      return takeKeys(data);
  }
};

let taking: Promise<unknown> = Promise.resolve();

function takeKeys(keys: Extract<ToWorker, { type: "keys" }>): void {
  const taken = (["audio", "video"] as const).map((kind) => {
    const own =
      keys.direction === "seal"
        ? sending[kind].use(keys.generation, keys[kind], keys.stepMs)
        : receiving[kind].expect(keys.generation, keys[kind]);
    // It took its own copy in the call.
    keys[kind].fill(0);
    return own;
  });
  taking = Promise.all([taking, ...taken]).then(
    () => tell({ type: "keyed" }),
    () => tell({ type: "broken" }),
  );
}

/** The first frame of a call should not wait for code to be compiled: seal and open some of nobody's. */
async function warmUp(): Promise<void> {
  const baseKey = crypto.getRandomValues(new Uint8Array(32));
  const [sender, receiver] = [createSendingKeys(clock), createReceivingKeys(clock)];
  await Promise.all([sender.use(0, baseKey), receiver.expect(0, baseKey)]);
  for (let frame = 0; frame < 4; frame++)
    await receiver.open(await sender.seal(new Uint8Array(1_000)));
  sender.wipe();
  receiver.wipe();
}
void warmUp().catch(() => {});

function tallies(): Tallies {
  const { seal, open } = pipelines;
  return {
    seal: { audio: seal.audio.tally(), video: seal.video.tally() },
    open: { audio: open.audio.tally(), video: open.video.tally() },
  };
}
