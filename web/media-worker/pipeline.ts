/**
 * The two pipelines of the media worker: frames go out sealed behind their codec's cover, or come
 * in opened. A frame that cannot be sealed or opened is dropped and counted; there is no way for
 * it to pass as it is.
 *
 * Nothing may throw out of a transform: an exception kills the track for good.
 */
import { envelopeFor, isCovered } from "../../e2ee/envelope/envelope.ts";
import type { CoveredMimeType, Envelope } from "../../e2ee/envelope/envelope.ts";
import { padOpus, padRed } from "../../e2ee/envelope/opus-padding.ts";
import type { ReceivingKeys } from "../../e2ee/frame-keys/receiving-keys.ts";
import type { SendingKeys } from "../../e2ee/frame-keys/sending-keys.ts";
import type { Tally } from "./messages.ts";

export type EncodedFrame = RTCEncodedVideoFrame | RTCEncodedAudioFrame;

export interface Pipeline {
  readonly transform: (
    frame: EncodedFrame,
    controller: TransformStreamDefaultController<EncodedFrame>,
  ) => Promise<void>;
  tally(): Tally;
}

interface SealOptions {
  readonly keys: Pick<SendingKeys, "seal">;
  /** Whether every packet of the voice gets one size: asked for each frame. */
  readonly hidesRhythm?: () => boolean;
  /** Told of the first frame that passed. */
  readonly onFirst: () => void;
}

interface OpenOptions {
  readonly keys: Pick<ReceivingKeys, "open" | "hasKey">;
  readonly onFirst: () => void;
}

/**
 * Plaintext bytes of an Opus packet in constant size. RED of two packets at the bitrate that goes
 * with it (web/call/match-session.ts) fits, also where the encoder goes above for a moment.
 */
export const CONSTANT_AUDIO_BYTES = 384;

type Fate = Uint8Array<ArrayBuffer> | Exclude<keyof Tally, "passed">;

/** Frames that come before there is a key wait for it; then none is missing and the first is a key frame. */
export function createSealPipeline({ keys, hidesRhythm, onFirst }: SealOptions): Pipeline {
  const codecOf = createCodecLook();
  return createPipeline(onFirst, async (frame) => {
    const codec = codecOf.ask(frame);
    if (codec === undefined) return "rejected";
    const bytes = new Uint8Array(frame.data);
    const plaintext = hidesRhythm?.() ? toConstantSize(codec.mimeType, bytes) : bytes;
    if (plaintext === undefined) return "rejected";
    return sealBehind(codec.envelope, plaintext, isKeyFrame(frame));
  });

  /** Most covers only stand in front: then the frame is sealed where it will travel. */
  async function sealBehind(
    envelope: Envelope,
    plaintext: Uint8Array,
    key: boolean,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const front = envelope.front?.(key);
    if (front === undefined) return envelope.wrap(await keys.seal(plaintext), key);
    const frame = await keys.seal(plaintext, front.length);
    frame.set(front);
    return frame;
  }
}

export function createOpenPipeline({ keys, onFirst }: OpenOptions): Pipeline {
  const codecOf = createCodecLook();
  return createPipeline(onFirst, async (frame) => {
    if (!keys.hasKey) return "withheld";
    const sealed = codecOf.ask(frame)?.envelope.unwrap(new Uint8Array(frame.data));
    const opened = sealed && (await keys.open(sealed));
    if (opened?.ok) return opened.plaintext;
    // It may have claimed another codec, and what follows is not to be read by that claim.
    codecOf.forget();
    return opened?.reason === "replayed" ? "repeated" : "rejected";
  });
}

function createPipeline(
  onFirst: () => void,
  convert: (frame: EncodedFrame) => Promise<Fate>,
): Pipeline {
  const count = { passed: 0, withheld: 0, rejected: 0, repeated: 0, empty: 0 };
  return {
    tally: () => ({ ...count }),
    async transform(frame, controller) {
      try {
        const fate = frame.data.byteLength === 0 ? "empty" : await convert(frame);
        if (typeof fate === "string") {
          count[fate]++;
          return;
        }
        // Never more than the frame: whoever made the bytes may have made them in a larger buffer.
        const isWhole = fate.byteLength === fate.buffer.byteLength;
        frame.data = isWhole ? fate.buffer : fate.slice().buffer;
        controller.enqueue(frame);
        if (count.passed++ === 0) onFirst();
      } catch {
        count.rejected++;
      }
    },
  };
}

interface Codec {
  readonly mimeType: CoveredMimeType;
  readonly envelope: Envelope;
}

interface CodecLook {
  ask(frame: EncodedFrame): Codec | undefined;
  /** The next frame is asked again, whatever its type. */
  forget(): void;
}

/**
 * Metadata is a copy made for each asking, so it is asked where the codec can change: of video at
 * key frames, of audio each time. undefined for a codec without an envelope.
 */
function createCodecLook(): CodecLook {
  let known: Codec | undefined;
  return {
    ask(frame) {
      if (known === undefined || !("type" in frame) || frame.type === "key") {
        const { mimeType = "" } = frame.getMetadata() as { mimeType?: string };
        if (!isCovered(mimeType)) known = undefined;
        else if (known?.mimeType !== mimeType)
          known = { mimeType, envelope: envelopeFor(mimeType) };
      }
      return known;
    },
    forget() {
      known = undefined;
    },
  };
}

function isKeyFrame(frame: EncodedFrame): boolean {
  return "type" in frame && frame.type === "key";
}

function toConstantSize(mimeType: CoveredMimeType, packet: Uint8Array): Uint8Array | undefined {
  const pad = mimeType === "audio/red" ? padRed : mimeType === "audio/opus" ? padOpus : undefined;
  const over = packet.length % CONSTANT_AUDIO_BYTES;
  return pad?.(packet, over === 0 ? 0 : CONSTANT_AUDIO_BYTES - over);
}
