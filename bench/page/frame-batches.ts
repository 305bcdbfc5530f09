/**
 * Microseconds per frame, in batches, because a browser's clock is coarser than one frame is short. A
 * frame begins when the one before it has left, as in the stream of a call.
 */
import { frameOf, pictureOf } from "./contenders/contender.ts";
import type { BenchFrame, Contender, Outlet, Transform } from "./contenders/contender.ts";
import type { Batch } from "./frames.types.ts";

export interface Entry {
  readonly contender: Contender;
  readonly sizes: readonly number[];
}

/** Of a batch: short, so that a round is over before the machine has changed its mood, and many times the clock's step. */
const BATCH_MS = 10;
const STEPS = 40;
const FRAMES_MIN = 16;
const FRAMES_MAX = 4_000;
/** Frames of the batch from which the length of the others is taken, after as many unmeasured. */
const TRIAL = 60;

export function createBatches(entries: readonly Entry[]) {
  const lengths = new Map<string, number>();
  const timestamps = new Map<Contender, number>();
  const batchMs = Math.max(BATCH_MS, STEPS * clockStepMs());

  const pictures = (contender: Contender, picture: ArrayBuffer, count: number): BenchFrame[] => {
    const first = timestamps.get(contender) ?? 1;
    timestamps.set(contender, first + count);
    return Array.from({ length: count }, (_, n) => frameOf(contender.codec, first + n, picture));
  };

  async function batch(contender: Contender, bytes: number, frames: number): Promise<Batch> {
    const { name, codec } = contender;
    const picture = pictureOf(codec, bytes);
    const sealUs = await time(contender.seal, pictures(contender, picture, frames), letGo);
    const sealed: BenchFrame[] = [];
    await time(contender.seal, pictures(contender, picture, frames), (one) => sealed.push(one));
    const last = sealed.pop()!;
    let opened = 0;
    const openUs = await time(contender.open, sealed, (one) => {
      opened++;
      letGo(one);
    });
    await contender.open(last, { enqueue: () => opened++ });
    if (opened !== frames || !equal(last.data, picture)) {
      throw new Error(`${name}, ${codec}, ${bytes} bytes: what came out is not what went in`);
    }
    return { contender: name, codec, bytes, frames, sealUs, openUs };
  }

  /** Frames that take about as long as a batch should. */
  async function lengthOf(contender: Contender, bytes: number): Promise<number> {
    const key = `${contender.name} ${contender.codec} ${bytes}`;
    let length = lengths.get(key);
    if (length === undefined) {
      await batch(contender, bytes, TRIAL);
      const { sealUs, openUs } = await batch(contender, bytes, TRIAL);
      const wanted = Math.round((batchMs * 1_000) / Math.max(Math.min(sealUs, openUs), 1));
      lengths.set(key, (length = Math.min(Math.max(wanted, FRAMES_MIN), FRAMES_MAX)));
    }
    return length;
  }

  return {
    async round(number: number): Promise<Batch[]> {
      const sizes = [...new Set(entries.flatMap((entry) => entry.sizes))];
      const done: Batch[] = [];
      for (const bytes of sizes) {
        const at = entries.filter((entry) => entry.sizes.includes(bytes));
        const first = number % at.length;
        for (const { contender } of [...at.slice(first), ...at.slice(0, first)]) {
          done.push(await batch(contender, bytes, await lengthOf(contender, bytes)));
        }
      }
      return done;
    },
  };
}

/** The smallest step that the clock makes, of a few. Firefox shows 1 ms, Chromium 0.1 ms. */
function clockStepMs(): number {
  let step = Infinity;
  for (let seen = 0; seen < 5; seen++) {
    const begin = performance.now();
    let now = begin;
    while (now === begin) now = performance.now();
    step = Math.min(step, now - begin);
  }
  return step;
}

const NOTHING = new ArrayBuffer(0);

/** A call does not keep what went on its way either; memory that is held on to makes allocation slow. */
function letGo(frame: BenchFrame): void {
  frame.data = NOTHING;
}

async function time(
  transform: Transform,
  frames: readonly BenchFrame[],
  enqueue: Outlet["enqueue"],
): Promise<number> {
  const outlet = { enqueue };
  const begin = performance.now();
  for (const frame of frames) await transform(frame, outlet);
  return ((performance.now() - begin) * 1_000) / frames.length;
}

function equal(a: ArrayBuffer, b: ArrayBuffer): boolean {
  const [left, right] = [new Uint8Array(a), new Uint8Array(b)];
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
