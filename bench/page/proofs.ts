/** Proving in a browser: in a worker as the wallet does, with an eye on the page meanwhile. */
import type { Sample, Step } from "../proofs/steps.ts";

export interface Proven {
  readonly ms: readonly number[];
  /** The longest that the page's own thread was kept from a timer meanwhile. */
  readonly pageBlockedMs: number;
  readonly said: string;
}

declare global {
  interface Window {
    measureProofs(sample: Sample, step: Step, rounds: number): Promise<Proven>;
  }
}

const worker = new Worker(new URL("./proofs.worker.ts", import.meta.url), { type: "module" });

window.measureProofs = async (sample, step, rounds) => {
  let [last, longest, running] = [performance.now(), 0, true];
  const tick = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (running) setTimeout(tick, 0);
  };
  tick();
  const answer = await new Promise<Omit<Proven, "pageBlockedMs">>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Omit<Proven, "pageBlockedMs">>) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage({ sample, step, rounds });
  });
  running = false;
  return { ...answer, pageBlockedMs: longest };
};
