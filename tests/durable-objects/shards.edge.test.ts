import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Lobby } from "../../durable-objects/index.ts";
import { recordLag } from "../../durable-objects/lobby/load-meter.ts";
import { Person, connectPair, type Wishes } from "../support/edge/person.ts";
import { arriveAt, directory, lobby, setShards, steerTo } from "../support/edge/shards.ts";
import { crash, pause, sleep, withoutTimers } from "../support/edge/sleep.ts";

/** Long enough for every rung. */
const AGED_MS = 6_000;

async function leave(...people: Person[]): Promise<void> {
  for (const person of people) person.close();
  await pause(30);
}

/** One person in each of two shards. */
async function apart(): Promise<[Person, Person]> {
  return [await arriveAt(0, AGED_MS), await arriveAt(1, AGED_MS)];
}

async function meet(ann: Person, bob: Person, wishes: Wishes = {}) {
  ann.seek(wishes);
  await ann.hears("waiting");
  // Whoever waits is known once the lobby has asked around for them.
  await pause(50);
  bob.seek(wishes);
  const [first, second] = await Promise.all([ann.hears("match"), bob.hears("match")]);
  return { first, second };
}

beforeEach(() => setShards(2));
afterEach(() => setShards(1));

describe("two shards of one region", () => {
  it("P-45: really are two", async () => {
    const [ann, bob] = await apart();
    for (const number of [0, 1]) {
      const here = await runInDurableObject(lobby(number), (_, ctx) => ctx.getWebSockets().length);
      expect(here).toBe(1);
    }
    await leave(ann, bob);
  });

  it("P-24, P-25, P-33, P-45: people of two shards meet, talk and part as people of one do", async () => {
    const [ann, bob] = await apart();
    const { first, second } = await meet(ann, bob);
    expect(second.match).toBe(first.match);
    expect([first.role, second.role]).toEqual(["initiator", "responder"]);
    expect(first.partner.sealKey).toBe(bob.sealKey);
    expect(second.partner.sealKey).toBe(ann.sealKey);
    const { match } = first;
    ann.say({ type: "seal", match, epoch: 0, body: "offer" });
    expect(await bob.hears("seal")).toMatchObject({ match, epoch: 0, body: "offer" });
    for (const body of ["a", "b", "c"]) bob.say({ type: "seal", match, epoch: 0, body });
    for (const body of ["a", "b", "c"]) expect(await ann.hears("seal")).toMatchObject({ body });
    for (const person of [ann, bob]) person.say({ type: "up", match });
    await pause(50);
    // More than the whole connecting time of a one-sided pair would take to lapse.
    expect([...(await ann.heardSoFar()), ...(await bob.heardSoFar())]).toEqual([]);
    ann.next(match, { recents: [first.capsules.recent] });
    expect(await bob.hears("gone")).toMatchObject({ match, reason: "next" });
    await leave(ann, bob);
  });

  it("P-19, P-43: without any resumed place the ladder brings them together by itself", async () => {
    await steerTo(0);
    const ann = await Person.greeted();
    ann.seek();
    await ann.hears("waiting");
    await steerTo(1);
    const bob = await Person.greeted();
    bob.seek();
    expect(await bob.hears("waiting")).toMatchObject({ rung: "shard" });
    const { match } = await bob.hears("match");
    expect(await ann.hears("match")).toMatchObject({ match });
    await leave(ann, bob);
  });

  it("P-41, P-45: a whole meeting, both lobbies asleep after each frame", () =>
    withoutTimers(async () => {
      const [ann, bob] = await apart();
      await sleep();
      const { first } = await meet(ann, bob);
      const { match } = first;
      await sleep();
      ann.say({ type: "seal", match, epoch: 0, body: "offer" });
      await bob.hears("seal");
      await sleep();
      bob.say({ type: "seal", match, epoch: 0, body: "answer" });
      await ann.hears("seal");
      await sleep();
      ann.say({ type: "seal", match, epoch: 0, body: "more" });
      expect(await bob.hears("seal")).toMatchObject({ body: "more" });
      await sleep();
      ann.say({ type: "up", match });
      await ann.heardSoFar();
      await pause(20);
      await sleep();
      bob.say({ type: "up", match });
      await bob.heardSoFar();
      await pause(20);
      await sleep();
      bob.say({ type: "bye", match });
      expect(await ann.hears("gone")).toMatchObject({ match, reason: "left" });
      await leave(ann, bob);
    }));

  it("P-35, P-45: a socket lost before both are up is told across shards", async () => {
    const [ann, bob] = await apart();
    const { first } = await meet(ann, bob);
    ann.close();
    expect(await bob.hears("gone")).toMatchObject({ match: first.match, reason: "lost" });
    await leave(bob);
  });

  it("P-32, P-45: each shard finds out about its own silent person", async () => {
    const [ann, bob] = await apart();
    const { first } = await meet(ann, bob);
    ann.say({ type: "ack", match: first.match });
    expect(await ann.hears("gone")).toMatchObject({ reason: "silent" });
    expect(await bob.hears("closed")).toMatchObject({ code: 4408 });
    await leave(ann);
  });

  it("P-46: a lobby that lost everything is found out, and the other person is told", async () => {
    const left = await withoutTimers(async () => {
      const [ann, bob] = await apart();
      const { first } = await meet(ann, bob);
      for (const person of [ann, bob]) person.say({ type: "ack", match: first.match });
      await pause(50);
      await crashOne(1);
      await bob.hears("closed");
      await sleep();
      return { ann, match: first.match };
    });
    const { ann, match } = left;
    // Any frame wakes the lobby, and with it the timer.
    ann.say({ type: "ack", match });
    expect(await ann.hears("gone")).toMatchObject({ match, reason: "lost" });
    await leave(ann);
  });

  it("P-28, P-45: a block counts across shards", async () => {
    const [ann, bob] = await apart();
    const { first } = await meet(ann, bob);
    ann.next(first.match, { blocks: [first.capsules.block] });
    await bob.hears("gone");
    bob.seek();
    await pause(1_500);
    expect(await ann.heardSoFar()).not.toContain("match");
    await leave(ann, bob);
  });
});

describe("coming back", () => {
  it("P-49: a lobby that crashed in the middle of a call seats both again", async () => {
    await setShards(1);
    const [ann, bob] = [await Person.greeted(), await Person.greeted()];
    const { match } = await connectPair(ann, bob);
    await Promise.all([ann.hasResume(), bob.hasResume()]);
    await crash();
    await Promise.all([ann.hears("closed"), bob.hears("closed")]);
    const back = await Person.greeted(ann.ticket, ann.resume);
    expect(await back.heardSoFar()).toEqual([]);
    const other = await Person.greeted(bob.ticket, bob.resume);
    back.say({ type: "seal", match, epoch: 1, body: "restart" });
    expect(await other.hears("seal")).toMatchObject({ match, body: "restart" });
    other.next(match);
    expect(await back.hears("gone")).toMatchObject({ match, reason: "next" });
    await leave(back, other);
  });

  it("P-45, P-49: so do two lobbies, and a page goes back to the one it was in", async () => {
    const [ann, bob] = await apart();
    const { first } = await meet(ann, bob);
    const { match } = first;
    for (const person of [ann, bob]) {
      person.resume = undefined;
      person.say({ type: "up", match });
    }
    await Promise.all([ann.hasResume(), bob.hasResume()]);
    await crash();
    await Promise.all([ann.hears("closed"), bob.hears("closed")]);
    // The directory would now send both to the same one.
    await steerTo(0);
    const other = await Person.greeted(bob.ticket, bob.resume);
    const back = await Person.greeted(ann.ticket, ann.resume);
    other.say({ type: "seal", match, epoch: 1, body: "restart" });
    expect(await back.hears("seal")).toMatchObject({ match, body: "restart" });
    await leave(back, other);
  });

  it("P-48: a place in the queue outlives the lobby, with the time waited", () =>
    withoutTimers(async () => {
      const ann = await arriveAt(0, AGED_MS);
      ann.seek();
      await ann.hears("waiting");
      await ann.hasResume();
      await crash();
      await ann.hears("closed");
      const back = await Person.greeted(ann.ticket, ann.resume);
      back.seek();
      const { waited, rung } = await back.hears("waiting");
      expect(waited).toBeGreaterThanOrEqual(AGED_MS);
      expect(rung).toBe("world");
      await leave(back);
    }));

  it("P-47: a token of somebody else, of nobody, or with a flipped bit resumes nothing", async () => {
    await setShards(1);
    const [ann, bob] = [await Person.greeted(), await Person.greeted()];
    const { match } = await connectPair(ann, bob);
    await Promise.all([ann.hasResume(), bob.hasResume()]);
    const flipped = `${ann.resume!.slice(0, -2)}${ann.resume!.endsWith("AA") ? "BB" : "AA"}`;
    await crash();
    await Promise.all([ann.hears("closed"), bob.hears("closed")]);
    for (const token of [ann.resume!, flipped, "A".repeat(200), "%%%"]) {
      const villain = await Person.greeted(undefined, token);
      villain.say({ type: "seal", match, epoch: 0, body: "x" });
      expect(await villain.hears("error")).toMatchObject({ code: "unexpected" });
      await leave(villain);
    }
  });

  it("P-50: when there are fewer shards, whoever is in no meeting is moved with the place", async () => {
    const ann = await arriveAt(1, AGED_MS);
    await setShards(1);
    ann.seek();
    const { token, ms } = await ann.hears("move");
    expect(ms).toBeLessThan(2_000);
    const moved = await Person.greeted(ann.ticket, token);
    moved.seek();
    expect((await moved.hears("waiting")).waited).toBeGreaterThanOrEqual(AGED_MS);
    const here = await runInDurableObject(lobby(0), (_, ctx) => ctx.getWebSockets().length);
    expect(here).toBe(1);
    await leave(ann, moved);
  });

  it("P-50: who is in a call is not moved", async () => {
    await steerTo(1);
    const ann = await Person.greeted();
    const bob = await Person.greeted();
    const { match } = await connectPair(ann, bob);
    const cyd = await arriveAt(1, AGED_MS);
    await setShards(1);
    cyd.seek();
    await cyd.hears("move");
    expect([...(await ann.heardSoFar()), ...(await bob.heardSoFar())]).toEqual([]);
    ann.say({ type: "seal", match, epoch: 0, body: "here" });
    await bob.hears("seal");
    await leave(ann, bob, cyd);
  });
});

describe("a late shard", () => {
  it("P-52: sends newcomers elsewhere and serves whoever is there", async () => {
    await setShards(1);
    const [ann, bob] = [await Person.greeted(), await Person.greeted()];
    await runInDurableObject(lobby(0), (late: Lobby) => {
      late.crowd = 2;
      recordLag(late.meter, Date.now() - 1_000, Date.now());
    });
    const late = await Person.connect();
    late.say({ type: "hello", version: 1 });
    expect((await late.hears("move")).ms).toBeLessThan(2_000);
    expect(await late.hears("closed")).toMatchObject({ code: 4503 });
    const { match } = await connectPair(ann, bob);
    expect(match).toBeTruthy();
    await leave(ann, bob);
    await runInDurableObject(lobby(0), (late: Lobby) => {
      late.crowd = Infinity;
    });
  });
});

describe("caps", () => {
  it("P-44: voice meets voice, and never video", async () => {
    await setShards(1);
    const [ann, bob, cyd] = [
      await Person.greeted(),
      await Person.greeted(),
      await Person.greeted(),
    ];
    ann.seek({ mode: "voice" });
    bob.seek({ mode: "video" });
    cyd.seek({ mode: "voice" });
    const { match } = await ann.hears("match");
    expect(await cyd.hears("match")).toMatchObject({ match });
    expect(await bob.heardSoFar()).not.toContain("match");
    await leave(ann, bob, cyd);
  });
});

describe("P-40: what is written down", () => {
  it("the directory keeps the number of shards and nothing else, a lobby nothing at all", async () => {
    const ann = await arriveAt(1, AGED_MS);
    ann.seek();
    await ann.hears("waiting");
    const kept = await runInDurableObject(directory(), (_, { storage }) => storage.list());
    expect([...kept]).toEqual([["shape", { shards: 2, open: true }]]);
    const none = await runInDurableObject(lobby(1), (_: Lobby, { storage }) => storage.list());
    expect([...none]).toEqual([]);
    await leave(ann);
  });
});

async function crashOne(number: number): Promise<void> {
  const { evictDurableObject } = await import("cloudflare:test");
  await evictDurableObject(lobby(number), { webSockets: "close" });
}
