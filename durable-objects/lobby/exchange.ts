/**
 * Meeting people of other lobbies. Each lobby stays the only authority over its own tickets: one
 * asks, the other holds, the first commits, and nobody is told before the other side is certain
 * (peers.ts has the picture). What gets lost on the way is healed by time: a hold ends after two
 * seconds, and a probe finds the pair that only one lobby knows of.
 */
import type { Role } from "../../protocol/ids.ts";
import { HOLD_MS, LEASE_PROBE_MS, LOOK_AGAIN_MS } from "../../protocol/limits.ts";
import { stricter } from "../../protocol/relay-policy.ts";
import { retire } from "./buckets.ts";
import { compatible, sharedInterests } from "./compatibility.ts";
import type { Meetings } from "./meetings.ts";
import { ask, post, told } from "./outbox.ts";
import type { ForeignTicket, PeerAnswer, PeerRequest } from "./peers.ts";
import type { Hold, Meeting, Person, Side } from "./people.ts";
import { FOREIGN_CANDIDATES_MAX, findPartner, type Liveness } from "./search.ts";
import type { Ask, Call } from "./state.ts";
import type { Table } from "./table.ts";
import type { Ticket } from "./ticket.ts";

/** How long the rim may take to find out where people wait. */
const FIND_PATIENCE_MS = 2_000;
/** When somebody was only just not free; the spread keeps two lobbies from asking in step for ever. */
const BUSY_PAUSE_MS = 250;
const BUSY_SPREAD_MS = 500;
/** Longer than any question can be on its way. */
const OVER_KEPT_MS = 30_000;

export class Exchange {
  readonly #table: Table;
  readonly #meetings: Meetings;
  readonly #liveness: Liveness;
  readonly #putBack: (person: Person, ticket: Ticket) => void;

  constructor(
    table: Table,
    meetings: Meetings,
    liveness: Liveness,
    putBack: (person: Person, ticket: Ticket) => void,
  ) {
    this.#table = table;
    this.#meetings = meetings;
    this.#liveness = liveness;
    this.#putBack = putBack;
  }

  // — asking —

  /** Asks for this waiting person elsewhere, when that is due and not under way. */
  look(ticket: Ticket): void {
    const { lobby, now, outcome } = this.#table;
    if (ticket.rung === 0 || ticket.askAt > now) return;
    if (lobby.asks.get(ticket.sid)?.ticket === ticket) {
      ticket.askAt = now + BUSY_PAUSE_MS;
      return;
    }
    ticket.askAt = now + LOOK_AGAIN_MS;
    this.#begin({ ticket, shards: undefined, busy: false, dueAt: now + FIND_PATIENCE_MS });
    outcome.effects.push({ kind: "look", to: ticket.sid, rung: ticket.rung });
  }

  found(sid: string, shards: readonly string[]): void {
    const open = this.#table.lobby.asks.get(sid);
    if (open === undefined || open.shards !== undefined) return;
    open.shards = shards.filter((shard) => shard !== this.#table.lobby.name);
    this.#askNext(open);
  }

  /** Nobody could say where people wait. */
  askDue(open: Ask): void {
    if (open.shards === undefined) this.#end(open);
  }

  #askNext(open: Ask): void {
    const shard = open.ticket.waiting ? open.shards?.shift() : undefined;
    if (shard === undefined) {
      this.#end(open);
      return;
    }
    const match = this.#table.context.drawId();
    const ticket = this.#abroad(open.ticket);
    ask(this.#table, shard, { type: "reserve", match, ticket }, open);
  }

  #begin(open: Ask): void {
    this.#table.lobby.asks.set(open.ticket.sid, open);
    this.#table.schedule(open.dueAt, { ask: open });
  }

  #end({ ticket, busy }: Ask): void {
    const { lobby, now, context } = this.#table;
    // The same person may already be asked for with a newer wish.
    if (lobby.asks.get(ticket.sid)?.ticket === ticket) lobby.asks.delete(ticket.sid);
    if (!ticket.waiting || !busy) return;
    ticket.askAt = Math.min(
      ticket.askAt,
      now + BUSY_PAUSE_MS + Math.floor(context.random() * BUSY_SPREAD_MS),
    );
    if (ticket.askAt >= ticket.dueAt) return;
    ticket.dueAt = ticket.askAt;
    this.#table.schedule(ticket.dueAt, { ticket });
  }

  // — answers —

  /** `answer` is undefined when none came in time. */
  answered(call: Call, answer: PeerAnswer | undefined): void {
    const { request } = call;
    switch (request.type) {
      case "reserve":
        this.#reserved(call, request.match, answer);
        break;
      case "commit":
        this.#committed(request.match, answer);
        break;
      case "probe": {
        const meeting = this.#table.lobby.meetings.get(request.match);
        if (meeting !== undefined) this.#meetings.probed(meeting, answer);
        break;
      }
      case "tell": {
        if (answer === undefined) {
          this.#meetings.untold(request.match);
          break;
        }
        const meeting = this.#table.lobby.meetings.get(request.match);
        if (answer.type === "dead" && meeting !== undefined) this.#meetings.lapse(meeting);
        told(this.#table, request.match, request.words.at(-1)?.number ?? 0);
        break;
      }
      default:
        request satisfies never;
    }
  }

  #reserved({ ask: open, shard }: Call, match: string, answer: PeerAnswer | undefined): void {
    if (open === undefined) return;
    const { ticket } = open;
    if (answer?.type !== "reserved") {
      open.busy ||= answer?.type === "none" && answer.busy;
      this.#askNext(open);
      return;
    }
    const { partner, role } = answer;
    // Meanwhile the person may have met somebody here, or left.
    if (!ticket.waiting || !compatible(ticket, this.#asTicket(partner))) {
      this.#release(match, shard);
      this.#askNext(open);
      return;
    }
    this.#table.lobby.asks.delete(ticket.sid);
    this.#hold({ match, ticket, partner, shard, role, asked: true });
    ask(this.#table, shard, { type: "commit", match });
  }

  #committed(match: string, answer: PeerAnswer | undefined): void {
    const held = this.#heldFor(match);
    if (held === undefined || !held.hold.asked) return;
    const { person, hold } = held;
    if (answer?.type === "committed") this.#pair(person, hold);
    else if (answer === undefined && this.#table.now < hold.until) {
      ask(this.#table, hold.shard, { type: "commit", match });
    } else {
      const ticket = this.unhold(person);
      if (ticket !== undefined) this.#putBack(person, ticket);
    }
  }

  // — being asked —

  answer(from: string, request: PeerRequest): PeerAnswer {
    switch (request.type) {
      case "reserve":
        return this.#reserve(from, request.match, request.ticket);
      case "commit":
        return this.#commit(request.match);
      case "probe": {
        this.#takeAsCommitted(request.match);
        const meeting = this.#table.lobby.meetings.get(request.match);
        return meeting === undefined ? { type: "dead" } : this.#meetings.answerProbe(meeting);
      }
      case "tell": {
        // Nothing but "part" is said of a match that was not committed.
        if (request.words.some(({ word }) => word.type !== "part")) {
          this.#takeAsCommitted(request.match);
        }
        const meeting = this.#table.lobby.meetings.get(request.match);
        if (meeting !== undefined) {
          this.#meetings.hearWords(meeting, request.words);
          return { type: "told" };
        }
        const held = this.#heldFor(request.match);
        this.#close(request.match);
        if (held === undefined) return { type: "dead" };
        this.#drop(held.person, held.hold);
        this.#putBack(held.person, held.hold.ticket);
        return { type: "told" };
      }
      default:
        request satisfies never;
        return { type: "dead" };
    }
  }

  #reserve(from: string, match: string, foreign: ForeignTicket): PeerAnswer {
    const { lobby } = this.#table;
    const held = this.#heldFor(match);
    if (held !== undefined) return this.#reservedAnswer(held.hold);
    const none: PeerAnswer = { type: "none", busy: lobby.holds.size > 0 };
    if (lobby.over.has(match) || lobby.meetings.has(match)) return none;
    const { buckets } = lobby;
    const seeker = this.#asTicket(foreign);
    const { partner } = findPartner(buckets, seeker, this.#liveness, FOREIGN_CANDIDATES_MAX);
    if (partner === undefined) return none;
    // Two lobbies that ask each other at once would hold both and give both back: the lesser name asks.
    if (lobby.asks.has(partner.sid) && lobby.name < from) return { type: "none", busy: true };
    const role: Role = isInitiator(seeker, partner) ? "responder" : "initiator";
    const hold = this.#hold({
      match,
      ticket: partner,
      partner: foreign,
      shard: from,
      role,
      asked: false,
    });
    this.#table.schedule(hold.until, { hold });
    return this.#reservedAnswer(hold);
  }

  #reservedAnswer(hold: Hold): PeerAnswer {
    const role: Role = hold.role === "initiator" ? "responder" : "initiator";
    return { type: "reserved", partner: this.#abroad(hold.ticket), role };
  }

  #commit(match: string): PeerAnswer {
    if (this.#table.lobby.meetings.has(match)) return { type: "committed" };
    const held = this.#heldFor(match);
    if (held === undefined || held.hold.asked) return { type: "refused" };
    this.#pair(held.person, held.hold);
    return { type: "committed" };
  }

  /** The other lobby already acts on the pair, so only its answer was lost. */
  #takeAsCommitted(match: string): void {
    const held = this.#heldFor(match);
    if (held?.hold.asked === true) this.#pair(held.person, held.hold);
  }

  // — holding —

  holdDue(hold: Hold): void {
    // Whoever asked gives up when its commit does.
    if (hold.asked) return;
    const held = this.#heldFor(hold.match);
    if (held === undefined) return;
    this.#close(hold.match);
    this.#drop(held.person, hold);
    this.#putBack(held.person, hold.ticket);
  }

  /** The person does something else: nothing comes of it. The ticket, which is out of the queue. */
  unhold(person: Person): Ticket | undefined {
    if (person.state.name !== "held") return undefined;
    const { hold } = person.state;
    this.#close(hold.match);
    this.#drop(person, hold);
    this.#release(hold.match, hold.shard);
    return hold.ticket;
  }

  #hold(hold: Omit<Hold, "until">): Hold {
    const { lobby, now } = this.#table;
    const { ticket, match } = hold;
    const held: Hold = { ...hold, until: now + HOLD_MS };
    retire(lobby.buckets, ticket);
    lobby.holds.set(match, ticket.sid);
    this.#table.become(lobby.people.get(ticket.sid)!, { name: "held", hold: held });
    return held;
  }

  #drop(person: Person, { match }: Hold): void {
    this.#table.lobby.holds.delete(match);
    this.#table.become(person, { name: "idle" });
  }

  #heldFor(match: string): { person: Person; hold: Hold } | undefined {
    const { holds, people } = this.#table.lobby;
    const person = people.get(holds.get(match) ?? "");
    if (person?.state.name !== "held" || person.state.hold.match !== match) return undefined;
    return { person, hold: person.state.hold };
  }

  #release(match: string, shard: string): void {
    const number = Math.floor(this.#table.now);
    post(this.#table, match, shard, number, { type: "part", reason: "lost" });
  }

  /** No later question about this match revives it. */
  #close(match: string): void {
    const { over } = this.#table.lobby;
    for (const [old, at] of over) {
      if (at > this.#table.now - OVER_KEPT_MS) break;
      over.delete(old);
    }
    over.set(match, this.#table.now);
  }

  // — pairing —

  #pair(person: Person, hold: Hold): void {
    const { match, ticket, partner, shard, role } = hold;
    const { now, lobby } = this.#table;
    this.#close(match);
    lobby.holds.delete(match);
    const near = this.#table.takeSeat(ticket);
    const far: Side = {
      sid: partner.sid,
      shard,
      shownLife: false,
      up: false,
      seals: 0,
      sealChars: 0,
      place: 0,
      waited: 0,
    };
    const meeting: Meeting = {
      id: match,
      startedAt: now,
      initiator: role === "initiator" ? near : far,
      responder: role === "initiator" ? far : near,
      bridge: { said: 0, heard: 0, probeAt: now + LEASE_PROBE_MS, missed: 0 },
    };
    this.#meetings.begin(meeting);
    const policy = stricter(ticket.relay, ticket.wish.relay, partner.relay, partner.wish.relay);
    this.#meetings.introduce(
      person.sid,
      {
        type: "match",
        match,
        role,
        policy,
        partner: {
          sealKey: partner.wish.sealKey,
          shared: sharedInterests(ticket, this.#asTicket(partner)),
        },
      },
      partner.handle,
    );
  }

  #abroad(ticket: Ticket): ForeignTicket {
    const { sid, handle, tier, region, relay, wish, level, since, soughtAt } = ticket;
    const { now } = this.#table;
    const waitedMs = Math.max(0, now - since);
    return {
      sid,
      handle,
      tier,
      region,
      relay,
      wish,
      level,
      waitedMs,
      soughtMs: Math.max(0, now - soughtAt),
    };
  }

  #asTicket({ waitedMs, soughtMs, ...same }: ForeignTicket): Ticket {
    const { now } = this.#table;
    return {
      ...same,
      place: now - waitedMs,
      since: now - waitedMs,
      soughtAt: now - soughtMs,
      rung: 0,
      waiting: true,
      dueAt: Infinity,
      askAt: Infinity,
      renewAt: Infinity,
      lookedUpTo: -1,
    };
  }
}

/** Who has sought longer has an offer ready. Both lobbies would say the same of the same two. */
function isInitiator(one: Ticket, two: Ticket): boolean {
  return one.soughtAt < two.soughtAt || (one.soughtAt === two.soughtAt && one.sid < two.sid);
}
