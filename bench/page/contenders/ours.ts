/** What the media worker does with each frame: its own pipelines, with keys as a call has them. */
import { createReceivingKeys } from "../../../e2ee/frame-keys/receiving-keys.ts";
import { createSendingKeys } from "../../../e2ee/frame-keys/sending-keys.ts";
import { createOpenPipeline, createSealPipeline } from "../../../web/media-worker/pipeline.ts";
import type { Codec, Contender, Transform } from "./contender.ts";
import { BASE_KEY } from "./contender.ts";

export async function ours(codec: Codec): Promise<Contender> {
  const clock = { now: () => performance.now() };
  const [sending, receiving] = [createSendingKeys(clock), createReceivingKeys(clock)];
  await Promise.all([sending.use(0, BASE_KEY), receiving.expect(0, BASE_KEY)]);
  const onFirst = (): void => {};
  const seal = createSealPipeline({ keys: sending, onFirst }).transform;
  const open = createOpenPipeline({ keys: receiving, onFirst }).transform;
  // They read `type`, `data` and the mime type of a frame, which is what there is here.
  return { name: "ours", codec, seal: seal as Transform, open: open as Transform };
}
