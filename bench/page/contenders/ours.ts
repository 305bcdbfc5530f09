/** What the media worker does with each frame. */
import { envelopeFor } from "../../../e2ee/envelope/envelope.ts";
import { createOpener, createSealer } from "../../../e2ee/sframe/index.ts";
import type { Opener, Sealer } from "../../../e2ee/sframe/index.ts";
import { createOpenPipeline, createSealPipeline } from "../../../web/media-worker/pipeline.ts";
import type { Contender, Transform } from "./contender.ts";
import { BASE_KEY } from "./contender.ts";

const SUITE = 5;
/** As in e2ee/envelope/vp8.ts. */
const DELTA_COVER = Uint8Array.of(0x01);
const MIME = { opus: "audio/opus", vp8: "video/VP8" } as const;

async function keys(): Promise<{ sealer: Sealer; opener: Opener }> {
  const sealer = await createSealer({ suite: SUITE, baseKey: BASE_KEY, kid: 0 });
  const opener = createOpener({ suite: SUITE });
  await opener.addKey(0, BASE_KEY);
  return { sealer, opener };
}

export async function ours(codec: keyof typeof MIME): Promise<Contender> {
  const { sealer, opener } = await keys();
  const envelope = envelopeFor(MIME[codec]);
  const nothing = (): void => {};
  const seal = createSealPipeline(envelope, () => sealer, nothing).transform;
  const open = createOpenPipeline(envelope, () => opener, nothing).transform;
  // It reads `type` and `data` of a frame, which is what there is here.
  return { name: "ours", codec, seal: seal as Transform, open: open as Transform };
}

/** The same words to SFrame, with the cover written into the sealer's headroom. */
export async function oursInPlace(): Promise<Contender> {
  const { sealer, opener } = await keys();
  return {
    name: "ours, in place",
    codec: "vp8",
    async seal(frame, outlet) {
      const sealed = await sealer.seal(new Uint8Array(frame.data), undefined, DELTA_COVER.length);
      sealed.set(DELTA_COVER);
      frame.data = sealed.buffer;
      outlet.enqueue(frame);
    },
    async open(frame, outlet) {
      const opened = await opener.open(new Uint8Array(frame.data, DELTA_COVER.length));
      if (!opened.ok) return;
      frame.data = opened.plaintext.buffer;
      outlet.enqueue(frame);
    },
  };
}
