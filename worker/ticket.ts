/**
 * The sealed ticket: a session's claims that only the edge can read or make, kept by the page.
 *
 *   ticket = base64url(nonce 12 ‖ AES-256-GCM(JSON claims) ‖ tag 16)
 */
import { fromBase64url, toBase64url } from "../protocol/base64url.ts";
import type { RelayPolicy } from "../protocol/ids.ts";
import { deriveAesKey } from "./keys.ts";
import { isRegion, type Region } from "../durable-objects/directory/regions.ts";

const NONCE_BYTES = 12;
const LABEL = "winkr ticket v1";

export interface Claims {
  readonly sid: string;
  readonly handle: string;
  readonly tier: string;
  readonly region: Region;
  readonly relay: RelayPolicy;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export async function sealTicket(secret: BufferSource, claims: Claims): Promise<string> {
  const key = await deriveAesKey(secret, LABEL);
  // Random nonces: 2^32 tickets under one secret keep a repeat below 2^-32 (SP 800-38D, 8.3).
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const plain = new TextEncoder().encode(JSON.stringify(claims));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain));
  const ticket = new Uint8Array(NONCE_BYTES + sealed.length);
  ticket.set(iv);
  ticket.set(sealed, NONCE_BYTES);
  return toBase64url(ticket);
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
  const bytes = fromBase64url(ticket);
  if (bytes === undefined || bytes.length <= NONCE_BYTES) return undefined;
  const key = await deriveAesKey(secret, LABEL);
  try {
    const iv = bytes.subarray(0, NONCE_BYTES);
    const sealed = bytes.subarray(NONCE_BYTES);
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed);
    const claims: unknown = JSON.parse(new TextDecoder().decode(plain));
    return isClaims(claims) && now < claims.expiresAt + graceMs ? claims : undefined;
  } catch {
    return undefined;
  }
}

/** An authentic ticket may still be from an older version of this file. */
function isClaims(value: unknown): value is Claims {
  if (typeof value !== "object" || value === null) return false;
  const { sid, handle, tier, region, relay, expiresAt } = value as Record<string, unknown>;
  return (
    typeof sid === "string" &&
    typeof handle === "string" &&
    typeof tier === "string" &&
    isRegion(region) &&
    (relay === "relay" || relay === "direct") &&
    typeof expiresAt === "number"
  );
}
