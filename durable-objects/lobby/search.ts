/** Looking for a partner, and how many people there are to look for. */
import { perSecond, recordArrival, type Arrivals } from "./arrivals.ts";
import { languageKeys, reach, waitingAfter, widestKey, type Buckets } from "./buckets.ts";
import { QUIET_ARRIVALS_PER_SECOND, compatible } from "./compatibility.ts";
import type { Ticket } from "./ticket.ts";

/** Candidates looked at in one bucket at a time. Higher: a join in a crowd of incompatible people costs more. */
const CANDIDATES_MAX = 8;

/** What the search must ask and tell about somebody whose socket may be half-open. */
export interface Liveness {
  isFresh(sid: string): boolean;
  dropStale(sid: string): void;
}

/** The same for somebody of another lobby, who cannot go on looking a moment later. */
export const FOREIGN_CANDIDATES_MAX = 64;

/** The best partner within reach, or whether there are more people to look at later. */
export function findPartner(
  buckets: Buckets,
  ticket: Ticket,
  liveness: Liveness,
  candidatesMax = CANDIDATES_MAX,
): { partner?: Ticket; more: boolean } {
  let more = false;
  const widest = widestKey(ticket);
  for (const key of reach(ticket)) {
    const bucket = buckets.get(key);
    if (bucket === undefined) continue;
    let looked = 0;
    // Only the widest bucket is looked through to its end, piece by piece: it holds everybody.
    for (const other of waitingAfter(bucket, key === widest ? ticket.lookedUpTo : -1)) {
      if (other === ticket) continue;
      if (looked === candidatesMax) {
        more ||= key === widest;
        break;
      }
      if (compatible(ticket, other)) {
        if (liveness.isFresh(other.sid)) return { partner: other, more: false };
        liveness.dropStale(other.sid);
        continue;
      }
      looked++;
      if (key === widest) ticket.lookedUpTo = other.place;
    }
  }
  return { more };
}

/** Fewer compatible people arrive than are worth waiting for. */
export function isQuiet(arrivals: Arrivals, ticket: Ticket, now: number): boolean {
  let rate = 0;
  for (const key of arrivalKeys(ticket)) rate += perSecond(arrivals, key, now);
  return rate < QUIET_ARRIVALS_PER_SECOND;
}

export function recordArrivalOf(arrivals: Arrivals, ticket: Ticket, now: number): void {
  for (const key of [...languageKeys(ticket), widestKey(ticket)]) {
    recordArrival(arrivals, key, now);
  }
}

/** Arrivals that count as compatible: the person's languages, or anyone for somebody without one. */
function arrivalKeys(ticket: Ticket): string[] {
  return ticket.wish.languages.length > 0 ? languageKeys(ticket) : [widestKey(ticket)];
}
