/** What the matcher plays with: the state of a lobby, what may happen to it, and what comes of it. */
import type { EdgeMessage, MatchMessage } from "../../protocol/messages.ts";
import type { Arrivals } from "./arrivals.ts";
import type { Buckets } from "./buckets.ts";
import { createClock, type SteadyClock } from "./clock.ts";
import type { Deadline, Deadlines } from "./deadlines.ts";
import type { NumberedWord, PeerAnswer, PeerRequest } from "./peers.ts";
import { bothUp, type Hold, type Meeting, type Person } from "./people.ts";
import type { ResumedCall, ResumedPlace } from "./resume.ts";
import type { Ticket, Wish } from "./ticket.ts";

export type Subject =
  | { ticket: Ticket }
  | { meeting: Meeting }
  /** Both have been up for a while. */
  | { lasting: Meeting }
  | { hold: Hold }
  | { call: number }
  | { ask: Ask };

/** One waiting person being asked for in other lobbies, one lobby at a time. */
export interface Ask {
  readonly ticket: Ticket;
  /** Undefined until somebody said where people wait. */
  shards: string[] | undefined;
  /** Somebody was only just not free. */
  busy: boolean;
  readonly dueAt: number;
}

/** A question to another lobby that was not answered yet. */
export interface Call {
  readonly shard: string;
  readonly request: PeerRequest;
  /** Whose search a `reserve` belongs to. */
  readonly ask?: Ask;
}

/** Words for another lobby that it has not taken yet, in order. */
export interface Post {
  readonly shard: string;
  readonly words: NumberedWord[];
  underway: boolean;
  /** Times in a row that nobody answered. */
  missed: number;
}

export interface LobbyState {
  /** Own name, by which other lobbies answer. */
  readonly name: string;
  readonly people: Map<string, Person>;
  readonly meetings: Map<string, Meeting>;
  /** People whose socket is lost while their call goes on without it: sid → match id. */
  readonly away: Map<string, string>;
  readonly buckets: Buckets;
  readonly arrivals: Arrivals;
  readonly deadlines: Deadlines<Subject>;
  readonly clock: SteadyClock;
  /** People held for another lobby, or while it decides: match id → sid. */
  readonly holds: Map<string, string>;
  /** By sid. */
  readonly asks: Map<string, Ask>;
  readonly calls: Map<number, Call>;
  /** By match id. */
  readonly posts: Map<string, Post>;
  /** Matches between lobbies that are over, with the lobby time: a late question must not revive them. */
  readonly over: Map<string, number>;
  lastPlace: number;
  lastCall: number;
}

export type LobbyEvent =
  | ({ type: "connect"; resume?: ResumedCall | ResumedPlace } & Omit<Person, "state">)
  | { type: "disconnect"; sid: string }
  /** `seek` and `next` alike: leave whatever is, then wait. */
  | { type: "seek"; sid: string; wish: Wish }
  | { type: "ack"; sid: string; match: string }
  | { type: "seal"; sid: string; match: string; epoch: number; body: string }
  | { type: "up"; sid: string; match: string }
  | { type: "bye"; sid: string }
  | { type: "tick" }
  /** Where people wait, as an answer to `look`; best first. */
  | { type: "found"; sid: string; shards: readonly string[] }
  /** Another lobby asks; the answer is in the outcome. */
  | { type: "peer"; from: string; request: PeerRequest }
  /** Another lobby has answered a `call`. One that fails is simply not answered. */
  | { type: "answer"; call: number; answer: PeerAnswer }
  /** This lobby takes no more people: whoever is not in a meeting should go. */
  | { type: "drain" };

export interface Context {
  /** Wall clock in milliseconds. */
  readonly now: number;
  /** Wall time at which this person's socket was last heard, pings included. */
  readonly heardAt: (sid: string) => number;
  /** 16 random bytes in base64url. */
  readonly drawId: () => string;
  /** Uniform in [0, 1). */
  readonly random: () => number;
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
  /** Becomes `resume` (or `move`) once what it stands for is sealed. */
  | { kind: "resume"; to: string; as: "resume" | "move"; resume: ResumedCall | ResumedPlace }
  | { kind: "close"; to: string; reason: "silent" }
  /** Answered by `found`. */
  | { kind: "look"; to: string; rung: number }
  /** Answered by `answer`, or not at all. */
  | { kind: "call"; call: number; shard: string; request: PeerRequest };

export interface Outcome {
  readonly effects: Effect[];
  /** People whose attachment must be written before any effect is performed. */
  readonly touched: Set<string>;
  /** To a `peer`. */
  answer?: PeerAnswer;
}

export function createLobby(name: string, now: number): LobbyState {
  return {
    name,
    people: new Map(),
    meetings: new Map(),
    away: new Map(),
    buckets: new Map(),
    arrivals: new Map(),
    deadlines: [],
    clock: createClock(now),
    holds: new Map(),
    asks: new Map(),
    calls: new Map(),
    posts: new Map(),
    over: new Map(),
    lastPlace: 0,
    lastCall: 0,
  };
}

/** Whether anybody still waits for this moment. */
export function isLive(lobby: LobbyState, { at, subject }: Deadline<Subject>): boolean {
  if ("ticket" in subject) return subject.ticket.waiting && subject.ticket.dueAt === at;
  if ("call" in subject) return lobby.calls.has(subject.call);
  if ("lasting" in subject) return lobby.meetings.get(subject.lasting.id) === subject.lasting;
  if ("ask" in subject) return lobby.asks.get(subject.ask.ticket.sid) === subject.ask;
  if ("hold" in subject) {
    const state = lobby.people.get(subject.hold.ticket.sid)?.state;
    return state?.name === "held" && state.hold === subject.hold;
  }
  return lobby.meetings.get(subject.meeting.id) === subject.meeting && !bothUp(subject.meeting);
}
