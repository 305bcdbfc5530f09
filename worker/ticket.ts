/**
 * The sealed ticket: a session's claims that only the edge can read or make, kept by the page.
 */
import type { RelayPolicy } from "../protocol/ids.ts";
import { isRegion, type Region } from "../durable-objects/directory/regions.ts";
import { TICKET_LIFETIME_MS } from "../protocol/limits.ts";
import { isAgeClaims, type AgeClaims } from "./age-pass.ts";
import { openSealed, sealJson } from "./sealed.ts";

const LABEL = "winkr ticket v1";

/** A phone that slept over the end of its ticket still keeps its session. */
export const RENEW_GRACE_MS = 5 * 60_000;

/** Until when a ticket that is given now can be renewed. */
export function renewableUntil(now: number): number {
  return now + TICKET_LIFETIME_MS + RENEW_GRACE_MS;
}

export interface Claims {
  readonly sid: string;
  readonly handle: string;
  readonly tier: string;
  readonly region: Region;
  readonly relay: RelayPolicy;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Of a person whose age was proven: then sid and handle are theirs in every session. */
  readonly age?: AgeClaims;
}

export function sealTicket(secret: BufferSource, claims: Claims): Promise<string> {
  return sealJson(secret, LABEL, claims);
}

/**
 * The claims of an authentic ticket that ended less than `graceMs` ago; undefined for any other.
 * Why it failed is nobody's business.
 */
export async function openTicket(
  secret: BufferSource,
  ticket: string,
  now: number,
  graceMs = 0,
): Promise<Claims | undefined> {
  const claims = await openSealed(secret, LABEL, ticket);
  return isClaims(claims) && now < claims.expiresAt + graceMs ? claims : undefined;
}

/** An authentic ticket may still be from an older version of this file. */
function isClaims(value: unknown): value is Claims {
  if (typeof value !== "object" || value === null) return false;
  const { sid, handle, tier, region, relay, expiresAt, age } = value as Record<string, unknown>;
  return (
    typeof sid === "string" &&
    typeof handle === "string" &&
    typeof tier === "string" &&
    isRegion(region) &&
    (relay === "relay" || relay === "direct") &&
    typeof expiresAt === "number" &&
    (age === undefined || isAgeClaims(age))
  );
}
