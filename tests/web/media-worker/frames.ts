/** Encoded frames as a browser hands them over, and keys for both ends of a pipeline. */
import { createReceivingKeys } from "../../../e2ee/frame-keys/receiving-keys.ts";
import type { ReceivingKeys } from "../../../e2ee/frame-keys/receiving-keys.ts";
import { createSendingKeys } from "../../../e2ee/frame-keys/sending-keys.ts";
import type { SendingKeys } from "../../../e2ee/frame-keys/sending-keys.ts";
import type { EncodedFrame, Pipeline } from "../../../web/media-worker/pipeline.ts";

export type FrameType = "key" | "delta" | "empty";

/** Audio has no type. `mimeType` undefined: metadata without it. */
export function frameOf(
  mimeType: string | undefined,
  data: Uint8Array,
  type: FrameType = "delta",
): EncodedFrame {
  const frame = {
    data: Uint8Array.from(data).buffer,
    getMetadata: () => (mimeType === undefined ? {} : { mimeType }),
  };
  return (mimeType?.startsWith("audio/") ? frame : { ...frame, type }) as unknown as EncodedFrame;
}

/** Puts one frame through and gives what came out, if anything. */
export async function pass(
  { transform }: Pick<Pipeline, "transform">,
  frame: EncodedFrame,
): Promise<Uint8Array[]> {
  const out: Uint8Array[] = [];
  await transform(frame, {
    enqueue: (passed: EncodedFrame) => out.push(new Uint8Array(passed.data)),
  } as unknown as TransformStreamDefaultController<EncodedFrame>);
  return out;
}

/** A whole number of frames through the very stream that the worker puts a pipeline into. */
export async function through(
  { transform }: Pick<Pipeline, "transform">,
  frames: Iterable<EncodedFrame>,
): Promise<Uint8Array[]> {
  const out: Uint8Array[] = [];
  const iterator = frames[Symbol.iterator]();
  const source = new ReadableStream<EncodedFrame>({
    pull(controller) {
      const { value, done } = iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  await source
    .pipeThrough(new TransformStream<EncodedFrame, EncodedFrame>({ transform }))
    .pipeTo(new WritableStream({ write: ({ data }) => void out.push(new Uint8Array(data)) }));
  return out;
}

export interface KeyPair {
  readonly sending: SendingKeys;
  readonly receiving: ReceivingKeys;
}

/** Generation 0 under this base key at both ends; time stands still unless told otherwise. */
export async function keysOf(baseKey: Uint8Array, now: () => number = () => 0): Promise<KeyPair> {
  const sending = createSendingKeys({ now });
  const receiving = createReceivingKeys({ now });
  await Promise.all([sending.use(0, baseKey), receiving.expect(0, baseKey)]);
  return { sending, receiving };
}
