/**
 * What the Worker vouches for when it hands a socket to a lobby. The object is reachable only
 * through the Worker, which builds this header itself and never forwards a client's.
 */
import type { RelayPolicy } from "../../protocol/ids.ts";
import type { Resume } from "./resume.ts";

export const CLAIMS_HEADER = "winkr-claims";

export interface LobbyClaims {
  /** Names the session: one live socket each. */
  readonly sid: string;
  /** 16 bytes, base64url: what recents and blocks remember, seen by nobody but the edge. */
  readonly handle: string;
  /** Level of age proof: people of different tiers never meet. */
  readonly tier: string;
  /** Where the person is; the lobby may be elsewhere. */
  readonly region: string;
  /** The edge's floor for this person. */
  readonly relay: RelayPolicy;
  /** Keyed hash of the network that changes every day. Absent where no address is known. */
  readonly network?: string;
  /** What the page brought back, opened by the Worker and of this very session. */
  readonly resume?: Resume;
}

export function encodeClaims(claims: LobbyClaims): string {
  const { sid, handle, tier, region, relay, network, resume } = claims;
  return JSON.stringify({ sid, handle, tier, region, relay, network, resume });
}

/** Undefined for anything the Worker did not write. */
export function decodeClaims(header: string | null): LobbyClaims | undefined {
  if (header === null) return undefined;
  try {
    const value: unknown = JSON.parse(header);
    return isClaims(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isClaims(value: unknown): value is LobbyClaims {
  if (typeof value !== "object" || value === null) return false;
  const { sid, handle, tier, region, relay } = value as Record<string, unknown>;
  return (
    typeof sid === "string" &&
    typeof handle === "string" &&
    typeof tier === "string" &&
    typeof region === "string" &&
    (relay === "relay" || relay === "direct")
  );
}
