/**
 * Several lobbies and the unreliable post between them, in simulated time: messages are late, lost
 * and doubled, lobbies are put to sleep or lose every socket. People behave as pages do.
 */
import { nextTick, restore, step } from "../../durable-objects/lobby/matcher.ts";
import type { PeerAnswer, PeerRequest } from "../../durable-objects/lobby/peers.ts";
import { bothUp, type Meeting, type Person } from "../../durable-objects/lobby/people.ts";
import {
  createLobby,
  type Context,
  type Effect,
  type LobbyEvent,
  type LobbyState,
} from "../../durable-objects/lobby/state.ts";
import type { Wish } from "../../durable-objects/lobby/ticket.ts";
import { Agenda } from "../support/chance/agenda.ts";
import { chance } from "../support/chance/chance.ts";
import { handleOf, wishOf } from "./lobby-game.ts";

export interface Weather {
  /** Shares of all messages between lobbies. */
  readonly lost: number;
  readonly doubled: number;
  /** Per second and lobby: memory lost with sockets kept, and everything lost. */
  readonly evicted: number;
  readonly crashed: number;
}

export const CALM: Weather = { lost: 0, doubled: 0, evicted: 0, crashed: 0 };

interface Guest {
  readonly sid: string;
  readonly home: Shard;
  /** What the page believes. */
  match: string | undefined;
  partner: string | undefined;
  connected: boolean;
  leaving: boolean;
}

interface Shard {
  readonly name: string;
  lobby: LobbyState;
  /** Answers to an earlier life reach nobody. */
  life: number;
  readonly attachments: Map<string, Person>;
  tickAt: number;
}

export class ShardsGame {
  now = 1_000_000;
  weather: Weather;
  readonly guests = new Map<string, Guest>();
  readonly shards: Shard[];
  /** Reservations granted, and pairs that both lobbies told their people of. */
  claims = 0;
  crossings = 0;
  /** How long each pair that only one lobby knew of lasted. */
  readonly oneSided: number[] = [];
  readonly broken: string[] = [];
  readonly random: () => number;
  readonly #agenda = new Agenda();
  readonly #introduced = new Map<string, Set<string>>();
  readonly #oneSidedSince = new Map<string, number>();
  #ids = 0;
  /** People who are left without a partner do as pages do; those who are told to stay put wait. */
  restless = true;

  constructor(seed: number, shards: number, weather: Weather) {
    this.random = chance(seed);
    this.weather = weather;
    this.shards = Array.from({ length: shards }, (_, index) => {
      const name = `l1:weur:open:${index}`;
      const lobby = createLobby(name, this.now);
      return { name, lobby, life: 0, attachments: new Map(), tickAt: Infinity };
    });
    this.#every(100, () => this.#watch());
    this.#every(1_000, () => this.#storm());
  }

  invite(sid: string, shard: number): void {
    const home = this.shards[shard]!;
    const guest: Guest = {
      sid,
      home,
      match: undefined,
      partner: undefined,
      connected: false,
      leaving: false,
    };
    this.guests.set(sid, guest);
    this.#connect(guest);
  }

  pass(ms: number): void {
    const end = this.now + ms;
    for (let due = this.#agenda.next(end); due !== undefined; due = this.#agenda.next(end)) {
      this.now = due.at;
      due.act();
    }
    this.now = end;
  }

  waiting(): { ticket: NonNullable<ReturnType<typeof ticketOf>>; shard: Shard }[] {
    return this.shards.flatMap((shard) =>
      [...shard.lobby.people.values()].flatMap((person) => {
        const ticket = ticketOf(person);
        return ticket === undefined ? [] : [{ ticket, shard }];
      }),
    );
  }

  // — the post —

  #send(act: () => void): void {
    const copies =
      this.random() < this.weather.lost ? 0 : this.random() < this.weather.doubled ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      // A few are as late as the patience of whoever asked.
      const delay = this.random() < 0.02 ? 1_500 * this.random() : 5 + 120 * this.random();
      this.#agenda.add(this.now + delay, act);
    }
  }

  #perform(shard: Shard, effects: readonly Effect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case "call": {
          const to = this.shards.find(({ name }) => name === effect.shard)!;
          const { life } = shard;
          this.#send(() => {
            const answer = this.#ask(to, shard.name, effect.request);
            if (answer.type === "reserved") this.claims++;
            this.#send(() => {
              if (shard.life !== life) return;
              this.play(shard, { type: "answer", call: effect.call, answer });
            });
          });
          break;
        }
        case "look": {
          const shards = this.shards
            .filter((each) => each !== shard && each.lobby.people.size > 0)
            .map(({ name }) => name)
            .sort(() => this.random() - 0.5)
            .slice(0, 4);
          this.#send(() => this.play(shard, { type: "found", sid: effect.to, shards }));
          break;
        }
        case "introduce":
          this.#introduce(effect.to, effect.match.match, effect.partnerHandle);
          break;
        case "send":
          if (effect.message.type === "gone") this.#gone(effect.to, effect.message.match);
          break;
        case "close":
          this.#lost(this.guests.get(effect.to)!);
          break;
        case "resume":
          break;
        default:
          effect satisfies never;
      }
    }
  }

  #ask(to: Shard, from: string, request: PeerRequest): PeerAnswer {
    return this.play(to, { type: "peer", from, request })!;
  }

  play(shard: Shard, event: LobbyEvent): PeerAnswer | undefined {
    const outcome = step(shard.lobby, event, this.#context());
    this.#keep(shard, outcome.touched);
    this.#perform(shard, outcome.effects);
    this.#arm(shard);
    return outcome.answer;
  }

  #keep(shard: Shard, touched: ReadonlySet<string>): void {
    for (const sid of touched) {
      const person = shard.lobby.people.get(sid);
      if (person !== undefined) shard.attachments.set(sid, copyOf(person));
    }
  }

  #arm(shard: Shard): void {
    const at = nextTick(shard.lobby) ?? Infinity;
    if (at >= shard.tickAt || at === Infinity) return;
    shard.tickAt = at;
    this.#agenda.add(Math.max(at, this.now), () => {
      if (shard.tickAt !== at) return;
      shard.tickAt = Infinity;
      this.play(shard, { type: "tick" });
    });
  }

  #context(): Context {
    return {
      now: this.now,
      heardAt: () => this.now,
      drawId: () => `match-${this.#ids++}`,
      random: this.random,
    };
  }

  // — what befalls lobbies —

  #storm(): void {
    for (const shard of this.shards) {
      if (this.random() < this.weather.evicted) this.#sleep(shard);
      if (this.random() < this.weather.crashed) this.#crash(shard);
    }
  }

  #sleep(shard: Shard): void {
    shard.life++;
    shard.tickAt = Infinity;
    const kept = [...shard.lobby.people.keys()].map((sid) => shard.attachments.get(sid)!);
    const { lobby, outcome } = restore(shard.name, kept.map(copyOf), this.#context());
    shard.lobby = lobby;
    this.#keep(shard, outcome.touched);
    this.#perform(shard, outcome.effects);
    this.#arm(shard);
  }

  #crash(shard: Shard): void {
    shard.life++;
    shard.tickAt = Infinity;
    shard.lobby = createLobby(shard.name, this.now);
    for (const guest of this.guests.values()) if (guest.home === shard) this.#lost(guest);
  }

  // — what people do —

  #lost(guest: Guest): void {
    guest.connected = false;
    // A page that loses its lobby before the call is secured searches again.
    guest.match = guest.partner = undefined;
    this.#later(100 + 2_000 * this.random(), () => this.#connect(guest));
  }

  #connect(guest: Guest): void {
    if (guest.connected) return;
    guest.connected = true;
    const { sid, home } = guest;
    const person = { sid, handle: handleOf(sid), tier: "open", region: "weur" } as const;
    this.play(home, { type: "connect", ...person, relay: "relay" });
    this.#seek(guest);
  }

  #seek(guest: Guest): void {
    if (!guest.connected) return;
    guest.match = guest.partner = undefined;
    const wish: Partial<Wish> = {
      languages: this.random() < 0.3 ? ["en"] : [],
      blocks: new Set(this.random() < 0.1 ? [handleOf(`p${Math.floor(this.random() * 40)}`)] : []),
    };
    this.play(guest.home, { type: "seek", sid: guest.sid, wish: wishOf(guest.sid, wish) });
  }

  #introduce(sid: string, match: string, partnerHandle: string): void {
    const guest = this.guests.get(sid)!;
    if (guest.match !== undefined) this.broken.push(`${sid} is in ${guest.match} and ${match}`);
    guest.match = match;
    guest.partner = partnerHandle.slice("handle-".length);
    const known = this.#introduced.get(match) ?? new Set();
    this.#introduced.set(match, known.add(sid));
    if (known.size > 2) this.broken.push(`${match} is of ${[...known].join(", ")}`);
    const other = [...known].find((each) => each !== sid);
    if (other !== undefined && other !== guest.partner) {
      this.broken.push(`${match} told ${sid} of ${guest.partner}, not of ${other}`);
    }
    if (known.size === 2) {
      if (this.guests.get(other!)!.home !== guest.home) this.crossings++;
      this.#introduced.delete(match);
    }
    const say = (delay: number, event: LobbyEvent) =>
      this.#later(delay, () => {
        if (guest.match === match && guest.connected) this.play(guest.home, event);
      });
    say(20 + 200 * this.random(), { type: "ack", sid, match });
    const dice = this.random();
    if (dice < 0.85) say(300 + 1_500 * this.random(), { type: "up", sid, match });
    // Some skip at once, some talk for a while, some vanish.
    this.#later(dice < 0.3 ? 400 * this.random() : 500 + 6_000 * this.random(), () => {
      if (guest.match !== match || !this.restless || !guest.connected) return;
      if (this.random() < 0.85) this.#seek(guest);
      else if (this.random() < 0.5) {
        guest.match = guest.partner = undefined;
        this.play(guest.home, { type: "bye", sid });
        this.#later(500, () => this.#seek(guest));
      } else {
        this.play(guest.home, { type: "disconnect", sid });
        this.#lost(guest);
      }
    });
  }

  #gone(sid: string, match: string): void {
    const guest = this.guests.get(sid)!;
    if (guest.match === match)
      this.#later(20 + 50 * this.random(), () => {
        if (guest.match === match) this.#seek(guest);
      });
  }

  // — watching —

  /** Pairs that one lobby believes in and the other does not. */
  #watch(): void {
    const seen = new Set<string>();
    for (const { lobby } of this.shards) {
      for (const meeting of lobby.meetings.values()) {
        if (meeting.bridge === undefined || bothUp(meeting) || !this.#isOneSided(meeting)) continue;
        seen.add(meeting.id);
        if (!this.#oneSidedSince.has(meeting.id)) this.#oneSidedSince.set(meeting.id, this.now);
      }
    }
    for (const [id, since] of this.#oneSidedSince) {
      if (seen.has(id)) continue;
      this.oneSided.push(this.now - since);
      this.#oneSidedSince.delete(id);
    }
  }

  #isOneSided(meeting: Meeting): boolean {
    const far = meeting.initiator.shard === undefined ? meeting.responder : meeting.initiator;
    const shard = this.shards.find(({ name }) => name === far.shard)!;
    return !shard.lobby.meetings.has(meeting.id);
  }

  #later(ms: number, act: () => void): void {
    this.#agenda.add(this.now + ms, act);
  }

  #every(ms: number, act: () => void): void {
    this.#later(ms, () => {
      act();
      this.#every(ms, act);
    });
  }
}

/** As structuredClone would, for the parts that change. */
function copyOf({ state, ...person }: Person): Person {
  if (state.name === "waiting") {
    return { ...person, state: { ...state, ticket: { ...state.ticket } } };
  }
  if (state.name !== "paired") return { ...person, state };
  const { meeting } = state;
  const { initiator, responder, bridge } = meeting;
  return {
    ...person,
    state: {
      name: "paired",
      meeting: {
        ...meeting,
        initiator: { ...initiator },
        responder: { ...responder },
        ...(bridge !== undefined && { bridge: { ...bridge } }),
      },
    },
  };
}

function ticketOf({ state }: Person) {
  return state.name === "waiting" ? state.ticket : undefined;
}
