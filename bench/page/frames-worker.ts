/** Where frames are sealed and opened in a call: a dedicated worker. */
import { jitsi } from "./contenders/jitsi.ts";
import { liveKit } from "./contenders/livekit.ts";
import { ours } from "./contenders/ours.ts";
import type { Contender } from "./contenders/contender.ts";
import { webCrypto } from "./contenders/webcrypto.ts";
import { createBatches } from "./frame-batches.ts";
import type { Entry } from "./frame-batches.ts";
import { runJunk } from "./frame-junk.ts";
import { SIZES } from "./frames.types.ts";
import type { Order } from "./frames.types.ts";

/** Opus frames are small; with redundancy, a few hundred bytes. */
const SPOKEN = SIZES.filter((bytes) => bytes <= 1_200);

async function everyone(): Promise<Entry[]> {
  return [
    { contender: await webCrypto(), sizes: SIZES },
    { contender: await ours("vp8"), sizes: SIZES },
    { contender: await ours("h264"), sizes: SIZES },
    { contender: await ours("opus"), sizes: SPOKEN },
    { contender: await liveKit("vp8"), sizes: SIZES },
    { contender: await liveKit("h264"), sizes: SIZES },
    { contender: await liveKit("opus"), sizes: SPOKEN },
    { contender: await jitsi("vp8"), sizes: SIZES },
    { contender: await jitsi("opus"), sizes: SPOKEN },
  ];
}

/** Fresh ones for every run: junk leaves its marks on some. */
const UNDER_JUNK: Readonly<Record<string, () => Promise<Contender>>> = {
  ours: () => ours("vp8"),
  LiveKit: () => liveKit("vp8"),
  Jitsi: () => jitsi("vp8"),
};

let batches: ReturnType<typeof createBatches> | undefined;

async function obey(order: Order): Promise<unknown> {
  if (order.type === "names") return Object.keys(UNDER_JUNK);
  if (order.type === "round") {
    batches ??= createBatches(await everyone());
    return batches.round(order.number);
  }
  const make = UNDER_JUNK[order.contender];
  if (make === undefined) throw new Error(`nobody is called ${order.contender}`);
  return runJunk(await make(), order.seconds);
}

addEventListener("message", ({ data }: MessageEvent<{ id: number; order: Order }>) => {
  // A `Window` says where a message goes, a worker does not; the types here are a window's.
  const reply = (message: object): void =>
    postMessage({ to: data.id, ...message }, { targetOrigin: "*" });
  obey(data.order).then(
    (answer) => reply({ answer }),
    (cause: unknown) => reply({ error: String(cause) }),
  );
});
