/** What a page of the laboratory and the script under its media workers tell each other. */
import type { Direction, Kind } from "../../../../web/media-worker/messages.ts";

/**
 * What a media worker does to its frames besides sealing and opening them.
 *
 * withheld      never takes a transform, as if its script had no word about them
 * unsealed      sends each frame as the codec made it
 * covered       the same behind the first bytes that sealed frames wear
 * replayed      every second frame is the one before it, once more
 * other-key-id  sealed, under a key id that nobody agreed on
 * spoiled       sealed, one bit of the ciphertext turned
 */
export type Mischief =
  | "none"
  | "withheld"
  | "unsealed"
  | "covered"
  | "replayed"
  | "other-key-id"
  | "spoiled";

/** Travels as the worker's name, so that it is known before the first transform. */
export interface WatchPlan {
  readonly mischief: Mischief;
  /** Keep every video frame before and after sealing. */
  readonly records: boolean;
  /** Junk can be poured in front of the opening pipeline of the picture. */
  readonly floods: boolean;
}

export const PLAIN_PLAN: WatchPlan = { mischief: "none", records: false, floods: false };

/** Counted in memory that page and worker share, so that a killed worker's last frame counts too. */
export const COUNTERS = 12;
export const JUNK_ENTERED = 8;
export const JUNK_PASSED = 9;
export const JUNK_WAITING = 10;
/** Came in a second time, byte for byte; retransmission does that. Not counted as entered. */
export const REPEATED = 11;

export function entered(direction: Direction, kind: Kind): number {
  return (direction === "open" ? 2 : 0) + (kind === "video" ? 1 : 0);
}

/** Counted before the frame goes on, so never less than what went. */
export function passed(direction: Direction, kind: Kind): number {
  return 4 + entered(direction, kind);
}

export type ToWatch =
  | { readonly lab: "count"; readonly memory: SharedArrayBuffer }
  | { readonly lab: "flood"; readonly perSecond: number; readonly seed: number }
  /** Answered with `Recorded`. */
  | { readonly lab: "collect" };

/** Frames one after another, each as 4 bytes of length (little endian) and its bytes. */
export interface Recorded {
  readonly lab: "recorded";
  readonly plain: ArrayBuffer;
  readonly sealed: ArrayBuffer;
}
