/**
 * The level of age proof. It is part of the lobby's name, so people of different tiers cannot
 * meet by construction. Until age proofs exist everybody is "open".
 */
export const TIERS = ["open"] as const;
export type Tier = (typeof TIERS)[number];

export function tierOf(): Tier {
  return "open";
}
