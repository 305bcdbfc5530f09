import { env } from "cloudflare:workers";
import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import {
  BLOCKS_MAX,
  FRAMES_BURST,
  FRAME_MAX_BYTES,
  NEXT_BURST,
  RECENTS_MAX,
  SEALS_PER_MATCH_MAX,
  SHARD_SOCKETS_MAX,
} from "../../protocol/limits.ts";
import type { Lobby } from "../../durable-objects/index.ts";
import { Person, connectPair, introduce, newTurn } from "../support/edge/person.ts";
import { crash, pause, sleep, withoutTimers } from "../support/edge/sleep.ts";

async function twoPeople(): Promise<[Person, Person]> {
  return Promise.all([Person.greeted(), Person.greeted()]);
}

async function leave(...people: Person[]): Promise<void> {
  for (const person of people) person.close();
  await pause(30);
}

describe("a meeting through the real edge", () => {
  it("P-9, P-14, P-18, P-24, P-25, P-33: session, ticket, socket, seek, match, seal, up, next", async () => {
    const [ann, bob] = await twoPeople();
    const { first, second } = await introduce(ann, bob);
    expect(first.role).toBe("initiator");
    expect(second).toMatchObject({ match: first.match, role: "responder", policy: "relay" });
    expect(first.partner.sealKey).toBe(bob.sealKey);
    expect(second.partner.sealKey).toBe(ann.sealKey);

    ann.say({ type: "seal", match: first.match, epoch: 0, body: "offer" });
    expect(await bob.hears("seal")).toMatchObject({ match: first.match, epoch: 0, body: "offer" });
    bob.say({ type: "seal", match: first.match, epoch: 0, body: "answer" });
    expect(await ann.hears("seal")).toMatchObject({ body: "answer" });
    ann.say({ type: "up", match: first.match });
    bob.say({ type: "up", match: first.match });

    ann.next(first.match, { recents: [first.capsules.recent] });
    expect(await bob.hears("gone")).toMatchObject({ match: first.match, reason: "next" });
    await ann.hears("waiting");
    bob.seek({ recents: [second.capsules.recent] });
    await bob.hears("waiting");
    expect(await ann.heardSoFar()).toEqual([]);

    const { iceServers } = await newTurn(ann.ticket);
    expect(iceServers[0]?.urls).toHaveLength(2);
    await leave(ann, bob);
  });

  it("P-22, P-28: a block capsule keeps somebody away, in whichever direction", async () => {
    const [ann, bob] = await twoPeople();
    const { first } = await introduce(ann, bob);
    ann.next(first.match, { blocks: [first.capsules.block] });
    await ann.hears("waiting");
    await bob.hears("gone");
    bob.seek();
    await bob.hears("waiting");
    const cyd = await Person.greeted();
    cyd.seek();
    const met = await cyd.hears("match");
    // Both were free; the one in front is taken, and the two did not take each other before.
    expect(met.role).toBe("responder");
    await leave(ann, bob, cyd);
  });

  it("P-22: a capsule that the edge did not seal is ignored", async () => {
    const [ann, bob] = await twoPeople();
    const forged = "A".repeat(59);
    ann.seek({ recents: [forged], blocks: Array.from({ length: BLOCKS_MAX }, () => forged) });
    bob.seek();
    await ann.hears("match");
    await leave(ann, bob);
  });
});

describe("P-41: sleep between any two steps", () => {
  it("a whole meeting, asleep after each frame", () =>
    withoutTimers(async () => {
      const [ann, bob] = await twoPeople();
      await sleep();
      ann.seek();
      await ann.hears("waiting");
      await sleep();
      bob.seek();
      const { match } = await ann.hears("match");
      await bob.hears("match");
      await sleep();
      ann.say({ type: "seal", match, epoch: 0, body: "offer" });
      await bob.hears("seal");
      await sleep();
      bob.say({ type: "seal", match, epoch: 0, body: "answer" });
      await ann.hears("seal");
      await sleep();
      ann.say({ type: "up", match });
      await ann.heardSoFar();
      await sleep();
      bob.say({ type: "up", match });
      await bob.heardSoFar();
      await sleep();
      ann.next(match);
      expect(await bob.hears("gone")).toMatchObject({ match, reason: "next" });
      await sleep();
      bob.seek();
      await bob.hears("match");
      await leave(ann, bob);
    }));

  it("P-32: a silent partner is still found out after waking", async () => {
    const [ann, bob] = await twoPeople();
    const match = { id: "" };
    await withoutTimers(async () => {
      const { first } = await introduce(ann, bob);
      match.id = first.match;
      await sleep();
    });
    // Any frame wakes the lobby, and with it the timer.
    ann.say({ type: "ack", match: match.id });
    expect(await ann.hears("gone")).toMatchObject({ reason: "silent" });
    expect(await bob.hears("closed")).toMatchObject({ code: 4408 });
    await leave(ann);
  });

  it("P-35: a partner whose socket is closed during sleep is told as lost", () =>
    withoutTimers(async () => {
      const [ann, bob] = await twoPeople();
      const { first } = await introduce(ann, bob);
      await sleep();
      ann.close();
      expect(await bob.hears("gone")).toMatchObject({ match: first.match, reason: "lost" });
      await leave(bob);
    }));

  it("P-36: sockets that are cut by a restart come back into their call", async () => {
    const [ann, bob] = await twoPeople();
    const { match } = await connectPair(ann, bob);
    ann.close();
    await leave();
    expect(await bob.heardSoFar()).toEqual([]);
    const again = await Person.greeted(ann.ticket);
    again.say({ type: "seal", match, epoch: 1, body: "restart" });
    expect(await bob.hears("seal")).toMatchObject({ epoch: 1, body: "restart" });
    again.say({ type: "bye", match });
    expect(await bob.hears("gone")).toMatchObject({ reason: "left" });
    await leave(again, bob);
  });

  it("P-35: a crash that cuts every socket leaves nobody in the queue", () =>
    withoutTimers(async () => {
      const [ann, bob] = await twoPeople();
      ann.seek();
      await ann.hears("waiting");
      await crash();
      await ann.hears("closed");
      await bob.hears("closed");
      const cyd = await Person.greeted();
      cyd.seek();
      await cyd.hears("waiting");
      expect(await cyd.heardSoFar()).toEqual([]);
      await leave(cyd);
    }));
});

describe("sockets", () => {
  it("P-15: a newer socket of the same session closes the older and has its match", async () => {
    const [ann, bob] = await twoPeople();
    const { first } = await introduce(ann, bob);
    const newer = await Person.greeted(ann.ticket);
    expect(await ann.hears("closed")).toMatchObject({ code: 4409 });
    newer.say({ type: "seal", match: first.match, epoch: 0, body: "x" });
    await bob.hears("seal");
    expect(await bob.heardSoFar()).toEqual([]);
    await leave(newer, bob);
  });

  it("P-35: a socket lost before both are up is told as lost, and the one who stays goes first", async () => {
    const [ann, bob] = await twoPeople();
    const { first } = await introduce(ann, bob);
    ann.close();
    expect(await bob.hears("gone")).toMatchObject({ match: first.match, reason: "lost" });
    bob.seek();
    await bob.hears("waiting");
    await leave(bob);
  });

  it("P-16: a full lobby closes a new socket as busy, and keeps those it has", async () => {
    const [ann, bob] = await twoPeople();
    const setCapacity = async (capacity: number) => {
      for (const id of await listDurableObjectIds(env.LOBBY)) {
        await runInDurableObject(env.LOBBY.get(id), (lobby: Lobby) => {
          lobby.capacity = capacity;
        });
      }
    };
    await setCapacity(2);
    const late = await Person.connect();
    expect(await late.hears("closed")).toMatchObject({ code: 4503 });
    const again = await Person.greeted(ann.ticket);
    expect(await ann.hears("closed")).toMatchObject({ code: 4409 });
    await setCapacity(SHARD_SOCKETS_MAX);
    await leave(again, bob);
  });

  it("P-13: ping is answered, before hello as well", async () => {
    const ann = await Person.connect();
    expect(await ann.heardSoFar()).toEqual([]);
    await leave(ann);
  });

  it("P-14: nothing works before hello", async () => {
    const ann = await Person.connect();
    ann.seek();
    expect(await ann.hears("error")).toMatchObject({ code: "unexpected", detail: "seek" });
    await leave(ann);
  });

  it("P-23: bye leaves the queue", async () => {
    const [ann, bob] = await twoPeople();
    ann.seek();
    await ann.hears("waiting");
    ann.say({ type: "bye" });
    await ann.heardSoFar();
    bob.seek();
    await bob.hears("waiting");
    expect(await bob.heardSoFar()).toEqual([]);
    await leave(ann, bob);
  });
});

describe("bad input", () => {
  const garbage: [string, string | ArrayBuffer][] = [
    ["not JSON", "{"],
    ["empty", ""],
    ["an array", "[]"],
    ["null", "null"],
    ["an unknown tag", '{"type":"shout"}'],
    ["no tag", "{}"],
    ["a wrong type", '{"type":"hello","version":"1"}'],
    ["an unknown key", '{"type":"hello","version":1,"admin":true}'],
    ["a word of the other direction", '{"type":"welcome","version":1}'],
    ["prototype games", '{"type":"hello","version":1,"__proto__":{"a":1}}'],
    ["binary", new Uint8Array([123, 125]).buffer],
    ["oversize", `{"type":"${"x".repeat(FRAME_MAX_BYTES)}"}`],
    ["oversize ping", "ping ".repeat(FRAME_MAX_BYTES)],
    ["deep nesting", "[".repeat(FRAME_MAX_BYTES - 1)],
  ];

  it.each(garbage)(
    "P-10, P-11, P-17: %s is invalid, the third closes, and nobody else notices",
    async (_, frame) => {
      const [ann, bob] = await twoPeople();
      const villain = await Person.greeted();
      const { first } = await introduce(ann, bob);
      for (let count = 0; count < 2; count++) {
        villain.sendRaw(frame);
        const { detail, code } = await villain.hears("error");
        expect(code).toBe("invalid");
        expect(detail).not.toMatch(/shout|xxx/);
      }
      villain.sendRaw(frame);
      expect(await villain.hears("closed")).toMatchObject({ code: 4400 });
      ann.say({ type: "seal", match: first.match, epoch: 0, body: "x" });
      await bob.hears("seal");
      expect([...(await ann.heardSoFar()), ...(await bob.heardSoFar())]).toEqual([]);
      await leave(ann, bob);
    },
  );

  it("P-33: seal for somebody else's match reaches nobody", async () => {
    const [ann, bob] = await twoPeople();
    const villain = await Person.greeted();
    const { first } = await introduce(ann, bob);
    villain.say({ type: "seal", match: first.match, epoch: 0, body: "x" });
    expect(await villain.hears("error")).toMatchObject({ code: "unexpected", detail: "seal" });
    expect([...(await ann.heardSoFar()), ...(await bob.heardSoFar())]).toEqual([]);
    await leave(ann, bob, villain);
  });

  it("P-12: a flood is closed, invalid or not", async () => {
    const [ann, bob] = await twoPeople();
    const { first } = await introduce(ann, bob);
    const villain = await Person.greeted();
    for (let count = 0; count < FRAMES_BURST + 5; count++) villain.say({ type: "bye" });
    expect(await villain.hears("closed")).toMatchObject({ code: 4429 });
    ann.say({ type: "seal", match: first.match, epoch: 0, body: "x" });
    await bob.hears("seal");
    await leave(ann, bob);
  });

  it("P-21: a skip storm is slowed down", async () => {
    const ann = await Person.greeted();
    for (let count = 0; count <= NEXT_BURST; count++) ann.seek();
    const { ms } = await ann.hears("slow");
    expect(ms).toBeGreaterThan(0);
    expect(ms).toBeLessThanOrEqual(1_500);
    await leave(ann);
  });

  it("P-21: taking back a place that others made one lose is never slowed down", async () => {
    const bob = await Person.greeted();
    bob.seek();
    for (let count = 0; count < NEXT_BURST + 2; count++) {
      const other = await Person.greeted();
      other.seek();
      await bob.hears("match");
      other.say({ type: "bye" });
      await bob.hears("gone");
      bob.seek();
      await leave(other);
    }
    expect(await bob.heardSoFar()).not.toContain("slow");
    await leave(bob);
  });

  it("P-34: a match that has used up its relaying says so, and lives", async () => {
    const [ann, bob] = await twoPeople();
    const { first } = await introduce(ann, bob);
    for (let count = 0; count <= SEALS_PER_MATCH_MAX; count++) {
      ann.say({ type: "seal", match: first.match, epoch: 0, body: "x" });
    }
    expect(await ann.hears("error")).toMatchObject({ code: "exhausted" });
    bob.say({ type: "seal", match: first.match, epoch: 0, body: "answer" });
    await ann.hears("seal");
    await leave(ann, bob);
  });
});

describe("P-40: the lobby remembers nothing", () => {
  it("no object has a row, a table or an alarm after real meetings", async () => {
    const [ann, bob] = await twoPeople();
    const { match } = await connectPair(ann, bob);
    const inspect = async () => {
      const ids = await listDurableObjectIds(env.LOBBY);
      expect(ids.length).toBeGreaterThan(0);
      for (const id of ids) {
        const found = await runInDurableObject(env.LOBBY.get(id), async (_, { storage }) => ({
          keys: [...(await storage.list()).keys()],
          tables: storage.sql.exec("SELECT name FROM sqlite_schema").toArray(),
          alarm: await storage.getAlarm(),
        }));
        expect(found).toEqual({ keys: [], tables: [], alarm: null });
      }
    };
    await inspect();
    ann.next(match);
    await bob.hears("gone");
    bob.say({ type: "bye" });
    await leave(ann, bob);
    await inspect();
  });

  it("P-20, P-22: the largest wish fits into an attachment and survives sleep", () =>
    withoutTimers(async () => {
      const [ann, bob] = await twoPeople();
      const { first } = await introduce(ann, bob);
      ann.next(first.match, {
        languages: ["eng", "deu", "fil"],
        interests: Array.from({ length: 5 }, (_, index) => `${index}`.repeat(10) + "A"),
        recents: Array.from({ length: RECENTS_MAX }, () => first.capsules.recent),
        blocks: Array.from({ length: BLOCKS_MAX }, () => first.capsules.block),
      });
      await ann.hears("waiting");
      await sleep();
      const cyd = await Person.greeted();
      cyd.seek();
      await ann.hears("match");
      await leave(ann, bob, cyd);
    }));
});
