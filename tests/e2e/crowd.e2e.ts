/** Thousands of real sockets on the real edge in raw workerd. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CLOSE_CODES } from "../../protocol/close-codes.ts";
import { RESTART_SPREAD_MS } from "../../protocol/limits.ts";
import type { EdgeMessage, Preferences } from "../../protocol/messages.ts";
import { Guest, networkNumber, openGuests } from "../support/workerd/guest.ts";
import { startEdge, type RunningEdge } from "../support/workerd/edge.ts";

let edge: RunningEdge;
let guests: Guest[] = [];

beforeEach(async () => {
  edge = await startEdge();
});
afterEach(async () => {
  for (const { socket } of guests) socket.terminate();
  guests = [];
  await edge.stop();
});

async function crowd(
  count: number,
  preferences?: (index: number) => Preferences,
): Promise<Guest[]> {
  const people = await openGuests(count, async (index) => {
    const ticket = await edge.ticket();
    const network = networkNumber(index);
    const wish = preferences?.(index);
    return new Guest({
      url: edge.url,
      ticket,
      network,
      ...(wish !== undefined && { preferences: wish }),
    });
  });
  guests.push(...people);
  for (const guest of people) guest.onMatch = () => guest.send("ack");
  return people;
}

async function until(question: () => boolean, ms: number): Promise<number> {
  const begin = performance.now();
  while (!question() && performance.now() - begin < ms) await sleep(20);
  return performance.now() - begin;
}

function pairs(people: readonly Guest[]): Map<string, number> {
  const count = new Map<string, number>();
  for (const { match } of people) if (match) count.set(match, (count.get(match) ?? 0) + 1);
  return count;
}

function alone(people: readonly Guest[]): Guest[] {
  const seats = pairs(people);
  return people.filter(({ match }) => match === undefined || seats.get(match) !== 2);
}

/** Everybody within one second, each in turn. */
async function seekWithinOneSecond(people: readonly Guest[]): Promise<void> {
  const begin = performance.now();
  for (const [index, guest] of people.entries()) {
    if (index % 50 === 0) {
      await sleep(Math.max(0, begin + (900 * index) / people.length - performance.now()));
    }
    guest.seek();
  }
}

/** As a page does: a shard that is late says 4503, and the pause is the page's. */
async function comeBack(
  { ticket, resume, preferences }: Guest,
  index: number,
  onMessage: (message: EdgeMessage) => void,
): Promise<Guest> {
  for (let token = resume; ;) {
    const again = new Guest({
      url: edge.url,
      ticket,
      resume: token,
      network: networkNumber(index),
      preferences,
    });
    again.onMessage = onMessage;
    try {
      await again.welcomed;
      return again;
    } catch (cause) {
      if (again.closed !== CLOSE_CODES.busy.code) throw cause;
    }
    token = again.resume ?? token;
    await sleep(300 + 700 * Math.random());
  }
}

describe("a crowd", () => {
  it("P-24, P-31: 5,000 sockets that seek within one second are all in pairs, but for one", async () => {
    const people = await crowd(5_000);
    await seekWithinOneSecond(people);
    await until(() => alone(people).length <= 1, 60_000);
    expect(alone(people).length).toBeLessThanOrEqual(1);
    expect([...pairs(people).values()].filter((count) => count > 2)).toEqual([]);
  }, 240_000);

  it("P-35, P-37: a fifth is cut without a word in the middle of the burst, and who is left is in pairs again", async () => {
    const people = await crowd(2_000);
    const dead = people.filter((_, index) => index % 5 === 0);
    const alive = people.filter((_, index) => index % 5 !== 0);
    // A page that is left seeks again at once.
    for (const guest of alive) {
      guest.onMessage = ({ type }) => {
        if (type === "gone") guest.seek();
      };
    }
    const burst = seekWithinOneSecond(people);
    await until(() => alive.some(({ match }) => match !== undefined), 10_000);
    for (const { socket } of dead) socket.terminate();
    await burst;
    const took = await until(() => alone(alive).length <= 1, 30_000);
    expect(alone(alive).length).toBeLessThanOrEqual(1);
    // The goal of 3 s is the bench's to judge: here, others use the machine as well.
    console.log(`paired again within ${Math.round(took)} ms`);
  }, 240_000);

  it("P-48, P-49, P-51: everything restarts with 1,000 pairs and 200 waiting: all are back, each where they were", async () => {
    const paired = await crowd(2_000);
    await seekWithinOneSecond(paired);
    await until(() => alone(paired).length === 0, 30_000);
    for (const guest of paired) guest.send("up");
    // Nobody else speaks their language, and they meet nobody without it.
    const lonely = await crowd(200, (index) => ({
      languages: [`q${String.fromCharCode(97 + (index % 26), 97 + Math.floor(index / 26))}`],
      interests: [],
      relay: "direct",
      reach: "language",
    }));
    for (const guest of lonely) guest.seek();
    await until(() => guests.every(({ resume }) => resume !== undefined), 30_000);
    expect(guests.filter(({ resume }) => resume === undefined)).toEqual([]);
    const matches = new Map(paired.map((guest) => [guest, guest.match!]));

    await edge.restart();
    const begin = performance.now();
    const heard = new Set<Guest>();
    const waited: number[] = [];
    const back = await Promise.all(
      guests.map(async (before, index) => {
        await sleep(Math.random() * RESTART_SPREAD_MS);
        const again = await comeBack(before, index, (message) => {
          if (message.type === "seal" && message.match === matches.get(before)) heard.add(before);
          if (message.type === "waiting") waited.push(message.waited);
        });
        again.match = before.match;
        if (index >= paired.length) again.seek();
        return again;
      }),
    );
    const rebound = performance.now() - begin;
    for (const [index, again] of back.entries()) if (index < paired.length) again.seal("back");
    await until(() => heard.size === paired.length && waited.length >= lonely.length, 15_000);
    for (const { socket } of back) socket.terminate();
    expect(heard.size).toBe(paired.length);
    expect(Math.min(...waited)).toBeGreaterThan(1_000);
    console.log(`all back within ${Math.round(rebound)} ms`);
  }, 240_000);
});
