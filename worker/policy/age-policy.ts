/**
 * Who may meet whom by age, region by region, and from it the tier that is part of a lobby's name.
 * People of different tiers cannot meet by construction. Pure.
 *
 *   required   nobody meets anybody without a proof
 *   separate   the proven among themselves, the others among themselves
 *   open       everybody together
 */
import { isRegion, type Region } from "../../durable-objects/directory/regions.ts";

const POLICIES = ["required", "separate", "open"] as const;
export type AgePolicy = (typeof POLICIES)[number];

export const TIERS = ["proven", "open"] as const;
export type Tier = (typeof TIERS)[number];

/**
 * What the operator wrote: one policy, or one and then exceptions, as "separate, weur=required".
 * Unset is "separate"; anything that cannot be read is "required" everywhere, so that a typing error
 * lets nobody in.
 */
export function agePolicy(text: string | undefined, region: Region): AgePolicy {
  if (text === undefined || text.trim() === "") return "separate";
  const [general, ...exceptions] = text.split(",").map((word) => word.trim());
  if (!isPolicy(general)) return "required";
  let policy: AgePolicy = general;
  for (const exception of exceptions) {
    const [where, what, ...rest] = exception.split("=");
    if (!isRegion(where) || !isPolicy(what) || rest.length > 0) return "required";
    if (where === region) policy = what;
  }
  return policy;
}

/** undefined where this person meets nobody. */
export function tierOf(policy: AgePolicy, proven: boolean): Tier | undefined {
  if (policy === "open") return "open";
  if (proven) return "proven";
  return policy === "separate" ? "open" : undefined;
}

function isPolicy(word: string | undefined): word is AgePolicy {
  return (POLICIES as readonly unknown[]).includes(word);
}
