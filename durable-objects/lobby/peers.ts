/**
 * What two lobbies say to each other about a pair of which each has one. Every question may be
 * asked twice, arrive twice or go unanswered: all of them can be answered again without harm.
 *
 *   asker                                  asked
 *   reserve {match, ticket}  ───────────►  holds somebody for 2 s
 *                            ◄───────────  reserved {partner, role} | none
 *   commit {match}           ───────────►  pairs, tells its person
 *   pairs, tells its person  ◄───────────  committed | refused
 *   probe {match}            ◄──────────►  alive | dead, every 3 s until both are up
 *   tell {match, words}      ◄──────────►  told | dead, numbered, kept until told
 */
import type { GoneReason } from "../../protocol/messages.ts";
import type { Role } from "../../protocol/ids.ts";
import type { Ticket } from "./ticket.ts";

/** A ticket as another lobby may know it: moments become durations, because clocks differ. */
export interface ForeignTicket extends Pick<
  Ticket,
  "sid" | "handle" | "tier" | "region" | "relay" | "wish" | "level"
> {
  readonly waitedMs: number;
  readonly soughtMs: number;
}

export type PeerWord =
  | { readonly type: "seal"; readonly epoch: number; readonly body: string }
  | { readonly type: "lively" }
  | { readonly type: "up" }
  /** The last word: the meeting, or what was held for it, is over. */
  | { readonly type: "part"; readonly reason: GoneReason };

export interface NumberedWord {
  readonly number: number;
  readonly word: PeerWord;
}

export type PeerRequest =
  | { readonly type: "reserve"; readonly match: string; readonly ticket: ForeignTicket }
  | { readonly type: "commit"; readonly match: string }
  | { readonly type: "probe"; readonly match: string }
  | { readonly type: "tell"; readonly match: string; readonly words: readonly NumberedWord[] };

export type PeerAnswer =
  /** `role` is the asker's. */
  | { readonly type: "reserved"; readonly partner: ForeignTicket; readonly role: Role }
  /** `busy`: somebody may be free in a moment. */
  | { readonly type: "none"; readonly busy: boolean }
  | { readonly type: "committed" | "refused" | "told" }
  | { readonly type: "alive"; readonly lively: boolean; readonly up: boolean }
  | { readonly type: "dead" };
