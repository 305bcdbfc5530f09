/**
 * How far a search reaches, by waiting time. The lobby matches by it and the page shows it,
 * so both read these tables.
 */

/** Where partners are looked for, nearest first. */
export const RUNGS = ["shard", "region", "neighbours", "world"] as const;
export type Rung = (typeof RUNGS)[number];

/** From this waiting time on, in milliseconds. Earlier: a crowd pays for questions it does not need. */
export const LADDER: Readonly<Record<Rung, number>> = {
  shard: 0,
  region: 1_500,
  neighbours: 3_000,
  world: 5_000,
};

/** The person's own cap: nobody beyond the region, nobody without a common language, anybody. */
export const REACHES = ["region", "language", "world"] as const;
export type Reach = (typeof REACHES)[number];

/** What both want to send each other. Only people with the same wish meet. */
export const MODES = ["video", "voice", "text"] as const;
export type Mode = (typeof MODES)[number];

export interface Widening {
  /** From this waiting time on, in milliseconds. */
  readonly afterMs: number;
  readonly needs: "interest" | "language" | "nothing";
  /** How many of the latest partners are avoided. Blocks are avoided at every level. */
  readonly recentsAvoided: number;
}

export const WIDENING: readonly Widening[] = [
  { afterMs: 0, needs: "interest", recentsAvoided: 8 },
  { afterMs: 1_000, needs: "language", recentsAvoided: 8 },
  { afterMs: 2_000, needs: "nothing", recentsAvoided: 8 },
  { afterMs: 6_000, needs: "nothing", recentsAvoided: 2 },
  { afterMs: 12_000, needs: "nothing", recentsAvoided: 0 },
];
