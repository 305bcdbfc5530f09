/** Who may meet whom, and how far each has widened the search. Pure predicates over tickets. */
import { LADDER, RUNGS, WIDENING, type Reach } from "../../protocol/widening.ts";
import type { Ticket } from "./ticket.ts";

/** Below this many compatible arrivals per second the first two delays become 0. */
export const QUIET_ARRIVALS_PER_SECOND = 0.5;

/** The last level that the quiet rule opens at once. */
const QUIET_LEVEL = 2;

/** How much waiting a kept place may bring along: not so much that people who just parted meet again. */
export const CARRIED_WAIT_MAX_MS = WIDENING[QUIET_LEVEL]!.afterMs;

/** The level reached after `waited` milliseconds. */
export function levelAfter(waited: number, quiet: boolean): number {
  let level = quiet ? QUIET_LEVEL : 0;
  while (level + 1 < WIDENING.length && WIDENING[level + 1]!.afterMs <= waited) level++;
  return level;
}

/** The rung reached after `waited` milliseconds, as an index into RUNGS. */
export function rungAfter(waited: number, reach: Reach): number {
  let rung = 0;
  while (rung < lastRung(reach) && LADDER[RUNGS[rung + 1]!] <= waited) rung++;
  return rung;
}

/** Whoever stays in the region has no use for the rungs beyond it. */
export function lastRung(reach: Reach): number {
  return RUNGS.indexOf(reach === "region" ? "region" : "world");
}

/** Both sides' modes, caps, levels, recents and blocks agree. Freshness is the caller's: it costs a call to the runtime. */
export function compatible(a: Ticket, b: Ticket): boolean {
  return (
    a.sid !== b.sid &&
    a.handle !== b.handle &&
    a.tier === b.tier &&
    a.wish.mode === b.wish.mode &&
    accepts(a, b) &&
    accepts(b, a)
  );
}

export function sharedInterests(a: Ticket, b: Ticket): string[] {
  return a.wish.interests.filter((interest) => b.wish.interests.includes(interest));
}

/** What this ticket still insists on. Naming no interests or no languages means having no such wish. */
export function needs(ticket: Ticket): { language: boolean; interest: boolean } {
  const need = WIDENING[ticket.level]!.needs;
  return {
    language:
      (need !== "nothing" || ticket.wish.reach === "language") && ticket.wish.languages.length > 0,
    interest: need === "interest" && ticket.wish.interests.length > 0,
  };
}

function accepts(self: Ticket, other: Ticket): boolean {
  const need = needs(self);
  if (need.language && !overlap(self.wish.languages, other.wish.languages)) return false;
  if (need.interest && !overlap(self.wish.interests, other.wish.interests)) return false;
  if (self.wish.reach === "region" && self.region !== other.region) return false;
  if (self.wish.blocks.has(other.handle)) return false;
  const met = self.wish.recents.indexOf(other.handle);
  return met === -1 || met >= WIDENING[self.level]!.recentsAvoided;
}

function overlap(a: readonly string[], b: readonly string[]): boolean {
  return a.some((item) => b.includes(item));
}
