/**
 * Which counters of one key were already accepted (RFC 9605, 9.3; the sliding window is that of
 * RFC 4303, 3.4.3). Pure bookkeeping: `check` may be asked of anything, `accept` may only be told
 * of a frame that authenticated. Otherwise a forged high counter would push real frames out.
 */

/** Frames that may overtake one another. At 30 video frames a second, half a minute. */
export const REPLAY_WINDOW_FRAMES = 1024;

const SIZE = BigInt(REPLAY_WINDOW_FRAMES);

export interface ReplayWindow {
  check(counter: bigint): "fresh" | "replayed" | "too-old";
  accept(counter: bigint): void;
}

export function createReplayWindow(): ReplayWindow {
  /** A ring: the place of a counter is its remainder. 1 = accepted. */
  const seen = new Uint8Array(REPLAY_WINDOW_FRAMES);
  let highest = -1n;

  const place = (counter: bigint): number => Number(counter % SIZE);

  return {
    check(counter) {
      if (counter > highest) return "fresh";
      if (highest - counter >= SIZE) return "too-old";
      return seen[place(counter)] === 1 ? "replayed" : "fresh";
    },
    accept(counter) {
      if (counter > highest) {
        // Places between the old and the new highest now stand for counters not seen yet.
        if (counter - highest >= SIZE) seen.fill(0);
        else for (let next = highest + 1n; next < counter; next++) seen[place(next)] = 0;
        highest = counter;
      }
      seen[place(counter)] = 1;
    },
  };
}
