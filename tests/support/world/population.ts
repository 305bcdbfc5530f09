/** Who is online at an hour: where, in which language, with which interests. A model, not a census. */
import type { Region } from "../../../durable-objects/directory/regions.ts";

interface Place {
  /** Part of all people who ever come. */
  readonly share: number;
  /** Hours from UTC of the middle of it. */
  readonly offset: number;
  /** First languages; English is added for some. */
  readonly languages: readonly (readonly [code: string, weight: number])[];
}

export const PLACES: Readonly<Record<Region, Place>> = {
  enam: {
    share: 0.17,
    offset: -5,
    languages: [
      ["en", 0.8],
      ["es", 0.16],
      ["fr", 0.04],
    ],
  },
  wnam: {
    share: 0.1,
    offset: -8,
    languages: [
      ["en", 0.78],
      ["es", 0.22],
    ],
  },
  sam: {
    share: 0.13,
    offset: -3,
    languages: [
      ["es", 0.5],
      ["pt", 0.5],
    ],
  },
  weur: {
    share: 0.19,
    offset: 1,
    languages: [
      ["en", 0.26],
      ["de", 0.24],
      ["fr", 0.22],
      ["es", 0.14],
      ["it", 0.14],
    ],
  },
  eeur: {
    share: 0.1,
    offset: 2,
    languages: [
      ["pl", 0.3],
      ["ru", 0.35],
      ["uk", 0.2],
      ["ro", 0.15],
    ],
  },
  apac: {
    share: 0.19,
    offset: 7,
    languages: [
      ["hi", 0.25],
      ["id", 0.2],
      ["ja", 0.15],
      ["fil", 0.15],
      ["vi", 0.13],
      ["zh", 0.12],
    ],
  },
  oc: { share: 0.02, offset: 10, languages: [["en", 1]] },
  afr: {
    share: 0.05,
    offset: 1,
    languages: [
      ["en", 0.5],
      ["fr", 0.35],
      ["ar", 0.15],
    ],
  },
  me: {
    share: 0.05,
    offset: 3,
    languages: [
      ["ar", 0.55],
      ["tr", 0.45],
    ],
  },
};

const ALSO_ENGLISH = 0.45;
const WITH_INTERESTS = 0.5;
const INTERESTS = 300;

/** How many are there at each local hour, as parts of the fullest. */
const ACTIVITY = [
  0.5, 0.35, 0.22, 0.14, 0.1, 0.1, 0.14, 0.2, 0.28, 0.34, 0.4, 0.44, 0.48, 0.5, 0.52, 0.56, 0.6,
  0.66, 0.74, 0.84, 0.94, 1, 0.95, 0.75,
] as const;

function activity(hour: number): number {
  return ACTIVITY[(Math.floor(hour) + 48) % 24] ?? 1;
}

/** People online per region at this hour of UTC, so many in all. */
export function peopleByRegion(people: number, hourUtc: number): Map<Region, number> {
  const entries = Object.entries(PLACES) as [Region, Place][];
  const weights = entries.map(
    ([region, { share, offset }]) => [region, share * activity(hourUtc + offset)] as const,
  );
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  return new Map(weights.map(([region, weight]) => [region, (people * weight) / total]));
}

export function languagesOf(region: Region, random: () => number): string[] {
  let dice = random();
  let first = "en";
  for (const [code, weight] of PLACES[region].languages) {
    first = code;
    dice -= weight;
    if (dice < 0) break;
  }
  return first !== "en" && random() < ALSO_ENGLISH ? [first, "en"] : [first];
}

/** Zipf: the tenth most loved interest has a tenth of the first one's friends. */
export function interestsOf(random: () => number): string[] {
  if (random() > WITH_INTERESTS) return [];
  const count = 1 + Math.floor(random() * 3);
  const drawn = Array.from({ length: count }, () => `i${Math.floor(INTERESTS ** random()) - 1}`);
  return [...new Set(drawn)];
}

/** Milliseconds until one of the two presses next: many look and go, some stay. */
export function callMs(random: () => number): number {
  if (random() < 0.45) return 1_500 + 4_000 * random();
  return Math.min(1_800_000, -Math.log(1 - random()) * 75_000);
}
