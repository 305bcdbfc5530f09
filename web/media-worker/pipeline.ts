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

type Dropped = Extract<keyof Tally, "rejected" | "repeated">;

/** Undefined until there is a key; a promise while it is derived, for which frames then wait. */
type Pending<Key> = Key | Promise<Key> | undefined;

/** `onFirst` of both is told of the first frame that passed. */
export function createSealPipeline(
  envelope: Envelope,
  sealer: () => Pending<Sealer>,
  onFirst: () => void,
): Pipeline {
  return createPipeline(sealer, onFirst, async (key, frame) => {
    const sealed = await key.seal(new Uint8Array(frame.data));
    return envelope.wrap(sealed, "type" in frame && frame.type === "key");
  });
}

export function createOpenPipeline(
  envelope: Envelope,
  opener: () => Pending<Opener>,
  onFirst: () => void,
): Pipeline {
  return createPipeline(opener, onFirst, async (key, frame) => {
    const sealed = envelope.unwrap(new Uint8Array(frame.data));
    const opened = sealed && (await key.open(sealed));
    if (opened?.ok) return opened.plaintext;
    return opened?.reason === "replayed" ? "repeated" : "rejected";
  });
}

function createPipeline<Key>(
  keyNow: () => Pending<Key>,
  onFirst: () => void,
  convert: (key: Key, frame: EncodedFrame) => Promise<Uint8Array<ArrayBuffer> | Dropped>,
): Pipeline {
  const count = { passed: 0, withheld: 0, rejected: 0, repeated: 0, empty: 0 };

  async function fate(frame: EncodedFrame): Promise<Uint8Array<ArrayBuffer> | keyof Tally> {
    const pending = keyNow();
    if (pending === undefined) return "withheld";
    if (frame.data.byteLength === 0) return "empty";
    return convert(await pending, frame);
  }

  return {
    tally: () => ({ ...count }),
    async transform(frame, controller) {
      try {
        const result = await fate(frame);
        if (typeof result === "string") {
          count[result]++;
          return;
        }
        frame.data = result.buffer;
        controller.enqueue(frame);
        if (count.passed++ === 0) onFirst();
      } catch {
        count.rejected++;
      }
    },
  };
}
