/** The frames page: nothing but a window for the worker in which everything is measured. */
import type { FramesPage, Order } from "./frames.types.ts";

const worker = new Worker(new URL("./frames-worker.ts", import.meta.url), { type: "module" });
const waiting = new Map<number, { resolve(answer: never): void; reject(cause: Error): void }>();
let asked = 0;

worker.onmessage = ({ data }: MessageEvent<{ to?: number; answer?: never; error?: string }>) => {
  // LiveKit's worker also tells its page of every frame that did not open.
  if (data.to === undefined) return;
  const { resolve, reject } = waiting.get(data.to)!;
  waiting.delete(data.to);
  if (data.error === undefined) resolve(data.answer!);
  else reject(new Error(data.error));
};
worker.onerror = ({ message }) => {
  for (const { reject } of waiting.values()) reject(new Error(`the worker broke: ${message}`));
};

function ask<Answer>(order: Order): Promise<Answer> {
  const id = asked++;
  worker.postMessage({ id, order });
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

const page: FramesPage = {
  names: () => ask({ type: "names" }),
  round: (number) => ask({ type: "round", number }),
  junk: (contender, seconds) => ask({ type: "junk", contender, seconds }),
};
window.frameLab = page;
