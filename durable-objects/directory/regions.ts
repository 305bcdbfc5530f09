/**
 * The location hints of Durable Objects as regions of people
 * (developers.cloudflare.com/durable-objects/reference/data-location), and how they hang together.
 */
export const REGIONS = ["wnam", "enam", "sam", "weur", "eeur", "apac", "oc", "afr", "me"] as const;
export type Region = (typeof REGIONS)[number];

/**
 * Where the people of a cold region go. Following it from anywhere ends at the root, which is never
 * cold: at launch everybody meets in its one shard.
 */
export const PARENTS: Readonly<Record<Region, Region | undefined>> = {
  weur: undefined,
  enam: "weur",
  wnam: "enam",
  sam: "enam",
  eeur: "weur",
  me: "eeur",
  afr: "weur",
  apac: "weur",
  oc: "apac",
};

/** Asked on the rung before the whole world: those with the shortest way or the most common hours. */
const NEIGHBOURS: Readonly<Record<Region, readonly Region[]>> = {
  weur: ["eeur", "afr", "enam"],
  enam: ["wnam", "sam", "weur"],
  wnam: ["enam", "sam", "apac"],
  sam: ["enam", "wnam"],
  eeur: ["weur", "me"],
  me: ["eeur", "apac", "afr"],
  afr: ["weur", "me"],
  apac: ["oc", "me", "wnam"],
  oc: ["apac", "wnam"],
};

export function isRegion(value: unknown): value is Region {
  return (REGIONS as readonly unknown[]).includes(value);
}

/** Regions that a search on this rung reaches, its own first. */
export function regionsWithin(region: Region, rung: "region" | "neighbours" | "world"): Region[] {
  const near = rung === "region" ? [] : NEIGHBOURS[region];
  const far = rung === "world" ? REGIONS : [];
  return [...new Set([region, ...near, ...far])];
}
