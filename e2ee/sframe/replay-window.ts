/**
 * Which counters of one key were already accepted (RFC 9605, 9.3; the sliding window is that of
 * RFC 4303, 3.4.3). Pure bookkeeping: `check` may be asked of anything, `accept` may only be told
 * of a frame that authenticated. Otherwise a forged high counter would push real frames out.
 */
import { lowWord } from "./uint64.ts";
import type { UInt64 } from "./uint64.ts";

/** Frames that may overtake one another. At 30 video frames a second, half a minute. */
export const REPLAY_WINDOW_FRAMES = 1024;

export interface ReplayWindow {
  check(counter: UInt64): "fresh" | "replayed" | "too-old";
  accept(counter: UInt64): void;
}

export function createReplayWindow(): ReplayWindow {
  /** A ring: the place of a counter is its remainder. 1 = accepted. */
  const seen = new Uint8Array(REPLAY_WINDOW_FRAMES);
  let highest: UInt64 = -1;

  // The window is a power of two, so the low word alone gives the remainder.
  const place = (counter: UInt64): number => lowWord(counter) % REPLAY_WINDOW_FRAMES;

  return {
    check(counter) {
      if (counter > highest) return "fresh";
      if (distance(counter, highest) >= REPLAY_WINDOW_FRAMES) return "too-old";
      return seen[place(counter)] === 1 ? "replayed" : "fresh";
    },
    accept(counter) {
      if (counter > highest) {
        // Places between the old and the new highest now stand for counters not seen yet.
        const gap = distance(highest, counter);
        if (gap >= REPLAY_WINDOW_FRAMES) seen.fill(0);
        else {
          const end = place(counter) + REPLAY_WINDOW_FRAMES;
          for (let back = 1; back < gap; back++) seen[(end - back) % REPLAY_WINDOW_FRAMES] = 0;
        }
        highest = counter;
      }
      seen[place(counter)] = 1;
    },
  };
}

/** Exact up to 2^53, which is far beyond the window. */
function distance(from: UInt64, to: UInt64): number {
  if (typeof from === "number" && typeof to === "number") return to - from;
  return Number(BigInt(to) - BigInt(from));
}
