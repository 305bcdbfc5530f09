/**
 * The two pipelines of the media worker: frames go out sealed behind their codec's cover, or come
 * in opened. A frame that cannot be sealed or opened is dropped and counted; there is no way for
 * it to pass as it is.
 *
 * Nothing may throw out of a transform: an exception kills the track for good.
 */
import type { Envelope } from "../../e2ee/envelope/envelope.ts";
import type { Opener, Sealer } from "../../e2ee/sframe/index.ts";
import type { Tally } from "./messages.ts";

export type EncodedFrame = RTCEncodedVideoFrame | RTCEncodedAudioFrame;

export interface Pipeline {
  readonly transform: (
    frame: EncodedFrame,
    controller: TransformStreamDefaultController<EncodedFrame>,
  ) => Promise<void>;
  tally(): Tally;
}

const NOTHING: Tally = { passed: 0, withheld: 0, rejected: 0, repeated: 0, empty: 0 };

/** `sealer` answers undefined until the keys are there; `onFirst` is told of the first frame that passed. */
export function createSealPipeline(
  envelope: Envelope,
  sealer: () => Sealer | undefined,
  onFirst: () => void,
): Pipeline {
  const count = { ...NOTHING };
  return {
    tally: () => ({ ...count }),
    async transform(frame, controller) {
      const current = sealer();
      if (current === undefined) {
        count.withheld++;
        return;
      }
      if (frame.data.byteLength === 0) {
        count.empty++;
        return;
      }
      try {
        const key = "type" in frame && frame.type === "key";
        const sealed = await current.seal(new Uint8Array(frame.data));
        frame.data = envelope.wrap(sealed, key).buffer;
        controller.enqueue(frame);
        if (count.passed++ === 0) onFirst();
      } catch {
        count.rejected++;
      }
    },
  };
}

export function createOpenPipeline(
  envelope: Envelope,
  opener: () => Opener | undefined,
  onFirst: () => void,
): Pipeline {
  const count = { ...NOTHING };
  return {
    tally: () => ({ ...count }),
    async transform(frame, controller) {
      const current = opener();
      if (current === undefined) {
        count.withheld++;
        return;
      }
      if (frame.data.byteLength === 0) {
        count.empty++;
        return;
      }
      try {
        const sealed = envelope.unwrap(new Uint8Array(frame.data));
        const opened = sealed && (await current.open(sealed));
        if (!opened?.ok) {
          if (opened?.reason === "replayed") count.repeated++;
          else count.rejected++;
          return;
        }
        frame.data = opened.plaintext.buffer;
        controller.enqueue(frame);
        if (count.passed++ === 0) onFirst();
      } catch {
        count.rejected++;
      }
    },
  };
}
