/**
 * The pass between a proof and the session that it is for: sealed as a ticket is, and good for a
 * minute.
 */
import { PASS_LIFETIME_MS } from "../protocol/age.ts";
import { openSealed, sealJson } from "./sealed.ts";

const LABEL = "winkr age pass v1";

export interface AgeClaims {
  /** What the edge calls this person. */
  readonly tag: string;
  /** Of the gate that knows whether this is the live session. */
  readonly shard: number;
  readonly session: string;
}

interface PassClaims extends AgeClaims {
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export async function sealPass(
  secret: BufferSource,
  claims: AgeClaims,
  now: number,
): Promise<{ pass: string; expiresAt: number }> {
  const expiresAt = now + PASS_LIFETIME_MS;
  return { pass: await sealJson(secret, LABEL, { ...claims, expiresAt }), expiresAt };
}

export async function openPass(
  secret: BufferSource,
  pass: string,
  now: number,
): Promise<AgeClaims | undefined> {
  const value = await openSealed(secret, LABEL, pass);
  if (!isAgeClaims(value)) return undefined;
  const { tag, shard, session, expiresAt } = value as PassClaims;
  return typeof expiresAt === "number" && now < expiresAt ? { tag, shard, session } : undefined;
}

export function isAgeClaims(value: unknown): value is AgeClaims {
  if (typeof value !== "object" || value === null) return false;
  const { tag, shard, session } = value as Record<string, unknown>;
  return typeof tag === "string" && typeof shard === "number" && typeof session === "string";
}
