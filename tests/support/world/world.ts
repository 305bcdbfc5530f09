/**
 * A world of lobbies: the same pure matcher and directory rules that run at the edge, with people
 * and distances that are made up. Everything is drawn from one seed, time is simulated, and each
 * lobby hears every event it would hear in life but the sealed words between two people.
 */
import { compatible } from "../../../durable-objects/lobby/compatibility.ts";
import { countWaiting } from "../../../durable-objects/lobby/buckets.ts";
import { nextTick, step } from "../../../durable-objects/lobby/matcher.ts";
import {
  createLobby,
  type Context,
  type Effect,
  type LobbyEvent,
  type LobbyState,
} from "../../../durable-objects/lobby/state.ts";
import {
  busiest,
  choose,
  createDirectory,
  report,
  viewOf,
  type DirectoryState,
} from "../../../durable-objects/directory/directory.ts";
import { readShardName, shardName } from "../../../durable-objects/directory/names.ts";
import { PARENTS, regionsWithin, type Region } from "../../../durable-objects/directory/regions.ts";
import { NEXT_REFILL_MS } from "../../../protocol/limits.ts";
import { RUNGS } from "../../../protocol/widening.ts";
import { Agenda } from "../chance/agenda.ts";
import { chance } from "../chance/chance.ts";
import { callMs, interestsOf, languagesOf } from "./population.ts";

const REPORT_EVERY_MS = 5_000;
/** From `match` to both up. */
const CONNECT_MS = 900;
/** One way between objects of one region, and of two. */
const NEAR_MS = 4;
const FAR_MS = 70;
/** Somebody who is done goes and another one comes; the number stays. */
const LEAVING = 0.12;
/** How long a person looks at the words "your partner left" before the next search. */
const BREATH_MS = 250;

interface Person {
  sid: string;
  readonly region: Region;
  readonly bot: boolean;
  languages: readonly string[];
  interests: readonly string[];
  shard: Shard | undefined;
  recents: string[];
  soughtAt: number;
  match: string | undefined;
}

interface Shard {
  readonly name: string;
  readonly region: Region;
  readonly number: number;
  readonly lobby: LobbyState;
  tickAt: number;
  people: Map<Region, number>;
  sockets: number;
  inbound: number;
}

export interface Observed {
  /** Milliseconds of honest people from `seek` to `match`. */
  readonly waits: number[];
  matches: number;
  sameLanguage: number;
  /** Pairs of two who named interests, and of those the ones with one in common. */
  withInterests: number;
  sharedInterest: number;
  rematches: number;
  crossings: number;
  objectCalls: number;
  framesIn: number;
  connectedMs: number;
  /** Seconds at which somebody had waited over 12 s while a compatible person was free. */
  needlessly: number;
  readonly shards: Map<Region, number>;
}

export interface WorldOptions {
  readonly seed: number;
  readonly people: ReadonlyMap<Region, number>;
  readonly bots: number;
  /** Regions begin with what they would have grown to. */
  readonly shards: ReadonlyMap<Region, number>;
}

export class World {
  now = 1_000_000_000;
  measuring = false;
  readonly observed: Observed = {
    waits: [],
    matches: 0,
    sameLanguage: 0,
    withInterests: 0,
    sharedInterest: 0,
    rematches: 0,
    crossings: 0,
    objectCalls: 0,
    framesIn: 0,
    connectedMs: 0,
    needlessly: 0,
    shards: new Map(),
  };
  readonly #random: () => number;
  readonly #agenda = new Agenda();
  readonly #directories = new Map<Region, DirectoryState>();
  readonly #shards = new Map<string, Shard>();
  readonly #people = new Map<string, Person>();
  readonly #matches = new Map<string, { people: Person[]; done: boolean }>();
  readonly #heardNow = (): number => this.now;
  readonly #drawId = (): string => `m${this.#ids++}`;
  #ids = 0;

  constructor({ seed, people, bots, shards }: WorldOptions) {
    const random = chance(seed);
    this.#random = random;
    for (const region of Object.keys(PARENTS) as Region[]) {
      const count = shards.get(region);
      const shape = count === undefined ? undefined : { shards: count, open: true };
      this.#directories.set(region, createDirectory(region, shape));
    }
    const every = [...people].flatMap(([region, count]) =>
      Array.from({ length: Math.round(count) }, () => region),
    );
    for (const region of every) this.#later(random() * 20_000, () => this.#arrive(region, false));
    for (let bot = 0; bot < bots; bot++) {
      const region = every[Math.floor(random() * every.length)]!;
      this.#later(random() * 20_000, () => this.#arrive(region, true));
    }
    this.#every(REPORT_EVERY_MS, () => this.#reports());
    this.#every(1_000, () => this.#watch());
  }

  run(ms: number): void {
    const end = this.now + ms;
    for (let due = this.#agenda.next(end); due !== undefined; due = this.#agenda.next(end)) {
      this.now = Math.max(this.now, Math.floor(due.at));
      due.act();
    }
    this.now = end;
    for (const [region, { open, shards }] of this.#directories) {
      this.observed.shards.set(region, open ? shards : 0);
    }
  }

  #context(): Context {
    return {
      now: this.now,
      heardAt: this.#heardNow,
      drawId: this.#drawId,
      random: this.#random,
    };
  }

  // — people —

  #arrive(region: Region, bot: boolean): void {
    const sid = `p${this.#ids++}`;
    const person: Person = {
      sid,
      region,
      bot,
      languages: languagesOf(region, this.#random),
      interests: interestsOf(this.#random),
      shard: this.#shardFor(region, sid),
      recents: [],
      soughtAt: this.now,
      match: undefined,
    };
    const { shard } = person;
    shard!.sockets++;
    shard!.people.set(region, (shard!.people.get(region) ?? 0) + 1);
    this.#people.set(sid, person);
    const connect = { sid, handle: sid, tier: "open", region, relay: "relay" } as const;
    this.#play(shard!, { type: "connect", ...connect });
    this.#seek(person);
  }

  #leave(person: Person): void {
    const { shard, sid, region } = person;
    this.#people.delete(sid);
    shard!.sockets--;
    shard!.people.set(region, (shard!.people.get(region) ?? 1) - 1);
    this.#play(shard!, { type: "disconnect", sid });
    this.#later(500, () => this.#arrive(region, person.bot));
  }

  #seek(person: Person): void {
    if (!this.#people.has(person.sid)) return;
    person.soughtAt = this.now;
    person.match = undefined;
    this.#play(person.shard!, {
      type: "seek",
      sid: person.sid,
      wish: {
        sealKey: "",
        languages: person.languages,
        interests: person.interests,
        relay: "relay",
        reach: "world",
        mode: "video",
        recents: person.recents,
        blocks: NOBODY,
      },
    });
  }

  #matched(person: Person, match: string, partner: string): void {
    person.match = match;
    const known = this.#matches.get(match);
    const meeting = known ?? { people: [], done: false };
    meeting.people.push(person);
    if (known === undefined) this.#matches.set(match, meeting);
    if (this.measuring) {
      if (!person.bot) this.observed.waits.push(this.now - person.soughtAt);
      if (person.recents.includes(partner)) this.observed.rematches++;
    }
    person.recents = [partner, ...person.recents].slice(0, 8);
    this.#later(60, () => this.#say(person, match, "ack"));
    if (meeting.people.length < 2) return;
    const [one, two] = meeting.people as [Person, Person];
    this.#observe(one, two);
    const bot = one.bot || two.bot;
    const ms = bot ? NEXT_REFILL_MS : CONNECT_MS + callMs(this.#random);
    for (const each of [one, two]) {
      this.#later(CONNECT_MS, () => this.#say(each, match, "up"));
    }
    this.#later(ms, () => {
      this.#matches.delete(match);
      const who = one.bot || (!two.bot && this.#random() < 0.5) ? one : two;
      if (who.match !== match) return;
      if (this.measuring && !bot) this.observed.connectedMs += 2 * Math.max(0, ms - CONNECT_MS);
      if (!who.bot && this.#random() < LEAVING) this.#leave(who);
      else this.#seek(who);
    });
  }

  #say(person: Person, match: string, type: "ack" | "up"): void {
    if (person.match !== match || !this.#people.has(person.sid)) return;
    this.#play(person.shard!, { type, sid: person.sid, match });
  }

  // — lobbies —

  #play(shard: Shard, event: LobbyEvent): void {
    if (event.type !== "tick") {
      shard.inbound++;
      if (this.measuring) this.observed.framesIn++;
    }
    this.#perform(shard, step(shard.lobby, event, this.#context()).effects);
    this.#arm(shard);
  }

  #perform(shard: Shard, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === "introduce") {
        const person = this.#people.get(effect.to);
        if (person !== undefined) this.#matched(person, effect.match.match, effect.partnerHandle);
      } else if (effect.kind === "send" && effect.message.type === "gone") {
        const person = this.#people.get(effect.to);
        // A secured call is over on both pages at once.
        this.#later(BREATH_MS, () => {
          if (person !== undefined) this.#seek(person);
        });
      } else if (effect.kind === "look") this.#look(shard, effect.to, effect.rung);
      else if (effect.kind === "call") {
        const to = this.#shards.get(effect.shard)!;
        const way = to.region === shard.region ? NEAR_MS : FAR_MS;
        this.#called();
        this.#later(way, () => {
          const request = { type: "peer", from: shard.name, request: effect.request } as const;
          const { answer, effects: there } = step(to.lobby, request, this.#context());
          this.#perform(to, there);
          this.#arm(to);
          this.#later(way, () => {
            this.#perform(
              shard,
              step(
                shard.lobby,
                { type: "answer", call: effect.call, answer: answer! },
                this.#context(),
              ).effects,
            );
            this.#arm(shard);
          });
        });
      }
    }
  }

  #look(shard: Shard, sid: string, rung: number): void {
    this.#report(shard);
    const name = RUNGS[rung];
    const regions = name === undefined || name === "shard" ? [] : regionsWithin(shard.region, name);
    this.#called(regions.length);
    this.#later(regions.length > 1 ? 2 * FAR_MS : 2 * NEAR_MS, () => {
      const views = regions.map((region) => viewOf(this.#directories.get(region)!));
      const shards = busiest(views, this.#random, 4)
        .map((found) => shardName({ ...found, tier: "open" }))
        .filter((each) => each !== shard.name)
        .slice(0, 3);
      this.#play(shard, { type: "found", sid, shards });
    });
  }

  #arm(shard: Shard): void {
    const at = nextTick(shard.lobby) ?? Infinity;
    if (at >= shard.tickAt || at === Infinity) return;
    shard.tickAt = at;
    this.#agenda.add(Math.max(at, this.now), () => {
      if (shard.tickAt !== at) return;
      shard.tickAt = Infinity;
      this.#play(shard, { type: "tick" });
    });
  }

  #shardFor(region: Region, sid: string): Shard {
    let at = region;
    for (;;) {
      const parent = PARENTS[at];
      const state = this.#directories.get(at)!;
      if (state.open || parent === undefined) {
        const number = choose(viewOf(state), sid);
        return this.#shard(shardName({ region: at, tier: "open", number }));
      }
      at = parent;
    }
  }

  #shard(name: string): Shard {
    const known = this.#shards.get(name);
    if (known !== undefined) return known;
    const { region, number } = readShardName(name)!;
    const shard: Shard = {
      name,
      region,
      number,
      lobby: createLobby(name, this.now),
      tickAt: Infinity,
      people: new Map(),
      sockets: 0,
      inbound: 0,
    };
    this.#shards.set(name, shard);
    return shard;
  }

  #reports(): void {
    for (const shard of this.#shards.values()) {
      this.#report(shard, (shard.inbound * 1_000) / REPORT_EVERY_MS);
      shard.inbound = 0;
    }
  }

  #report(shard: Shard, inboundPerSecond = 0): void {
    this.#called();
    const { name, number, region, sockets, people } = shard;
    const waiting = countWaiting(shard.lobby.buckets);
    const load = { sockets, waiting, inboundPerSecond, overloaded: false };
    for (const [each, count] of people) {
      const state = this.#directories.get(each)!;
      if (each !== region) report(state, { shard: name, people: count }, this.now);
    }
    const own = { number, load };
    report(
      this.#directories.get(region)!,
      { shard: name, own, people: people.get(region) ?? 0 },
      this.now,
    );
  }

  // — observing —

  #observe(one: Person, two: Person): void {
    if (!this.measuring) return;
    const { observed } = this;
    observed.matches++;
    if (one.shard !== two.shard) observed.crossings++;
    if (one.languages.some((each) => two.languages.includes(each))) observed.sameLanguage++;
    if (one.interests.length === 0 || two.interests.length === 0) return;
    observed.withInterests++;
    if (one.interests.some((each) => two.interests.includes(each))) observed.sharedInterest++;
  }

  #watch(): void {
    if (!this.measuring) return;
    const waiting = [...this.#shards.values()].flatMap(({ lobby }) =>
      [...lobby.people.values()].flatMap(({ state }) =>
        state.name === "waiting" ? [state.ticket] : [],
      ),
    );
    for (const ticket of waiting) {
      if (this.now - ticket.since <= 12_000) continue;
      if (waiting.some((other) => compatible(ticket, other))) this.observed.needlessly++;
    }
  }

  #called(count = 1): void {
    if (this.measuring) this.observed.objectCalls += count;
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

const NOBODY: ReadonlySet<string> = new Set();
