/**
 * The rules of the lobby, played on nothing: (state, event, context) → outcome. No clock, no
 * chance, no sockets of its own. The state is changed in place, because copying 15,000 tickets
 * for each message would cost more than the rules do; nobody else holds a reference to it.
 *
 *   idle ─seek→ waiting ─→ paired: held ─both lively→ connecting ─both up→ up ─→ idle
 *
 * Rule numbers are those of docs/protocol.md.
 */
import type { EdgeMessage, GoneReason } from "../../protocol/messages.ts";
import {
  CONNECT_MAX_MS,
  PING_FRESH_MS,
  PLACE_KEPT_MS,
  SEALS_PER_MATCH_MAX,
  SEAL_CHARS_PER_MATCH_MAX,
  SILENT_PARTNER_MS,
} from "../../protocol/limits.ts";
import { stricter } from "../../protocol/relay-policy.ts";
import { WIDENING } from "../../protocol/widening.ts";
import { insert, retire } from "./buckets.ts";
import { steady } from "./clock.ts";
import { CARRIED_WAIT_MAX_MS, levelAfter, sharedInterests } from "./compatibility.ts";
import { earliest, removeTop, schedule } from "./deadlines.ts";
import {
  bothUp,
  isIn,
  mergeCopies,
  sidesOf,
  type KeptPlace,
  type Meeting,
  type Person,
  type PersonState,
  type Side,
} from "./people.ts";
import { findPartner, isQuiet, recordArrivalOf, type Liveness } from "./search.ts";
import {
  createLobby,
  isLive,
  type Context,
  type LobbyEvent,
  type LobbyState,
  type Outcome,
} from "./state.ts";
import type { Ticket, Wish } from "./ticket.ts";

/** When more candidates are left than were looked at, the look goes on after this. */
const LOOK_ON_MS = 250;

const MAX_WAITED_MS = 86_400_000;

export function step(lobby: LobbyState, event: LobbyEvent, context: Context): Outcome {
  const turn = new Turn(lobby, context);
  switch (event.type) {
    case "connect":
      turn.connect(event);
      break;
    case "disconnect":
      turn.disconnect(event.sid);
      break;
    case "seek":
      turn.seek(event.sid, event.wish);
      break;
    case "ack":
      turn.ack(event.sid, event.match);
      break;
    case "seal":
      turn.seal(event);
      break;
    case "up":
      turn.up(event.sid, event.match);
      break;
    case "bye":
      turn.bye(event.sid);
      break;
    case "tick":
      turn.tick();
      break;
    default:
      event satisfies never;
  }
  return turn.outcome;
}

/** Wall time of the next `tick`, or undefined while nothing is pending and the lobby may sleep. */
export function nextTick(lobby: LobbyState): number | undefined {
  const deadline = earliest(lobby.deadlines, (candidate) => isLive(lobby, candidate));
  return deadline === undefined ? undefined : deadline.at - lobby.clock.offset;
}

/** Whether this person's next `seek` only takes back a place that somebody else made it lose. */
export function keepsPlace(lobby: LobbyState, sid: string, now: number): boolean {
  const state = lobby.people.get(sid)?.state;
  return (
    state?.name === "idle" &&
    state.kept !== undefined &&
    state.kept.until >= steady(lobby.clock, now)
  );
}

/** Rebuilds the lobby from what was kept with each socket that is still there. */
export function restore(
  kept: readonly Person[],
  context: Context,
): { lobby: LobbyState; outcome: Outcome } {
  const lobby = createLobby(context.now);
  const turn = new Turn(lobby, context);
  turn.restore(kept);
  return { lobby, outcome: turn.outcome };
}

/** One event being handled: the state, the moment, and what came of it. */
class Turn {
  readonly outcome: Outcome = { effects: [], touched: new Set() };
  readonly #lobby: LobbyState;
  readonly #context: Context;
  /** Lobby time. */
  readonly #now: number;
  readonly #liveness: Liveness = {
    isFresh: (sid) => this.#isFresh(sid),
    dropStale: (sid) => this.#dropStale(sid),
  };

  constructor(lobby: LobbyState, context: Context) {
    this.#lobby = lobby;
    this.#context = context;
    this.#now = steady(lobby.clock, context.now);
  }

  /** A socket opened; it may take the place of an older one of the same session. */
  connect({ sid, handle, tier, relay }: Omit<Person, "state">): void {
    const { people, meetings, away } = this.#lobby;
    const before = people.get(sid);
    const meeting = meetings.get(away.get(sid) ?? "");
    away.delete(sid);
    let state: PersonState = { name: "idle" };
    if (meeting !== undefined) state = { name: "paired", meeting };
    else if (before?.state.name === "paired") state = before.state;
    else if (before?.state.name === "waiting") {
      // The new socket has not said `seek`, so it must not be matched; the place waits for it.
      const { ticket } = before.state;
      retire(this.#lobby.buckets, ticket);
      state = { name: "idle", kept: this.#keep(ticket.place, this.#now - ticket.since) };
    } else if (before !== undefined) state = before.state;
    people.set(sid, { sid, handle, tier, relay, state });
    this.outcome.touched.add(sid);
  }

  /** A socket is gone. Happens more than once for one person without harm. */
  disconnect(sid: string): void {
    const { people, meetings, away } = this.#lobby;
    const person = people.get(sid);
    if (person === undefined) return;
    const { state } = person;
    if (state.name === "waiting") retire(this.#lobby.buckets, state.ticket);
    if (state.name === "paired") {
      const { meeting } = state;
      if (!bothUp(meeting)) this.#part(meeting, sid, "lost");
      else if (away.has(sidesOf(meeting, sid).other.sid)) this.#forget(meeting);
      // Media and data channel do not need the lobby: the one who stays hears nothing.
      else if (meetings.get(meeting.id) === meeting) away.set(sid, meeting.id);
    }
    people.delete(sid);
  }

  seek(sid: string, wish: Wish): void {
    const person = this.#lobby.people.get(sid);
    if (person === undefined) return;
    const { state } = person;
    let place = this.#lobby.nextPlace;
    let since = this.#now;
    if (state.name === "waiting") {
      retire(this.#lobby.buckets, state.ticket);
      ({ place, since } = state.ticket);
    } else if (state.name === "paired") {
      this.#part(state.meeting, sid, "next");
    } else if (state.kept !== undefined && state.kept.until >= this.#now) {
      place = state.kept.place;
      since = this.#now - Math.min(state.kept.waited, CARRIED_WAIT_MAX_MS);
    }
    this.#lobby.nextPlace = Math.max(this.#lobby.nextPlace, place + 1);
    const ticket: Ticket = {
      sid,
      handle: person.handle,
      tier: person.tier,
      relay: person.relay,
      wish,
      place,
      since,
      soughtAt: this.#now,
      level: 0,
      waiting: true,
      dueAt: Infinity,
      lookedUpTo: -1,
    };
    ticket.level = levelAfter(this.#now - since, isQuiet(this.#lobby.arrivals, ticket, this.#now));
    if (state.name !== "waiting") recordArrivalOf(this.#lobby.arrivals, ticket, this.#now);
    this.#enqueue(person, ticket);
    this.#look(ticket);
    // Whoever hears it begins to gather for an offer, in vain if a match came with this very frame.
    if (ticket.waiting) this.#tellWaiting(ticket);
  }

  ack(sid: string, match: string): void {
    const sides = this.#sidesIn(sid, match, "ack");
    if (sides === undefined || sides.own.shownLife) return;
    this.#showLife(sides.own);
  }

  seal({ sid, match, epoch, body }: Extract<LobbyEvent, { type: "seal" }>): void {
    const sides = this.#sidesIn(sid, match, "seal");
    if (sides === undefined) return;
    const { own, other } = sides;
    if (
      own.seals + 1 > SEALS_PER_MATCH_MAX ||
      own.sealChars + body.length > SEAL_CHARS_PER_MATCH_MAX
    ) {
      this.#send(sid, { type: "error", code: "exhausted", detail: "seal" });
      return;
    }
    own.seals++;
    own.sealChars += body.length;
    this.#showLife(own);
    if (this.#lobby.people.has(other.sid)) {
      this.#send(other.sid, { type: "seal", match, epoch, body });
    }
  }

  up(sid: string, match: string): void {
    const sides = this.#sidesIn(sid, match, "up");
    if (sides === undefined || sides.own.up) return;
    sides.own.up = true;
    this.#showLife(sides.own);
    // Either attachment alone must be able to say that the call no longer needs the lobby.
    this.outcome.touched.add(sides.other.sid);
  }

  bye(sid: string): void {
    const person = this.#lobby.people.get(sid);
    if (person === undefined) return;
    const { state } = person;
    if (state.name === "waiting") retire(this.#lobby.buckets, state.ticket);
    if (state.name === "paired") this.#part(state.meeting, sid, "left");
    this.#become(person, { name: "idle" });
  }

  tick(): void {
    const { deadlines } = this.#lobby;
    for (;;) {
      const due = earliest(deadlines, (candidate) => isLive(this.#lobby, candidate));
      if (due === undefined || due.at > this.#now) return;
      removeTop(deadlines);
      if ("ticket" in due.subject) this.#ticketDue(due.subject.ticket);
      else this.#meetingDue(due.subject.meeting);
    }
  }

  restore(kept: readonly Person[]): void {
    const { people, meetings, away } = this.#lobby;
    for (const person of kept) people.set(person.sid, person);
    for (const person of people.values()) {
      const { state } = person;
      if (state.name === "waiting") this.#restoreTicket(person, state.ticket);
      if (state.name === "idle" && state.kept !== undefined) this.#seenPlace(state.kept.place);
      if (state.name !== "paired") continue;
      const { id } = state.meeting;
      if (!meetings.has(id)) meetings.set(id, mergeCopies(state.meeting, people, this.#now));
      person.state = { name: "paired", meeting: meetings.get(id)! };
    }
    for (const meeting of [...meetings.values()]) {
      this.#seenPlace(Math.max(meeting.initiator.place, meeting.responder.place));
      const missing = [meeting.initiator, meeting.responder].find(
        ({ sid }) => !isIn(people.get(sid), meeting),
      );
      if (missing === undefined) {
        if (!bothUp(meeting)) this.#scheduleMeeting(meeting);
      } else if (people.has(missing.sid)) this.#part(meeting, missing.sid, "next");
      else if (bothUp(meeting)) away.set(missing.sid, meeting.id);
      else this.#part(meeting, missing.sid, "lost");
    }
    // Everybody is back in the buckets before the first one looks around.
    for (const person of people.values()) {
      if (person.state.name === "waiting") this.#look(person.state.ticket);
    }
  }

  // — waiting —

  #enqueue(person: Person, ticket: Ticket): void {
    insert(this.#lobby.buckets, ticket);
    this.#become(person, { name: "waiting", ticket });
  }

  /** Looks for a partner and, with none found, schedules the next look. */
  #look(ticket: Ticket): void {
    if (!ticket.waiting) return;
    const { partner, more } = findPartner(this.#lobby.buckets, ticket, this.#liveness);
    if (partner !== undefined) {
      this.#pair(ticket, partner);
      return;
    }
    const wider = WIDENING[ticket.level + 1];
    const widerAt = wider === undefined ? Infinity : ticket.since + wider.afterMs;
    ticket.dueAt = Math.min(widerAt, more ? this.#now + LOOK_ON_MS : Infinity);
    if (ticket.dueAt !== Infinity) schedule(this.#lobby.deadlines, ticket.dueAt, { ticket });
  }

  #ticketDue(ticket: Ticket): void {
    if (!this.#isFresh(ticket.sid)) {
      this.#dropStale(ticket.sid);
      return;
    }
    const level = levelAfter(
      this.#now - ticket.since,
      isQuiet(this.#lobby.arrivals, ticket, this.#now),
    );
    if (level > ticket.level) {
      ticket.level = level;
      ticket.lookedUpTo = -1;
      this.outcome.touched.add(ticket.sid);
      this.#tellWaiting(ticket);
    }
    this.#look(ticket);
  }

  /** Takes both out of the queue and introduces them. The one who has sought longer has an offer ready. */
  #pair(one: Ticket, two: Ticket): void {
    const [first, second] =
      one.soughtAt < two.soughtAt || (one.soughtAt === two.soughtAt && one.place < two.place)
        ? [one, two]
        : [two, one];
    const meeting: Meeting = {
      id: this.#context.drawId(),
      startedAt: this.#now,
      initiator: this.#takeSeat(first),
      responder: this.#takeSeat(second),
    };
    this.#lobby.meetings.set(meeting.id, meeting);
    for (const { sid } of [first, second]) {
      this.#become(this.#lobby.people.get(sid)!, { name: "paired", meeting });
    }
    this.#scheduleMeeting(meeting);
    const policy = stricter(first.relay, first.wish.relay, second.relay, second.wish.relay);
    const shared = sharedInterests(first, second);
    for (const [self, partner, role] of [
      [first, second, "initiator"],
      [second, first, "responder"],
    ] as const) {
      this.outcome.effects.push({
        kind: "introduce",
        to: self.sid,
        match: {
          type: "match",
          match: meeting.id,
          role,
          policy,
          partner: { sealKey: partner.wish.sealKey, shared },
        },
        partnerHandle: partner.handle,
      });
    }
  }

  #takeSeat(ticket: Ticket): Side {
    retire(this.#lobby.buckets, ticket);
    return {
      sid: ticket.sid,
      shownLife: false,
      up: false,
      seals: 0,
      sealChars: 0,
      place: ticket.place,
      waited: this.#now - ticket.since,
    };
  }

  #isFresh(sid: string): boolean {
    return this.#context.now - this.#context.heardAt(sid) < PING_FRESH_MS;
  }

  /** A half-open socket in the queue: nobody is offered to it, and a live page is told to come back. */
  #dropStale(sid: string): void {
    this.disconnect(sid);
    this.outcome.effects.push({ kind: "close", to: sid, reason: "silent" });
  }

  #tellWaiting(ticket: Ticket): void {
    const waited = Math.min(MAX_WAITED_MS, Math.max(0, Math.round(this.#now - ticket.since)));
    this.#send(ticket.sid, { type: "waiting", rung: "shard", level: ticket.level, waited });
  }

  // — meeting —

  #sidesIn(sid: string, match: string, detail: string): { own: Side; other: Side } | undefined {
    const state = this.#lobby.people.get(sid)?.state;
    if (state?.name === "paired" && state.meeting.id === match) return sidesOf(state.meeting, sid);
    this.#send(sid, { type: "error", code: "unexpected", detail });
    return undefined;
  }

  #showLife(side: Side): void {
    side.shownLife = true;
    this.outcome.touched.add(side.sid);
  }

  #scheduleMeeting(meeting: Meeting): void {
    const lively = meeting.initiator.shownLife && meeting.responder.shownLife;
    const at = meeting.startedAt + (lively ? CONNECT_MAX_MS : SILENT_PARTNER_MS);
    schedule(this.#lobby.deadlines, at, { meeting });
  }

  #meetingDue(meeting: Meeting): void {
    const silent = [meeting.initiator, meeting.responder].filter((side) => !side.shownLife);
    if (silent.length > 0) {
      this.#part(meeting, undefined, "silent");
      for (const { sid } of silent) {
        this.#lobby.people.delete(sid);
        this.outcome.effects.push({ kind: "close", to: sid, reason: "silent" });
      }
    } else if (this.#now - meeting.startedAt >= CONNECT_MAX_MS) {
      this.#part(meeting, undefined, "timeout");
    } else this.#scheduleMeeting(meeting);
  }

  /** Ends a meeting. Whoever did not cause it is told why and may take the old place back. */
  #part(meeting: Meeting, leaver: string | undefined, reason: GoneReason): void {
    this.#forget(meeting);
    for (const side of [meeting.initiator, meeting.responder]) {
      const person = this.#lobby.people.get(side.sid);
      if (!isIn(person, meeting)) continue;
      if (side.sid === leaver) this.#become(person, { name: "idle" });
      // The silent one is closed, so there is nobody to tell.
      else if (reason === "silent" && !side.shownLife) this.#become(person, { name: "idle" });
      else {
        this.#become(person, { name: "idle", kept: this.#keep(side.place, side.waited) });
        this.#send(side.sid, { type: "gone", match: meeting.id, reason });
      }
    }
  }

  #forget(meeting: Meeting): void {
    const { meetings, away } = this.#lobby;
    meetings.delete(meeting.id);
    for (const { sid } of [meeting.initiator, meeting.responder]) {
      if (away.get(sid) === meeting.id) away.delete(sid);
    }
  }

  #keep(place: number, waited: number): KeptPlace {
    return { place, waited, until: this.#now + PLACE_KEPT_MS };
  }

  // — both —

  #become(person: Person, state: PersonState): void {
    person.state = state;
    this.outcome.touched.add(person.sid);
  }

  #send(to: string, message: Exclude<EdgeMessage, { type: "match" }>): void {
    this.outcome.effects.push({ kind: "send", to, message });
  }

  #restoreTicket(person: Person, kept: Ticket): void {
    // A lobby time that ran ahead of the wall clock ended with the instance that kept it.
    const since = Math.min(kept.since, this.#now);
    const soughtAt = Math.min(kept.soughtAt, this.#now);
    const ticket = { ...kept, since, soughtAt, lookedUpTo: -1, dueAt: Infinity };
    insert(this.#lobby.buckets, ticket);
    person.state = { name: "waiting", ticket };
    this.#seenPlace(ticket.place);
  }

  #seenPlace(place: number): void {
    this.#lobby.nextPlace = Math.max(this.#lobby.nextPlace, place + 1);
  }
}
