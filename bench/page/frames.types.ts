/** What the frames page, its worker and the program that drives them say to each other. */

export const SIZES = [120, 1_200, 10_000, 60_000] as const;

/** One batch of one contender. */
export interface Batch {
  readonly contender: string;
  readonly codec: string;
  readonly bytes: number;
  readonly frames: number;
  readonly sealUs: number;
  readonly openUs: number;
}

export interface JunkRun {
  readonly contender: string;
  /** Frames that came due while it ran. */
  readonly genuine: number;
  readonly junk: number;
  /** Genuine frames that came out as they went in, within the latency that a call can bear. */
  readonly openedInTime: number;
  /** Forged frames that were handled before the time was over, and what one took. */
  readonly junkHandled: number;
  readonly junkUs: number;
  /** Forged or repeated frames that came out as if they were genuine. */
  readonly junkAccepted: number;
}

export type Order =
  | { readonly type: "round"; readonly number: number }
  | { readonly type: "junk"; readonly contender: string; readonly seconds: number }
  | { readonly type: "names" };

export interface FramesPage {
  /** Which contenders stand up to junk, and which cannot be measured here and why. */
  names(): Promise<readonly string[]>;
  /** Every contender and size once, in an order that changes with the number. */
  round(number: number): Promise<readonly Batch[]>;
  junk(contender: string, seconds: number): Promise<JunkRun>;
}

declare global {
  interface Window {
    frameLab: FramesPage;
  }
}
