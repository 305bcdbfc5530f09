/**
 * The worker through which every encoded frame of a call passes. One worker lives for one match;
 * the page ends it at hang-up, and its keys with it.
 *
 * Rekeying (a new generation under the same worker) arrives as further `keys` messages.
 */
import { envelopeFor } from "../../e2ee/envelope/envelope.ts";
import { createOpener, createSealer } from "../../e2ee/sframe/index.ts";
import type { Opener, Sealer } from "../../e2ee/sframe/index.ts";
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

/** The codecs that are negotiated today (web/call/sdp.ts refuses any other). */
const CODEC = { audio: "audio/opus", video: "video/VP8" } as const;
const SUITE = 5;

/** Promises, because frames that come while a key is derived wait for it instead of getting lost. */
const sealers: Partial<Record<Kind, Promise<Sealer>>> = {};
const openers: Partial<Record<Kind, Promise<Opener>>> = {};

const pipelines: Record<Direction, Record<Kind, Pipeline>> = {
  seal: { audio: sealing("audio"), video: sealing("video") },
  open: { audio: opening("audio"), video: opening("video") },
};

function sealing(kind: Kind): Pipeline {
  return createSealPipeline(
    envelopeFor(CODEC[kind]),
    () => sealers[kind],
    () => tell({ type: "proven", kind }),
  );
}

function opening(kind: Kind): Pipeline {
  return createOpenPipeline(
    envelopeFor(CODEC[kind]),
    () => openers[kind],
    () => tell({ type: "opened", kind }),
  );
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
  if (data.type === "count") return tell({ type: "counts", tallies: tallies() });
  for (const kind of ["audio", "video"] as const) {
    const taken = data.direction === "seal" ? sealWith(data, kind) : openWith(data, kind);
    taken.catch(() => tell({ type: "broken" }));
    // Both took their own copy in the call.
    data[kind].fill(0);
  }
};

type Keys = Extract<ToWorker, { type: "keys" }>;

function sealWith(keys: Keys, kind: Kind): Promise<unknown> {
  const sealer = createSealer({ suite: SUITE, baseKey: keys[kind], kid: keys.kid });
  sealers[kind] = sealer;
  return sealer;
}

function openWith(keys: Keys, kind: Kind): Promise<unknown> {
  const known = openers[kind];
  const baseKey = keys[kind].slice();
  const opener = (known ?? Promise.resolve(createOpener({ suite: SUITE }))).then(async (ready) => {
    await ready.addKey(keys.kid, baseKey);
    baseKey.fill(0);
    return ready;
  });
  // A further key must not hold up the frames of the one in use.
  openers[kind] ??= opener;
  return opener;
}

/** The first frame of a call should not wait for code to be compiled: seal and open one of nobody's. */
async function warmUp(): Promise<void> {
  const baseKey = crypto.getRandomValues(new Uint8Array(32));
  const sealer = await createSealer({ suite: SUITE, baseKey, kid: 0 });
  const opener = createOpener({ suite: SUITE });
  await opener.addKey(0, baseKey);
  for (let frame = 0; frame < 4; frame++)
    await opener.open(await sealer.seal(new Uint8Array(1_000)));
}
void warmUp().catch(() => {});

function tallies(): Tallies {
  const { seal, open } = pipelines;
  return {
    seal: { audio: seal.audio.tally(), video: seal.video.tally() },
    open: { audio: open.audio.tally(), video: open.video.tally() },
  };
}
