/**
 * The rules of the lobby, played on nothing: (state, event, context) → outcome. No clock, no
 * chance, no sockets of its own. The state is changed in place, because copying 15,000 tickets
 * for each message would cost more than the rules do; nobody else holds a reference to it.
 *
 *   idle ─seek→ waiting ─→ paired: held ─both lively→ connecting ─both up→ up ─→ idle
 *                  └─→ held for another lobby ─→ paired | waiting
 *
 * Rule numbers are those of docs/protocol.md.
 */
import { MAX_WAITED_MS, RESUME_RENEW_MS } from "../../protocol/limits.ts";
import { stricter } from "../../protocol/relay-policy.ts";
import { LADDER, RUNGS, WIDENING } from "../../protocol/widening.ts";
import { insert, retire } from "./buckets.ts";
import { steady } from "./clock.ts";
import {
  CARRIED_WAIT_MAX_MS,
  lastRung,
  levelAfter,
  rungAfter,
  sharedInterests,
} from "./compatibility.ts";
import { earliest, removeTop } from "./deadlines.ts";
import { Exchange } from "./exchange.ts";
import { Meetings, sides } from "./meetings.ts";
import {
  bothUp,
  isIn,
  mergeCopies,
  sidesOf,
  type KeptPlace,
  type Meeting,
  type Person,
  type PersonState,
} from "./people.ts";
import type { ResumedCall, ResumedPlace } from "./resume.ts";
import { findPartner, isQuiet, recordArrivalOf, type Liveness } from "./search.ts";
import {
  createLobby,
  isLive,
  type Context,
  type LobbyEvent,
  type LobbyState,
  type Outcome,
  type Subject,
} from "./state.ts";
import { Table } from "./table.ts";
import type { Ticket, Wish } from "./ticket.ts";

/** A shorter wait is not worth the sealing: most are over before. */
const PLACE_WORTH_MS = 1_000;

/** When more candidates are left than were looked at, the look goes on after this. */
const LOOK_ON_MS = 250;

export function step(lobby: LobbyState, event: LobbyEvent, context: Context): Outcome {
  return new Turn(lobby, context).play(event);
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
  name: string,
  kept: readonly Person[],
  context: Context,
): { lobby: LobbyState; outcome: Outcome } {
  const lobby = createLobby(name, context.now);
  const outcome = new Turn(lobby, context).restore(kept);
  return { lobby, outcome };
}

/** One event being handled: the state, the moment, and what came of it. */
class Turn {
  readonly #lobby: LobbyState;
  readonly #table: Table;
  readonly #meetings: Meetings;
  readonly #exchange: Exchange;
  readonly #liveness: Liveness;
  /** Lobby time. */
  readonly #now: number;

  constructor(lobby: LobbyState, context: Context) {
    this.#lobby = lobby;
    this.#table = new Table(lobby, context);
    this.#now = this.#table.now;
    this.#meetings = new Meetings(this.#table);
    this.#liveness = {
      isFresh: (sid) => this.#table.isFresh(sid),
      dropStale: (sid) => this.#dropStale(sid),
    };
    this.#exchange = new Exchange(this.#table, this.#meetings, this.#liveness, (person, ticket) =>
      this.#putBack(person, ticket),
    );
  }

  play(event: LobbyEvent): Outcome {
    const { outcome } = this.#table;
    switch (event.type) {
      case "connect":
        this.#connect(event);
        break;
      case "disconnect":
        this.#disconnect(event.sid);
        break;
      case "seek":
        this.#seek(event.sid, event.wish);
        break;
      case "ack":
        this.#meetings.ack(event.sid, event.match);
        break;
      case "seal":
        this.#meetings.seal(event);
        break;
      case "up":
        this.#meetings.up(event.sid, event.match);
        break;
      case "bye":
        this.#bye(event.sid);
        break;
      case "tick":
        this.#tick();
        break;
      case "found":
        this.#exchange.found(event.sid, event.shards);
        break;
      case "peer":
        outcome.answer = this.#exchange.answer(event.from, event.request);
        break;
      case "answer": {
        const call = this.#lobby.calls.get(event.call);
        this.#lobby.calls.delete(event.call);
        if (call !== undefined) this.#exchange.answered(call, event.answer);
        break;
      }
      case "drain":
        this.#drain();
        break;
      default:
        event satisfies never;
    }
    return outcome;
  }

  /** A socket opened; it may take the place of an older one of the same session. */
  #connect({ sid, handle, tier, region, relay, resume }: LobbyEvent & { type: "connect" }): void {
    const { people, meetings, away } = this.#lobby;
    const before = people.get(sid);
    if (before !== undefined) this.#leaveQueue(before, { keep: true });
    const meeting = meetings.get(away.get(sid) ?? "");
    away.delete(sid);
    let state: PersonState = before?.state ?? { name: "idle" };
    if (meeting !== undefined) state = { name: "paired", meeting };
    else if (state.name === "idle" && resume?.sid === sid) state = this.#resumed(resume, state);
    people.set(sid, { sid, handle, tier, region, relay, state });
    this.#table.touch(sid);
  }

  /** What the page brought back from a lobby that has forgotten it. */
  #resumed(resume: ResumedCall | ResumedPlace, idle: PersonState): PersonState {
    if (resume.kind === "place") {
      const place = Math.min(resume.place, this.#now);
      const waited = Math.max(0, this.#now - resume.since);
      return { name: "idle", kept: this.#table.keep(place, waited) };
    }
    const { match, role, partner, sid } = resume;
    const known = this.#lobby.meetings.get(match);
    if (known !== undefined) {
      const own = sides(known).find((side) => side.sid === sid && side.shard === undefined);
      return own === undefined ? idle : { name: "paired", meeting: known };
    }
    const seat = { shownLife: true, up: true, seals: 0, sealChars: 0, place: 0, waited: 0 };
    const near = { ...seat, sid };
    const far = { ...seat, ...partner };
    const meeting: Meeting = {
      id: match,
      startedAt: this.#now,
      initiator: role === "initiator" ? near : far,
      responder: role === "initiator" ? far : near,
      ...(partner.shard !== undefined && {
        bridge: { said: 0, heard: 0, probeAt: Infinity, missed: 0 },
      }),
    };
    this.#lobby.meetings.set(match, meeting);
    if (partner.shard === undefined) this.#lobby.away.set(partner.sid, match);
    return { name: "paired", meeting };
  }

  /** A socket is gone. Happens more than once for one person without harm. */
  #disconnect(sid: string): void {
    const { people, meetings, away } = this.#lobby;
    const person = people.get(sid);
    if (person === undefined) return;
    this.#leaveQueue(person);
    const { state } = person;
    if (state.name === "paired") {
      const { meeting } = state;
      const { other } = sidesOf(meeting, sid);
      if (!bothUp(meeting)) this.#meetings.part(meeting, sid, "lost");
      // With nobody of it here it would stay for ever; the page brings its seat back with it.
      else if (other.shard !== undefined || away.has(other.sid)) this.#meetings.forget(meeting);
      // Media and data channel do not need the lobby: the one who stays hears nothing.
      else if (meetings.get(meeting.id) === meeting) away.set(sid, meeting.id);
    }
    people.delete(sid);
  }

  #seek(sid: string, wish: Wish): void {
    const person = this.#lobby.people.get(sid);
    if (person === undefined) return;
    const before = this.#leaveQueue(person);
    const { state } = person;
    let place: number | undefined;
    let since = this.#now;
    if (before !== undefined) ({ place, since } = before);
    else if (state.name === "paired") this.#meetings.part(state.meeting, sid, "next");
    else if (state.name === "idle" && isKept(state.kept, this.#now)) {
      ({ place } = state.kept);
      since = this.#now - state.kept.waited;
    }
    const ticket: Ticket = {
      sid,
      handle: person.handle,
      tier: person.tier,
      region: person.region,
      relay: person.relay,
      wish,
      place: place ?? this.#table.newPlace(),
      since,
      soughtAt: this.#now,
      level: 0,
      rung: rungAfter(this.#now - since, wish.reach),
      waiting: true,
      dueAt: Infinity,
      askAt: 0,
      renewAt: 0,
      lookedUpTo: -1,
    };
    ticket.level = levelAfter(this.#now - since, isQuiet(this.#lobby.arrivals, ticket, this.#now));
    if (before === undefined) recordArrivalOf(this.#lobby.arrivals, ticket, this.#now);
    this.#enqueue(person, ticket);
    this.#look(ticket);
    // Whoever hears it begins to gather for an offer, in vain if a match came with this very frame.
    if (ticket.waiting) this.#tellWaiting(ticket);
  }

  #bye(sid: string): void {
    const person = this.#lobby.people.get(sid);
    if (person === undefined) return;
    this.#leaveQueue(person);
    if (person.state.name === "paired") this.#meetings.part(person.state.meeting, sid, "left");
    this.#table.become(person, { name: "idle" });
  }

  #tick(): void {
    const { deadlines } = this.#lobby;
    for (;;) {
      const due = earliest(deadlines, (candidate) => isLive(this.#lobby, candidate));
      if (due === undefined || due.at > this.#now) return;
      removeTop(deadlines);
      this.#due(due.subject);
    }
  }

  #due(subject: Subject): void {
    if ("ticket" in subject) this.#ticketDue(subject.ticket);
    else if ("meeting" in subject) this.#meetings.due(subject.meeting);
    else if ("lasting" in subject) this.#meetings.lasts(subject.lasting);
    else if ("hold" in subject) this.#exchange.holdDue(subject.hold);
    else if ("ask" in subject) this.#exchange.askDue(subject.ask);
    else {
      const call = this.#lobby.calls.get(subject.call);
      this.#lobby.calls.delete(subject.call);
      if (call !== undefined) this.#exchange.answered(call, undefined);
    }
  }

  restore(kept: readonly Person[]): Outcome {
    const { people, meetings, away } = this.#lobby;
    for (const person of kept) people.set(person.sid, person);
    for (const person of people.values()) {
      const { state } = person;
      // What was being asked is forgotten; the other lobby's hold ends by itself.
      if (state.name === "held") this.#restoreTicket(person, state.hold.ticket);
      if (state.name === "waiting") this.#restoreTicket(person, state.ticket);
      if (state.name === "idle" && state.kept !== undefined) {
        this.#table.seenPlace(state.kept.place);
      }
      if (state.name !== "paired") continue;
      const { id } = state.meeting;
      if (!meetings.has(id)) meetings.set(id, mergeCopies(state.meeting, people, this.#now));
      person.state = { name: "paired", meeting: meetings.get(id)! };
    }
    for (const meeting of [...meetings.values()]) {
      for (const side of sides(meeting)) this.#table.seenPlace(side.place);
      const missing = sides(meeting).find(
        ({ sid, shard }) => shard === undefined && !isIn(people.get(sid), meeting),
      );
      if (missing === undefined) {
        if (!bothUp(meeting)) this.#meetings.schedule(meeting);
      } else if (people.has(missing.sid)) this.#meetings.part(meeting, missing.sid, "next");
      else if (bothUp(meeting)) away.set(missing.sid, meeting.id);
      else this.#meetings.part(meeting, missing.sid, "lost");
    }
    // Everybody is back in the buckets before the first one looks around.
    for (const person of people.values()) {
      if (person.state.name === "waiting") this.#look(person.state.ticket);
    }
    return this.#table.outcome;
  }

  // — waiting —

  #enqueue(person: Person, ticket: Ticket): void {
    insert(this.#lobby.buckets, ticket);
    this.#table.become(person, { name: "waiting", ticket });
  }

  /** Whoever waits, or is held for another lobby, does not any more. The ticket it had. */
  #leaveQueue(person: Person, { keep = false } = {}): Ticket | undefined {
    const { state } = person;
    let ticket: Ticket | undefined;
    if (state.name === "held") ticket = this.#exchange.unhold(person);
    else if (state.name === "waiting") ({ ticket } = state);
    if (ticket === undefined) return undefined;
    retire(this.#lobby.buckets, ticket);
    // A new socket has not said `seek`, so it must not be matched; the place waits for it.
    const waited = Math.min(this.#now - ticket.since, CARRIED_WAIT_MAX_MS);
    person.state = {
      name: "idle",
      ...(keep && { kept: this.#table.keep(ticket.place, waited) }),
    };
    return ticket;
  }

  /** Nothing came of it elsewhere: the same place, and a look around. */
  #putBack(person: Person, ticket: Ticket): void {
    const fresh = { ...ticket, waiting: true, lookedUpTo: -1, dueAt: Infinity };
    this.#enqueue(person, fresh);
    this.#look(fresh);
  }

  /** Looks for a partner and, with none found, schedules the next look. */
  #look(ticket: Ticket): void {
    if (!ticket.waiting) return;
    const { partner, more } = findPartner(this.#lobby.buckets, ticket, this.#liveness);
    if (partner !== undefined) {
      this.#pair(ticket, partner);
      return;
    }
    this.#exchange.look(ticket);
    const { level, rung, since, wish } = ticket;
    const wider = WIDENING[level + 1]?.afterMs ?? Infinity;
    const further = rung < lastRung(wish.reach) ? LADDER[RUNGS[rung + 1]!] : Infinity;
    const due = Math.min(
      since + wider,
      since + further,
      more ? this.#now + LOOK_ON_MS : Infinity,
      rung > 0 ? ticket.askAt : Infinity,
    );
    // Never now again: a tick goes on until nothing is due.
    ticket.dueAt = Math.max(due, this.#now + 1);
    if (ticket.dueAt !== Infinity) this.#table.schedule(ticket.dueAt, { ticket });
  }

  #ticketDue(ticket: Ticket): void {
    if (!this.#table.isFresh(ticket.sid)) {
      this.#dropStale(ticket.sid);
      return;
    }
    const waited = this.#now - ticket.since;
    const level = levelAfter(waited, isQuiet(this.#lobby.arrivals, ticket, this.#now));
    const rung = rungAfter(waited, ticket.wish.reach);
    if (level > ticket.level || rung > ticket.rung) {
      // Only a wider level makes those acceptable who were looked at before.
      if (level > ticket.level) ticket.lookedUpTo = -1;
      ticket.level = Math.max(ticket.level, level);
      ticket.rung = Math.max(ticket.rung, rung);
      ticket.askAt = 0;
      this.#table.touch(ticket.sid);
      this.#tellWaiting(ticket);
    } else if (ticket.renewAt <= this.#now) this.#givePlace(ticket, "resume");
    this.#look(ticket);
  }

  /** Takes both out of the queue and introduces them. The one who has sought longer has an offer ready. */
  #pair(one: Ticket, two: Ticket): void {
    const [first, second] =
      one.soughtAt < two.soughtAt || (one.soughtAt === two.soughtAt && one.place < two.place)
        ? [one, two]
        : [two, one];
    const meeting: Meeting = {
      id: this.#table.context.drawId(),
      startedAt: this.#now,
      initiator: this.#table.takeSeat(first),
      responder: this.#table.takeSeat(second),
    };
    this.#meetings.begin(meeting);
    const policy = stricter(first.relay, first.wish.relay, second.relay, second.wish.relay);
    const shared = sharedInterests(first, second);
    for (const [self, partner, role] of [
      [first, second, "initiator"],
      [second, first, "responder"],
    ] as const) {
      const { sealKey } = partner.wish;
      this.#meetings.introduce(
        self.sid,
        { type: "match", match: meeting.id, role, policy, partner: { sealKey, shared } },
        partner.handle,
      );
    }
  }

  /** A half-open socket in the queue: nobody is offered to it, and a live page is told to come back. */
  #dropStale(sid: string): void {
    this.#disconnect(sid);
    this.#table.outcome.effects.push({ kind: "close", to: sid, reason: "silent" });
  }

  #tellWaiting(ticket: Ticket): void {
    const { sid, level, rung } = ticket;
    const waited = Math.min(MAX_WAITED_MS, Math.max(0, Math.round(this.#now - ticket.since)));
    this.#table.send(sid, { type: "waiting", rung: RUNGS[rung]!, level, waited });
    if (waited >= PLACE_WORTH_MS) this.#givePlace(ticket, "resume");
  }

  #givePlace(ticket: Ticket, as: "resume" | "move"): void {
    const { sid, place, since } = ticket;
    ticket.renewAt = this.#now + RESUME_RENEW_MS;
    const resume: ResumedPlace = { kind: "place", sid, place, since };
    this.#table.outcome.effects.push({ kind: "resume", to: sid, as, resume });
  }

  /** Whoever is in no meeting goes to another shard, with the place. */
  #drain(): void {
    for (const person of this.#lobby.people.values()) {
      const ticket = this.#leaveQueue(person);
      if (ticket !== undefined) {
        this.#table.touch(person.sid);
        this.#givePlace(ticket, "move");
      } else if (person.state.name === "idle") {
        const { place, waited } = person.state.kept ?? { place: this.#now, waited: 0 };
        const resume: ResumedPlace = {
          kind: "place",
          sid: person.sid,
          place,
          since: this.#now - waited,
        };
        this.#table.outcome.effects.push({ kind: "resume", to: person.sid, as: "move", resume });
      }
    }
  }

  #restoreTicket(person: Person, kept: Ticket): void {
    // A lobby time that ran ahead of the wall clock ended with the instance that kept it.
    const since = Math.min(kept.since, this.#now);
    const soughtAt = Math.min(kept.soughtAt, this.#now);
    const ticket: Ticket = {
      ...kept,
      since,
      soughtAt,
      waiting: true,
      lookedUpTo: -1,
      dueAt: Infinity,
      askAt: 0,
    };
    insert(this.#lobby.buckets, ticket);
    person.state = { name: "waiting", ticket };
    this.#table.seenPlace(ticket.place);
  }
}

function isKept(kept: KeptPlace | undefined, now: number): kept is KeptPlace {
  return kept !== undefined && kept.until >= now;
}
