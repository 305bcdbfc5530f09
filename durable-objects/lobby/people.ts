/**
 * What the lobby knows of each person and each meeting. A Person is exactly what is kept in the
 * socket's attachment, so that a lobby that was put to sleep can be rebuilt from its sockets.
 */
import type { RelayPolicy } from "../../protocol/ids.ts";
import type { Ticket } from "./ticket.ts";

/** One of the two in a meeting. Its own person's attachment is the authority on it. */
export interface Side {
  readonly sid: string;
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
  | { readonly name: "paired"; readonly meeting: Meeting };

export interface Person {
  readonly sid: string;
  readonly handle: string;
  readonly tier: string;
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
  };
}
