/** The matcher on a table of its own: a clock that is moved by hand, chance from a seed, people by name. */
import { nextTick, restore, step } from "../../durable-objects/lobby/matcher.ts";
import {
  createLobby,
  type Context,
  type Effect,
  type LobbyEvent,
  type LobbyState,
  type Outcome,
} from "../../durable-objects/lobby/state.ts";
import type { Person } from "../../durable-objects/lobby/people.ts";
import type { Wish } from "../../durable-objects/lobby/ticket.ts";

export interface Standing {
  tier?: string;
  relay?: "relay" | "direct";
  region?: string;
}

export class LobbyGame {
  now = 1_000_000;
  lobby: LobbyState = createLobby("l1:weur:open:0", this.now);
  readonly effects: Effect[] = [];
  /** Last time each socket was heard. */
  readonly heard = new Map<string, number>();
  /** What was written to each socket's attachment, and nothing newer. */
  readonly #attachments = new Map<string, Person>();
  #ids = 0;

  readonly #context = (): Context => ({
    now: this.now,
    heardAt: (sid) => this.heard.get(sid) ?? 0,
    drawId: () => `match-${this.#ids++}`,
    random: () => 0.5,
  });

  play(event: LobbyEvent): Effect[] {
    if ("sid" in event) this.heard.set(event.sid, this.now);
    return this.#perform(step(this.lobby, event, this.#context()));
  }

  join(sid: string, { tier = "open", relay = "direct", region = "weur" }: Standing = {}): void {
    this.play({ type: "connect", sid, handle: handleOf(sid), tier, region, relay });
  }

  seek(sid: string, wish: Partial<Wish> = {}): Effect[] {
    return this.play({ type: "seek", sid, wish: wishOf(sid, wish) });
  }

  arrive(sid: string, wish: Partial<Wish> = {}, standing: Standing = {}): Effect[] {
    this.join(sid, standing);
    return this.seek(sid, wish);
  }

  /** Moves the clock, playing every tick at its own time. All sockets keep pinging unless named. */
  pass(ms: number, silent: readonly string[] = []): Effect[] {
    const from = this.effects.length;
    // A real timer counts elapsed time, so a clock that was set back is noticed when it rings.
    this.play({ type: "tick" });
    const end = this.now + ms;
    for (let at = nextTick(this.lobby); at !== undefined && at <= end; at = nextTick(this.lobby)) {
      this.now = Math.max(this.now, at);
      this.#ping(silent);
      this.play({ type: "tick" });
    }
    this.now = end;
    this.#ping(silent);
    return this.effects.slice(from);
  }

  /** Puts the lobby to sleep and wakes it from what was kept with each socket that is still there. */
  sleep(lost: readonly string[] = []): Effect[] {
    const here = [...this.lobby.people.keys()].filter((sid) => !lost.includes(sid));
    const kept = here.map((sid) => this.#attachments.get(sid)!);
    const { lobby, outcome } = restore(this.lobby.name, structuredClone(kept), this.#context());
    this.lobby = lobby;
    return this.#perform(outcome);
  }

  partnerOf(sid: string): string | undefined {
    const meeting = this.meetingOf(sid);
    if (meeting === undefined) return undefined;
    const { initiator, responder } = meeting;
    return initiator.sid === sid ? responder.sid : initiator.sid;
  }

  meetingOf(sid: string) {
    const state = this.lobby.people.get(sid)?.state;
    return state?.name === "paired" ? state.meeting : undefined;
  }

  stateOf(sid: string): string | undefined {
    return this.lobby.people.get(sid)?.state.name;
  }

  /** Introduces two and brings both up. */
  call(one: string, two: string): string {
    this.arrive(one);
    this.arrive(two);
    const match = this.meetingOf(one)!.id;
    this.play({ type: "up", sid: one, match });
    this.play({ type: "up", sid: two, match });
    return match;
  }

  #perform({ touched, effects }: Outcome): Effect[] {
    for (const sid of touched) {
      const person = this.lobby.people.get(sid);
      if (person !== undefined) this.#attachments.set(sid, structuredClone(person));
    }
    this.effects.push(...effects);
    return effects;
  }

  #ping(silent: readonly string[]): void {
    for (const sid of this.lobby.people.keys()) {
      if (!silent.includes(sid)) this.heard.set(sid, this.now);
    }
  }
}

export function handleOf(sid: string): string {
  return `handle-${sid}`;
}

export function wishOf(sid: string, wish: Partial<Wish> = {}): Wish {
  return {
    sealKey: `key-${sid}`,
    languages: [],
    interests: [],
    relay: "direct",
    reach: "world",
    mode: "video",
    recents: [],
    blocks: new Set(),
    ...wish,
  };
}

/** What one person was told, in order: tags and reasons only; what it may bring back left out. */
export function told(effects: readonly Effect[], sid: string): string[] {
  return effects
    .filter((effect) => "to" in effect && effect.to === sid)
    .filter(({ kind }) => kind !== "look" && kind !== "resume")
    .map((effect) => {
      if (!("match" in effect || "message" in effect || "reason" in effect)) return effect.kind;
      if (effect.kind === "introduce") return `match ${effect.match.role}`;
      if (effect.kind === "close") return `close ${effect.reason}`;
      const { message } = effect;
      if (message.type === "gone") return `gone ${message.reason}`;
      if (message.type === "error") return `error ${message.code}`;
      if (message.type === "waiting") {
        const { level, rung } = message;
        return rung === "shard" ? `waiting ${level}` : `waiting ${level} ${rung}`;
      }
      return message.type;
    });
}
