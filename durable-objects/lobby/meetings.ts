/** The rules of a meeting: life, words, both up, and the end. Rule numbers are those of docs/protocol.md. */
import type { GoneReason, MatchMessage } from "../../protocol/messages.ts";
import {
  CONNECT_MAX_MS,
  LEASE_PROBE_MS,
  SEALS_PER_MATCH_MAX,
  SEAL_CHARS_PER_MATCH_MAX,
  SILENT_PARTNER_MS,
} from "../../protocol/limits.ts";
import { CARRIED_WAIT_MAX_MS } from "./compatibility.ts";
import { ask, tell, untold } from "./outbox.ts";
import type { NumberedWord, PeerAnswer, PeerWord } from "./peers.ts";
import { bothUp, isIn, sidesOf, type Meeting, type Side } from "./people.ts";
import type { LobbyEvent } from "./state.ts";
import type { Table } from "./table.ts";

/** Most calls are over before; a restart of the server in so short a time is rare enough. */
const LASTING_MS = 3_000;

/** Of the relayed words of one person, so many may go uncounted by a sleep. */
const SEALS_WRITTEN_EVERY = 8;

/** Questions in a row without an answer after which the other lobby counts as gone. */
const PROBES_MISSED_MAX = 3;

export class Meetings {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** The meeting exists from here on; whoever of it is at home here sits in it. */
  begin(meeting: Meeting): void {
    const { lobby } = this.#table;
    lobby.meetings.set(meeting.id, meeting);
    for (const { sid, shard } of sides(meeting)) {
      if (shard !== undefined) continue;
      this.#table.become(lobby.people.get(sid)!, { name: "paired", meeting });
    }
    this.schedule(meeting);
  }

  introduce(to: string, match: Omit<MatchMessage, "capsules">, partnerHandle: string): void {
    this.#table.outcome.effects.push({ kind: "introduce", to, match, partnerHandle });
  }

  ack(sid: string, match: string): void {
    const seats = this.#seatsIn(sid, match, "ack");
    if (seats !== undefined) this.#showLife(seats.meeting, seats.own, seats.other);
  }

  seal({ sid, match, epoch, body }: Extract<LobbyEvent, { type: "seal" }>): void {
    const seats = this.#seatsIn(sid, match, "seal");
    if (seats === undefined) return;
    const { meeting, own, other } = seats;
    if (
      own.seals + 1 > SEALS_PER_MATCH_MAX ||
      own.sealChars + body.length > SEAL_CHARS_PER_MATCH_MAX
    ) {
      this.#table.send(sid, { type: "error", code: "exhausted", detail: "seal" });
      return;
    }
    own.seals++;
    own.sealChars += body.length;
    // The counts may be some behind after a sleep: writing down each would cost more than they limit.
    if (!own.shownLife || own.seals % SEALS_WRITTEN_EVERY === 0) this.#table.touch(own.sid);
    own.shownLife = true;
    if (other.shard !== undefined) {
      tell(this.#table, meeting, other.shard, { type: "seal", epoch, body });
    } else if (this.#table.lobby.people.has(other.sid)) {
      this.#table.send(other.sid, { type: "seal", match, epoch, body });
    }
  }

  up(sid: string, match: string): void {
    const seats = this.#seatsIn(sid, match, "up");
    if (seats === undefined || seats.own.up) return;
    const { meeting, own, other } = seats;
    own.up = true;
    own.shownLife = true;
    this.#table.touch(own.sid);
    if (other.shard !== undefined) tell(this.#table, meeting, other.shard, { type: "up" });
    this.#upped(meeting);
  }

  /** The meeting's moment has come: somebody was silent, it took too long, or the lease is due. */
  due(meeting: Meeting): void {
    const { now, lobby, outcome } = this.#table;
    const age = now - meeting.startedAt;
    // The other lobby looks after its own person.
    const silent = sides(meeting).filter((side) => side.shard === undefined && !side.shownLife);
    if (silent.length > 0 && age >= SILENT_PARTNER_MS) {
      this.part(meeting, undefined, "silent", { unheard: silent });
      for (const { sid } of silent) {
        lobby.people.delete(sid);
        outcome.effects.push({ kind: "close", to: sid, reason: "silent" });
      }
      return;
    }
    if (age >= CONNECT_MAX_MS) {
      this.part(meeting, undefined, "timeout");
      return;
    }
    this.#probeIfDue(meeting);
    this.schedule(meeting);
  }

  schedule(meeting: Meeting): void {
    const lively = sides(meeting).every((side) => side.shownLife || side.shard !== undefined);
    const at = meeting.startedAt + (lively ? CONNECT_MAX_MS : SILENT_PARTNER_MS);
    const due = Math.min(at, meeting.bridge?.probeAt ?? Infinity);
    // Never now again: a tick goes on until nothing is due.
    this.#table.schedule(Math.max(due, this.#table.now + 1), { meeting });
  }

  /**
   * Ends a meeting. Whoever did not cause it is told why and may take the old place back; so is
   * the other lobby, unless it was the one that said so.
   */
  part(
    meeting: Meeting,
    leaver: string | undefined,
    reason: GoneReason,
    { tellPeer = true, unheard = [] }: { tellPeer?: boolean; unheard?: readonly Side[] } = {},
  ): void {
    const { lobby } = this.#table;
    this.forget(meeting);
    for (const side of sides(meeting)) {
      if (side.shard !== undefined) {
        if (tellPeer) tell(this.#table, meeting, side.shard, { type: "part", reason });
        continue;
      }
      const person = lobby.people.get(side.sid);
      if (!isIn(person, meeting)) continue;
      // Who was silent is closed, so there is nobody to tell.
      if (side.sid === leaver || unheard.includes(side)) {
        this.#table.become(person, { name: "idle" });
      } else {
        const waited = Math.min(side.waited, CARRIED_WAIT_MAX_MS);
        this.#table.become(person, { name: "idle", kept: this.#table.keep(side.place, waited) });
        this.#table.send(side.sid, { type: "gone", match: meeting.id, reason });
      }
    }
  }

  forget(meeting: Meeting): void {
    const { meetings, away } = this.#table.lobby;
    meetings.delete(meeting.id);
    for (const { sid } of sides(meeting)) {
      if (away.get(sid) === meeting.id) away.delete(sid);
    }
  }

  // — with the other lobby —

  /** Words of the other lobby, each taken once. */
  hearWords(meeting: Meeting, words: readonly NumberedWord[]): void {
    const { bridge } = meeting;
    if (bridge === undefined) return;
    for (const { number, word } of words) {
      if (number <= bridge.heard) continue;
      bridge.heard = number;
      this.#hearWord(meeting, word);
    }
    for (const { sid, shard } of sides(meeting)) if (shard === undefined) this.#table.touch(sid);
  }

  /** What a probe of the other lobby is answered. */
  answerProbe(meeting: Meeting): PeerAnswer {
    const own = sides(meeting).find(({ shard }) => shard === undefined)!;
    return { type: "alive", lively: own.shownLife, up: own.up };
  }

  probed(meeting: Meeting, answer: PeerAnswer | undefined): void {
    const { bridge } = meeting;
    if (bridge === undefined) return;
    if (answer?.type === "alive") {
      bridge.missed = 0;
      const far = sides(meeting).find(({ shard }) => shard !== undefined)!;
      far.shownLife ||= answer.lively;
      if (answer.up && !far.up) this.#hearWord(meeting, { type: "up" });
    } else if (answer?.type === "dead") this.lapse(meeting);
    else if (++bridge.missed >= PROBES_MISSED_MAX) this.lapse(meeting);
    else {
      bridge.probeAt = this.#table.now;
      this.#probeIfDue(meeting);
    }
  }

  /** The other lobby did not take the words. */
  untold(match: string): void {
    if (untold(this.#table, match)) return;
    const meeting = this.#table.lobby.meetings.get(match);
    if (meeting !== undefined) this.lapse(meeting);
  }

  /** The other lobby knows nothing of it. A call whose both sides are up does not need it to. */
  lapse(meeting: Meeting): void {
    if (!bothUp(meeting)) this.part(meeting, undefined, "lost", { tellPeer: false });
  }

  #probeIfDue(meeting: Meeting): void {
    const { bridge } = meeting;
    if (bridge === undefined || bridge.probeAt > this.#table.now) return;
    bridge.probeAt = this.#table.now + LEASE_PROBE_MS;
    const far = sides(meeting).find(({ shard }) => shard !== undefined)!;
    ask(this.#table, far.shard!, { type: "probe", match: meeting.id });
  }

  #hearWord(meeting: Meeting, word: PeerWord): void {
    const [near, far] =
      meeting.initiator.shard === undefined
        ? [meeting.initiator, meeting.responder]
        : [meeting.responder, meeting.initiator];
    switch (word.type) {
      case "seal":
        far.shownLife = true;
        if (this.#table.lobby.people.has(near.sid)) {
          const { epoch, body } = word;
          this.#table.send(near.sid, { type: "seal", match: meeting.id, epoch, body });
        }
        break;
      case "lively":
        far.shownLife = true;
        break;
      case "up":
        if (far.up) break;
        far.shownLife = true;
        far.up = true;
        this.#upped(meeting);
        break;
      case "part":
        this.part(meeting, undefined, word.reason, { tellPeer: false });
        break;
      default:
        word satisfies never;
    }
  }

  // — both —

  #seatsIn(sid: string, match: string, detail: string) {
    const state = this.#table.lobby.people.get(sid)?.state;
    if (state?.name === "paired" && state.meeting.id === match) {
      return { meeting: state.meeting, ...sidesOf(state.meeting, sid) };
    }
    this.#table.send(sid, { type: "error", code: "unexpected", detail });
    return undefined;
  }

  #showLife(meeting: Meeting, own: Side, other: Side): void {
    if (own.shownLife) return;
    own.shownLife = true;
    this.#table.touch(own.sid);
    if (other.shard !== undefined) tell(this.#table, meeting, other.shard, { type: "lively" });
  }

  /** One more is up. Either attachment alone must be able to say that the call no longer needs the lobby. */
  #upped(meeting: Meeting): void {
    if (!bothUp(meeting)) return;
    for (const side of sides(meeting)) {
      if (side.shard !== undefined) continue;
      this.#table.touch(side.sid);
    }
    this.#table.schedule(this.#table.now + LASTING_MS, { lasting: meeting });
  }

  /** A call that is worth coming back to: its people get what they need for that. */
  lasts(meeting: Meeting): void {
    for (const side of sides(meeting)) {
      if (side.shard === undefined) this.#giveResume(meeting, side);
    }
  }

  /** From here on the page can come back into this call even when the lobby has forgotten it. */
  #giveResume(meeting: Meeting, own: Side): void {
    const { lobby, outcome } = this.#table;
    if (!lobby.people.has(own.sid)) return;
    const { other } = sidesOf(meeting, own.sid);
    outcome.effects.push({
      kind: "resume",
      to: own.sid,
      as: "resume",
      resume: {
        kind: "call",
        sid: own.sid,
        match: meeting.id,
        role: meeting.initiator === own ? "initiator" : "responder",
        home: lobby.name,
        partner: { sid: other.sid, ...(other.shard !== undefined && { shard: other.shard }) },
      },
    });
  }
}

export function sides(meeting: Meeting): readonly [Side, Side] {
  return [meeting.initiator, meeting.responder];
}
