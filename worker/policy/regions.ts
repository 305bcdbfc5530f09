/**
 * Where a person's lobby lives: the nearest location hint of Durable Objects
 * (developers.cloudflare.com/durable-objects/reference/data-location). Pure; what it reads is not kept.
 */
import { REGIONS, type Region } from "../../durable-objects/directory/regions.ts";

/** The four fields of `request.cf` that matter here. */
export interface Whereabouts {
  readonly latitude?: string | undefined;
  readonly longitude?: string | undefined;
  readonly continent?: string | undefined;
  readonly timezone?: string | undefined;
}

/** Rough middle of the people around each hint, in degrees north and east. */
const CENTROIDS: Record<Region, readonly [north: number, east: number]> = {
  wnam: [37, -119],
  enam: [39, -79],
  sam: [-19, -52],
  weur: [49, 4],
  eeur: [52, 26],
  apac: [22, 108],
  oc: [-34, 149],
  afr: [-5, 24],
  me: [27, 47],
};

const BY_CONTINENT: Record<string, Region> = {
  NA: "enam",
  SA: "sam",
  EU: "weur",
  AS: "apac",
  OC: "oc",
  AF: "afr",
  AN: "oc",
};

/** First part of the IANA zone. */
const BY_ZONE_AREA: Record<string, Region> = {
  America: "enam",
  Europe: "weur",
  Asia: "apac",
  Australia: "oc",
  Pacific: "oc",
  Antarctica: "oc",
  Africa: "afr",
  Atlantic: "weur",
  Indian: "apac",
};

const FALLBACK: Region = "weur";

/** Coordinates first, then continent, then time zone, then a constant. */
export function regionOf({ latitude, longitude, continent, timezone }: Whereabouts): Region {
  const north = degrees(latitude, 90);
  const east = degrees(longitude, 180);
  if (north !== undefined && east !== undefined) return nearest(north, east);
  return BY_CONTINENT[continent ?? ""] ?? BY_ZONE_AREA[timezone?.split("/")[0] ?? ""] ?? FALLBACK;
}

function nearest(north: number, east: number): Region {
  let best: Region = FALLBACK;
  let bestCloseness = -Infinity;
  for (const region of REGIONS) {
    const [regionNorth, regionEast] = CENTROIDS[region];
    const closeness = cosineOfAngle(north, east, regionNorth, regionEast);
    if (closeness > bestCloseness) [best, bestCloseness] = [region, closeness];
  }
  return best;
}

/** Cosine of the angle between two places seen from the middle of the Earth: larger is nearer. */
function cosineOfAngle(north1: number, east1: number, north2: number, east2: number): number {
  const [a, b, turn] = [north1, north2, east1 - east2].map((angle) => (angle * Math.PI) / 180) as [
    number,
    number,
    number,
  ];
  return Math.sin(a) * Math.sin(b) + Math.cos(a) * Math.cos(b) * Math.cos(turn);
}

function degrees(text: string | undefined, limit: number): number | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  const value = Number(text);
  return Math.abs(value) <= limit ? value : undefined;
}
