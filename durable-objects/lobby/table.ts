/** The small moves that every rule is made of: one event being handled, its moment, what came of it. */
import type { EdgeMessage } from "../../protocol/messages.ts";
import { PING_FRESH_MS, PLACE_KEPT_MS } from "../../protocol/limits.ts";
import { retire } from "./buckets.ts";
import { steady } from "./clock.ts";
import { schedule } from "./deadlines.ts";
import type { KeptPlace, Person, PersonState, Side } from "./people.ts";
import type { Context, LobbyState, Outcome, Subject } from "./state.ts";
import type { Ticket } from "./ticket.ts";

/** Keeps places of arrivals in one millisecond apart; a double holds it far beyond our time. */
const PLACE_STEP = 2 ** -10;

export class Table {
  readonly outcome: Outcome = { effects: [], touched: new Set() };
  readonly lobby: LobbyState;
  readonly context: Context;
  /** Lobby time. */
  readonly now: number;

  constructor(lobby: LobbyState, context: Context) {
    this.lobby = lobby;
    this.context = context;
    this.now = steady(lobby.clock, context.now);
  }

  become(person: Person, state: PersonState): void {
    person.state = state;
    this.touch(person.sid);
  }

  touch(sid: string): void {
    this.outcome.touched.add(sid);
  }

  send(to: string, message: Exclude<EdgeMessage, { type: "match" }>): void {
    this.outcome.effects.push({ kind: "send", to, message });
  }

  schedule(at: number, subject: Subject): void {
    schedule(this.lobby.deadlines, at, subject);
  }

  isFresh(sid: string): boolean {
    return this.context.now - this.context.heardAt(sid) < PING_FRESH_MS;
  }

  newPlace(): number {
    this.lobby.lastPlace = Math.max(this.lobby.lastPlace + PLACE_STEP, this.now);
    return this.lobby.lastPlace;
  }

  /** So that a later arrival comes after whatever place came with somebody. */
  seenPlace(place: number): void {
    this.lobby.lastPlace = Math.max(this.lobby.lastPlace, place);
  }

  keep(place: number, waited: number): KeptPlace {
    return { place, waited, until: this.now + PLACE_KEPT_MS };
  }

  /** Out of the queue, into a meeting. */
  takeSeat(ticket: Ticket): Side {
    retire(this.lobby.buckets, ticket);
    return {
      sid: ticket.sid,
      shownLife: false,
      up: false,
      seals: 0,
      sealChars: 0,
      place: ticket.place,
      waited: this.now - ticket.since,
    };
  }
}
