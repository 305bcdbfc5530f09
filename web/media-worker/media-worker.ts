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

const sealers: Partial<Record<Kind, Sealer>> = {};
const openers: Partial<Record<Kind, Opener>> = {};

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

self.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === "count") {
    tell({ type: "counts", tallies: tallies() });
    return;
  }
  try {
    for (const kind of ["audio", "video"] as const) {
      const baseKey = data[kind];
      if (data.direction === "seal") {
        sealers[kind] = await createSealer({ suite: SUITE, baseKey, kid: data.kid });
      } else {
        const opener = openers[kind] ?? createOpener({ suite: SUITE });
        await opener.addKey(data.kid, baseKey);
        openers[kind] = opener;
      }
      baseKey.fill(0);
    }
  } catch {
    tell({ type: "broken" });
  }
};

function tallies(): Tallies {
  const { seal, open } = pipelines;
  return {
    seal: { audio: seal.audio.tally(), video: seal.video.tally() },
    open: { audio: open.audio.tally(), video: open.video.tally() },
  };
}
