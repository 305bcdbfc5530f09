/**
 * What the lobby knows of each person and each meeting. A Person is exactly what is kept in the
 * socket's attachment, so that a lobby that was put to sleep can be rebuilt from its sockets.
 */
import type { RelayPolicy, Role } from "../../protocol/ids.ts";
import type { ForeignTicket } from "./peers.ts";
import type { Ticket } from "./ticket.ts";

/** One of the two in a meeting. Its own person's attachment is the authority on it. */
export interface Side {
  readonly sid: string;
  /** Name of the lobby that is the authority on this person, when it is another one. */
  readonly shard?: string;
  /** Sent `seal`, `ack` or `up` since `match`. */
  shownLife: boolean;
  up: boolean;
  /** What it has had relayed. */
  seals: number;
  sealChars: number;
  /** What it goes back to when the other leaves. */
  readonly place: number;
  readonly waited: number;
}

export interface Meeting {
  readonly id: string;
  readonly startedAt: number;
  readonly initiator: Side;
  readonly responder: Side;
  /** Only of two lobbies: what has been said between them about this meeting. */
  readonly bridge?: Bridge;
}

/** Both numbers only grow, and start beyond whatever was used before a restart: they are times. */
export interface Bridge {
  /** Number of the latest word for the other lobby. */
  said: number;
  /** Number of the latest word of the other lobby. */
  heard: number;
  /** Lobby time of the next question whether the meeting still exists over there. */
  probeAt: number;
  /** Questions in a row without an answer. */
  missed: number;
}

/** Between "may I have this one" and "taken": for two seconds nobody else can have the person. */
export interface Hold {
  /** Id of the match that it may become. */
  readonly match: string;
  readonly ticket: Ticket;
  readonly partner: ForeignTicket;
  /** Home of the partner. */
  readonly shard: string;
  readonly role: Role;
  /** This lobby asked, so the person learns of it when the other one has said "taken". */
  readonly asked: boolean;
  readonly until: number;
}

/** A place in the queue of somebody who is not in the queue at this moment. */
export interface KeptPlace {
  readonly place: number;
  readonly waited: number;
  readonly until: number;
}

export type PersonState =
  | { readonly name: "idle"; readonly kept?: KeptPlace }
  | { readonly name: "waiting"; readonly ticket: Ticket }
  | { readonly name: "held"; readonly hold: Hold }
  | { readonly name: "paired"; readonly meeting: Meeting };

export interface Person {
  readonly sid: string;
  readonly handle: string;
  readonly tier: string;
  readonly region: string;
  readonly relay: RelayPolicy;
  state: PersonState;
}

export function bothUp(meeting: Meeting): boolean {
  return meeting.initiator.up && meeting.responder.up;
}

export function sidesOf(meeting: Meeting, sid: string): { own: Side; other: Side } {
  return meeting.initiator.sid === sid
    ? { own: meeting.initiator, other: meeting.responder }
    : { own: meeting.responder, other: meeting.initiator };
}

export function isIn(person: Person | undefined, meeting: Meeting): person is Person {
  return person?.state.name === "paired" && person.state.meeting.id === meeting.id;
}

/** Each side's own attachment is newest about itself; who is away is known from the other's copy. */
export function mergeCopies(
  copy: Meeting,
  people: ReadonlyMap<string, Person>,
  now: number,
): Meeting {
  const ownCopy = (key: "initiator" | "responder"): Side => {
    if (copy[key].shard !== undefined) return { ...copy[key] };
    const state = people.get(copy[key].sid)?.state;
    const own =
      state?.name === "paired" && state.meeting.id === copy.id ? state.meeting[key] : copy[key];
    return { ...own };
  };
  return {
    id: copy.id,
    startedAt: Math.min(copy.startedAt, now),
    initiator: ownCopy("initiator"),
    responder: ownCopy("responder"),
    ...(copy.bridge !== undefined && { bridge: { ...copy.bridge, probeAt: now, missed: 0 } }),
  };
}
