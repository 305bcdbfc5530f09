/**
 * How far a search reaches, by waiting time. The lobby matches by it and the page shows it,
 * so both read this one table.
 */

/** Where partners are looked for, nearest first. Today every region is one shard. */
export const RUNGS = ["shard", "region", "neighbours", "world"] as const;
export type Rung = (typeof RUNGS)[number];

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
