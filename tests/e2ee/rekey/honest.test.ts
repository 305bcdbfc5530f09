/** docs/handshake.md, "Moving on": two sides that follow it. */
import { describe, expect, test, vi } from "vitest";
import { createReceivingKeys } from "../../../e2ee/frame-keys/receiving-keys.ts";
import { createSendingKeys } from "../../../e2ee/frame-keys/sending-keys.ts";
import { baseKey } from "../../../e2ee/key-schedule.ts";
import { createRekeying } from "../../../e2ee/rekey/index.ts";
import { bytesOf, hex } from "../kit.ts";
import { exchange, rekeyChance, two } from "./parties.ts";

// Much work for a busy machine; nothing here is measured by the clock.
vi.setConfig({ testTimeout: 60_000 });

describe("a rekey", () => {
  test("gives both sides the same new root, in both directions", async () => {
    const sides = await two("honest");
    const outcome = await exchange(sides);
    expect(outcome).toMatchObject({ ok: true });
    expect([sides.initiator.generation, sides.responder.generation]).toEqual([1, 1]);
    expect([sides.initiator.isUnderWay, sides.responder.isUnderWay]).toEqual([false, false]);
  });

  test("works with the chance of this platform", async () => {
    const root = bytesOf("system", 32);
    const sides = {
      initiator: await createRekeying("initiator", root),
      responder: await createRekeying("responder", root),
    };
    const roots = new Set<string>();
    for (let generation = 1; generation <= 3; generation++) {
      const outcome = await exchange(sides);
      if (!outcome.ok) return expect.unreachable(outcome.at);
      roots.add(outcome.root);
    }
    expect(roots.size).toBe(3);
  });

  test("after a rekey: every root is new, and generations count up by one", async () => {
    const sides = await two("again");
    const roots = new Set([hex(bytesOf("again root", 32))]);
    for (let generation = 1; generation <= 5; generation++) {
      const outcome = await exchange(sides);
      if (!outcome.ok) return expect.unreachable(outcome.at);
      expect(outcome.steps.map((step) => step.generation)).toEqual(Array(4).fill(generation));
      roots.add(outcome.root);
    }
    expect(roots.size).toBe(6);
  });

  test("is mixed into what was before: the same exchange from another root gives another", async () => {
    const [one, other] = [
      await two("chain", bytesOf("a", 32)),
      await two("chain", bytesOf("b", 32)),
    ];
    const [a, b] = [await exchange(one), await exchange(other)];
    if (!a.ok || !b.ok) return expect.unreachable();
    expect(hex(a.messages.R1)).toBe(hex(b.messages.R1));
    expect(hex(a.messages.R2)).toBe(hex(b.messages.R2));
    expect(a.root).not.toBe(b.root);
  });

  test("leaves the handshake's root as it is, and used it as it was at the call", async () => {
    const root = bytesOf("own", 32);
    const making = [
      createRekeying("initiator", root, rekeyChance("own", "initiator")),
      createRekeying("responder", root, rekeyChance("own", "responder")),
    ] as const;
    expect(hex(root)).toBe(hex(bytesOf("own", 32)));
    root.fill(0);
    const a = await exchange({ initiator: await making[0], responder: await making[1] });
    const b = await exchange(await two("own", bytesOf("own", 32)));
    expect(a.ok && b.ok && a.root === b.root).toBe(true);
  });

  test("has messages of constant length", async () => {
    const outcome = await exchange(await two("lengths"));
    if (!outcome.ok) return expect.unreachable();
    const { R1, R2, R3, R4 } = outcome.messages;
    expect([R1, R2, R3, R4].map(({ length }) => length)).toEqual([1_221, 2_341, 1_157, 37]);
    expect([R1, R2, R3, R4].map((message) => hex(message.subarray(0, 5)))).toEqual([
      "0100000001",
      "0200000001",
      "0300000001",
      "0400000001",
    ]);
  });

  test("is begun by the initiator, one at a time", async () => {
    const { initiator, responder } = await two("begin");
    await expect(responder.begin()).rejects.toThrow(TypeError);
    const beginning = initiator.begin();
    expect(initiator.isUnderWay).toBe(true);
    await expect(initiator.begin()).rejects.toThrow(TypeError);
    const r1 = await beginning;
    await expect(initiator.begin()).rejects.toThrow(TypeError);
    // The refusals changed nothing.
    expect((await responder.receive(r1)).ok).toBe(true);
    expect([initiator.isUnderWay, responder.isUnderWay]).toEqual([true, true]);
  });

  test("the caller may wipe every root and message that it got", async () => {
    const sides = await two("wiping");
    for (let generation = 1; generation <= 2; generation++) {
      const outcome = await exchange(sides);
      if (!outcome.ok) return expect.unreachable(outcome.at);
      for (const { open, seal, reply } of outcome.steps) {
        for (const bytes of [open, seal, reply]) bytes?.fill(0);
      }
      outcome.messages.R1.fill(0);
    }
  });
});

describe("who opens and seals when", () => {
  test("I opens with R3, R opens and seals with R4, I seals after it", async () => {
    const outcome = await exchange(await two("order"));
    if (!outcome.ok) return expect.unreachable();
    const shape = outcome.steps.map(({ open, seal, reply }) => [open, seal, reply].map(Boolean));
    expect(shape).toEqual([
      [false, false, true],
      [true, false, true],
      [true, true, true],
      [false, true, false],
    ]);
  });

  test("no frame is sealed before the other side can open it, whatever is sent between any two steps", async () => {
    const sides = await two("frames");
    const clock = { now: () => 0 };
    const ends = {
      initiator: { sending: createSendingKeys(clock), receiving: createReceivingKeys(clock) },
      responder: { sending: createSendingKeys(clock), receiving: createReceivingKeys(clock) },
    };
    type Side = keyof typeof ends;
    const sides2 = ["initiator", "responder"] as const;
    const way = (sender: Side) => (sender === "initiator" ? "I>R" : "R>I");
    const other = (side: Side): Side => (side === "initiator" ? "responder" : "initiator");

    let frames = 0;
    async function talk(): Promise<void> {
      for (const side of sides2) {
        for (let i = 0; i < 3; i++) {
          const plaintext = bytesOf(`${side} ${frames++}`, 20);
          const sealed = await ends[side].sending.seal(plaintext);
          const opened = await ends[other(side)].receiving.open(sealed);
          expect(opened).toMatchObject({ ok: true, plaintext });
        }
      }
    }
    const openUnder = async (side: Side, generation: number, root: Uint8Array): Promise<void> =>
      ends[side].receiving.expect(generation, await baseKey(root, way(other(side)), "video"));
    const sealUnder = async (side: Side, generation: number, root: Uint8Array): Promise<void> =>
      ends[side].sending.use(generation, await baseKey(root, way(side), "video"));

    const root = bytesOf("frames root", 32);
    for (const side of sides2) await openUnder(side, 0, root);
    for (const side of sides2) await sealUnder(side, 0, root);
    for (let generation = 1; generation <= 3; generation++) {
      let message: Uint8Array | undefined = await sides.initiator.begin();
      let side: Side = "responder";
      while (message !== undefined) {
        await talk();
        const step = await sides[side].receive(message);
        if (!step.ok) return expect.unreachable(step.failure);
        await talk();
        if (step.open) await openUnder(side, step.generation, step.open);
        await talk();
        if (step.seal) await sealUnder(side, step.generation, step.seal);
        await talk();
        message = step.reply;
        side = other(side);
      }
      for (const each of sides2) expect(ends[each].sending.place?.generation).toBe(generation);
    }
  });
});
