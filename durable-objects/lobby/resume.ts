/**
 * What a page may bring back after its socket was lost with the lobby's memory: kept by the page,
 * sealed by the edge (resume-tokens.ts), so that the lobby itself need not write anything down.
 */
import type { Role } from "../../protocol/ids.ts";

/** A place in the queue. Worth nothing to anybody else, and to its owner only for a minute. */
export interface ResumedPlace {
  readonly kind: "place";
  readonly sid: string;
  /** Lobby time of the arrival, and the one from which widening counts. */
  readonly place: number;
  readonly since: number;
}

/** A seat in a call that both had reported as up. */
export interface ResumedCall {
  readonly kind: "call";
  readonly sid: string;
  readonly match: string;
  readonly role: Role;
  /** Home of this person at that time: the pair meets there again. */
  readonly home: string;
  readonly partner: { readonly sid: string; readonly shard?: string };
}

export type Resume = ResumedPlace | ResumedCall;
