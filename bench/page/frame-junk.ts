/**
 * A relay that forges: genuine frames come at the pace of a call, ten thousand forged and repeated
 * ones a second between them, through one transform that takes them one after the other.
 */
import { frameOf, pictureOf } from "./contenders/contender.ts";
import type { BenchFrame, Contender } from "./contenders/contender.ts";
import type { JunkRun } from "./frames.types.ts";

const BYTES = 1_200;
/** Picture and sound of one partner. */
const GENUINE_PER_SECOND = 80;
const JUNK_PER_SECOND = 10_000;
/** What comes out later than this is no use to a conversation. */
const LATENCY_MS = 200;

export async function runJunk(contender: Contender, seconds: number): Promise<JunkRun> {
  const genuine = GENUINE_PER_SECOND * seconds;
  const picture = pictureOf(contender.codec, BYTES);
  const sealed: BenchFrame[] = [];
  for (let n = 1; n <= genuine; n++) {
    await contender.seal(frameOf(contender.codec, n, picture), {
      enqueue: (frame) => sealed.push(frame),
    });
  }
  const perGenuine = JUNK_PER_SECOND / GENUINE_PER_SECOND;
  const total = genuine * (perGenuine + 1);
  const intervalMs = (seconds * 1_000) / total;
  const forge = createForger();
  let [handled, junkMs, accepted, inTime] = [0, 0, 0, 0];

  const begin = performance.now();
  const end = begin + seconds * 1_000 + LATENCY_MS;
  for (let n = 0; n < total; n++) {
    const due = begin + n * intervalMs;
    // Ahead of the relay: wait for it, as a stream does.
    if (performance.now() < due) await pause();
    const before = performance.now();
    if (before > end) break;
    const turn = Math.floor(n / (perGenuine + 1));
    const isGenuine = n % (perGenuine + 1) === perGenuine;
    const data = isGenuine ? sealed[turn]!.data : forge(sealed, turn);
    let out: BenchFrame | undefined;
    const frame = frameOf(contender.codec, n, data.slice(0));
    await Promise.resolve(contender.open(frame, { enqueue: (one) => (out = one) })).catch(() => {});
    const after = performance.now();
    const isPicture = out !== undefined && startsLike(out.data, picture);
    if (isGenuine) {
      if (isPicture && after - due <= LATENCY_MS) inTime++;
    } else {
      handled++;
      junkMs += after - before;
      if (isPicture) accepted++;
    }
  }
  return {
    contender: contender.name,
    genuine,
    junk: total - genuine,
    openedInTime: inTime,
    junkHandled: handled,
    junkUs: (junkMs * 1_000) / handled,
    junkAccepted: accepted,
  };
}

/** What a relay can make of what it has seen: repeat, flip a bit, cut, fill a real frame's ends with noise. */
function createForger(): (sealed: readonly BenchFrame[], turn: number) => ArrayBuffer {
  let made = 0;
  const below = (limit: number): number => Math.floor(Math.random() * limit);
  return (sealed, turn) => {
    // The one that is about to come, or one that came before.
    const next = sealed[turn]!.data;
    const past = sealed[Math.max(turn - 1 - below(50), 0)]!.data;
    switch (turn === 0 ? 1 : made++ % 4) {
      case 0:
        return past;
      case 1: {
        const flipped = next.slice(0);
        new Uint8Array(flipped)[24 + below(next.byteLength - 60)]! ^= 1 << below(8);
        return flipped;
      }
      case 2:
        return next.slice(0, below(next.byteLength));
      default: {
        const noise = next.slice(0);
        crypto.getRandomValues(new Uint8Array(noise, 24, noise.byteLength - 60));
        return noise;
      }
    }
  };
}

function startsLike(data: ArrayBuffer, picture: ArrayBuffer): boolean {
  if (data.byteLength !== picture.byteLength) return false;
  const [left, right] = [new Uint8Array(data), new Uint8Array(picture)];
  return left.every((byte, index) => byte === right[index]);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
