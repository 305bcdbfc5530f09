/** What the matcher plays with: the state of a lobby, what may happen to it, and what comes of it. */
import type { EdgeMessage, MatchMessage } from "../../protocol/messages.ts";
import type { Arrivals } from "./arrivals.ts";
import type { Buckets } from "./buckets.ts";
import { createClock, type SteadyClock } from "./clock.ts";
import type { Deadline, Deadlines } from "./deadlines.ts";
import { bothUp, type Meeting, type Person } from "./people.ts";
import type { Ticket, Wish } from "./ticket.ts";

export type Subject = { ticket: Ticket } | { meeting: Meeting };

export interface LobbyState {
  readonly people: Map<string, Person>;
  readonly meetings: Map<string, Meeting>;
  /** People whose socket is lost while their call goes on without it: sid → match id. */
  readonly away: Map<string, string>;
  readonly buckets: Buckets;
  readonly arrivals: Arrivals;
  readonly deadlines: Deadlines<Subject>;
  readonly clock: SteadyClock;
  nextPlace: number;
}

export type LobbyEvent =
  | ({ type: "connect" } & Omit<Person, "state">)
  | { type: "disconnect"; sid: string }
  /** `seek` and `next` alike: leave whatever is, then wait. */
  | { type: "seek"; sid: string; wish: Wish }
  | { type: "ack"; sid: string; match: string }
  | { type: "seal"; sid: string; match: string; epoch: number; body: string }
  | { type: "up"; sid: string; match: string }
  | { type: "bye"; sid: string }
  | { type: "tick" };

export interface Context {
  /** Wall clock in milliseconds. */
  readonly now: number;
  /** Wall time at which this person's socket was last heard, pings included. */
  readonly heardAt: (sid: string) => number;
  /** 16 random bytes in base64url. */
  readonly drawId: () => string;
}

export type Effect =
  | { kind: "send"; to: string; message: Exclude<EdgeMessage, { type: "match" }> }
  /** Becomes `match` once the partner's handle is sealed into capsules. */
  | {
      kind: "introduce";
      to: string;
      match: Omit<MatchMessage, "capsules">;
      partnerHandle: string;
    }
  | { kind: "close"; to: string; reason: "silent" };

export interface Outcome {
  readonly effects: Effect[];
  /** People whose attachment must be written before any effect is performed. */
  readonly touched: Set<string>;
}

export function createLobby(now: number): LobbyState {
  return {
    people: new Map(),
    meetings: new Map(),
    away: new Map(),
    buckets: new Map(),
    arrivals: new Map(),
    deadlines: [],
    clock: createClock(now),
    nextPlace: 0,
  };
}

/** Whether anybody still waits for this moment. */
export function isLive(lobby: LobbyState, { at, subject }: Deadline<Subject>): boolean {
  if ("ticket" in subject) return subject.ticket.waiting && subject.ticket.dueAt === at;
  return lobby.meetings.get(subject.meeting.id) === subject.meeting && !bothUp(subject.meeting);
}
