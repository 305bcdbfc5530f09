import { describe, expect, it } from "vitest";
import { WIDENING } from "../../protocol/widening.ts";
import { compatible } from "../../durable-objects/lobby/compatibility.ts";
import { bothUp } from "../../durable-objects/lobby/people.ts";
import type { Wish } from "../../durable-objects/lobby/ticket.ts";
import { chance } from "../support/chance/chance.ts";
import { LobbyGame, handleOf } from "./lobby-game.ts";

const NAMES = Array.from({ length: 40 }, (_, index) => `p${index}`);
const TIERS = ["open", "proven"];

/** A crowd that does everything a crowd can do, in any order. */
class Crowd {
  readonly game = new LobbyGame();
  readonly wishes = new Map<string, Wish>();
  /** Half-open: the lobby still counts the socket, but it is not heard any more. */
  readonly dead = new Set<string>();
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = chance(seed);
  }

  act(): void {
    const { game } = this;
    const sid = this.#pick(NAMES);
    const match = game.meetingOf(sid)?.id ?? "none";
    const dice = this.#random();
    // Somebody who is half-open says nothing until a new socket replaces the old one.
    if (this.dead.has(sid) && dice < 0.78) return;
    if (dice < 0.1) this.#connect(sid);
    else if (dice < 0.45) this.#seek(sid);
    else if (dice < 0.55) game.play({ type: "ack", sid, match });
    else if (dice < 0.65) game.play({ type: "seal", sid, match, epoch: 0, body: "x" });
    else if (dice < 0.75) game.play({ type: "up", sid, match });
    else if (dice < 0.78) game.play({ type: "bye", sid });
    else if (dice < 0.81) game.play({ type: "disconnect", sid });
    else if (dice < 0.82) this.dead.add(sid);
    else if (dice < 0.97) game.pass(this.#random() * 2_000, [...this.dead]);
    else if (dice < 0.98) game.pass(this.#random() * 90_000, [...this.dead]);
    else if (dice < 0.99) game.now -= Math.floor(this.#random() * 600_000);
    else game.sleep();
  }

  #connect(sid: string): void {
    this.dead.delete(sid);
    const relay = this.#random() < 0.5 ? "relay" : "direct";
    // The tier belongs to the name, as it belongs to a session.
    this.game.join(sid, { tier: TIERS[sid.length % TIERS.length]!, relay });
  }

  #seek(sid: string): void {
    const some = <Item>(items: readonly Item[], likely: number) =>
      items.filter(() => this.#random() < likely);
    const wish: Partial<Wish> = {
      languages: some(["en", "de", "fil"], 0.4),
      interests: some(["a", "b", "c", "d"], 0.3),
      recents: some(NAMES, 0.1).slice(0, 8).map(handleOf),
      blocks: new Set(some(NAMES, 0.05).map(handleOf)),
    };
    this.wishes.set(sid, wish as Wish);
    this.game.seek(sid, wish);
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#random() * items.length)]!;
  }
}

/** What must hold after every single step. */
function check({ game, wishes }: Crowd, from: number): void {
  const { lobby } = game;
  const seats = new Map<string, string>();
  for (const meeting of lobby.meetings.values()) {
    for (const { sid } of [meeting.initiator, meeting.responder]) {
      if (seats.has(sid)) throw new Error(`P-24: ${sid} sits in two meetings`);
      seats.set(sid, meeting.id);
      const state = lobby.people.get(sid)?.state;
      const here = state?.name === "paired" && state.meeting === meeting;
      if (!here && !(bothUp(meeting) && lobby.away.get(sid) === meeting.id)) {
        throw new Error(`P-24: ${sid} does not know of ${meeting.id}`);
      }
    }
  }
  for (const { sid, state } of lobby.people.values()) {
    if (state.name === "paired" && seats.get(sid) !== state.meeting.id) {
      throw new Error(`P-24: ${sid} is alone in ${state.meeting.id}`);
    }
  }
  for (const effect of game.effects.slice(from)) {
    if (effect.kind !== "introduce") continue;
    const partner = effect.partnerHandle.slice("handle-".length);
    if (effect.to === partner) throw new Error(`P-28: ${partner} meets themselves`);
    if (wishes.get(effect.to)?.blocks.has(effect.partnerHandle)) {
      throw new Error(`P-28: ${effect.to} meets blocked ${partner}`);
    }
    if (effect.to.length % 2 !== partner.length % 2) throw new Error("P-28: two tiers meet");
  }
}

/** Compatible people who would wait for each other for ever. */
function stranded({ game }: Crowd): string[] {
  const tickets = [...game.lobby.people.values()].flatMap(({ state }) =>
    state.name === "waiting" ? [state.ticket] : [],
  );
  // After a minute nobody may be left on a narrow level, whatever the clock did.
  const narrow = tickets.filter(({ level }) => level < WIDENING.length - 1);
  if (narrow.length > 0) return narrow.map(({ sid, level }) => `${sid} on level ${level}`);
  return tickets.flatMap((one, index) =>
    tickets
      .slice(index + 1)
      .filter((two) => compatible(one, two))
      .map((two) => `${one.sid} and ${two.sid}`),
  );
}

describe("a crowd that does anything in any order", () => {
  // Seeds that once failed are added here and stay.
  it.each(Array.from({ length: 40 }, (_, index) => index + 1))(
    "P-24, P-28, P-31: 25,000 steps from seed %i break no rule and strand nobody",
    (seed) => {
      const crowd = new Crowd(seed);
      for (let count = 0; count < 25_000; count++) {
        const from = crowd.game.effects.length;
        crowd.act();
        check(crowd, from);
        crowd.game.effects.length = 0;
        if (count % 500 !== 499) continue;
        crowd.game.pass(60_000, [...crowd.dead]);
        // A half-open pair hurts nobody; the rest must have found each other.
        for (const sid of crowd.dead) crowd.game.play({ type: "disconnect", sid });
        expect(stranded(crowd), `after ${count} steps`).toEqual([]);
      }
    },
    60_000,
  );
});

describe("twenty people who only press next", () => {
  it("P-22, P-28, P-39: nobody meets the same person twice in a row, and everybody keeps meeting", () => {
    const game = new LobbyGame();
    const random = chance(7);
    const people = NAMES.slice(0, 20);
    const recents = new Map<string, string[]>(people.map((sid) => [sid, []]));
    const last = new Map<string, string>();
    let meetings = 0;
    let again = 0;
    let withinEight = 0;
    const learn = () => {
      for (const effect of game.effects.splice(0)) {
        if (effect.kind !== "introduce") continue;
        meetings++;
        const { to, partnerHandle } = effect;
        const known = recents.get(to)!;
        if (last.get(to) === partnerHandle) again++;
        if (known.includes(partnerHandle)) withinEight++;
        last.set(to, partnerHandle);
        recents.set(to, [partnerHandle, ...known].slice(0, 8));
      }
    };
    const seek = (sid: string) => {
      game.seek(sid, { languages: ["en"], recents: recents.get(sid)! });
      learn();
    };
    for (const sid of people) {
      game.join(sid);
      seek(sid);
    }
    for (let round = 0; round < 4_000; round++) {
      const sid = people[Math.floor(random() * people.length)]!;
      const meeting = game.meetingOf(sid);
      if (meeting !== undefined) {
        // Pages acknowledge at once, and the one who is left seeks again at once.
        const other = game.partnerOf(sid)!;
        for (const each of [sid, other]) game.play({ type: "up", sid: each, match: meeting.id });
        seek(sid);
        seek(other);
      }
      for (const each of people) if (game.stateOf(each) === "idle") seek(each);
      for (const each of game.lobby.meetings.values()) {
        game.play({ type: "ack", sid: each.initiator.sid, match: each.id });
        game.play({ type: "ack", sid: each.responder.sid, match: each.id });
      }
      game.pass(100);
      learn();
    }
    expect(meetings).toBeGreaterThan(4_000);
    expect(again).toBe(0);
    expect(withinEight / meetings).toBeLessThan(0.01);
  });
});
