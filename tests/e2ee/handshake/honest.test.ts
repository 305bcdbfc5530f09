import { describe, expect, test } from "vitest";
import { createInitiator, createResponder } from "../../../e2ee/handshake/index.ts";
import { generateXWingKeyPair } from "../../../e2ee/xwing.ts";
import { bytesOf, hex } from "../kit.ts";
import {
  chanceOf,
  couple,
  initiatorOf,
  responderOf,
  run,
  withContext,
  withExtension,
} from "./parties.ts";

describe("two honest sides", () => {
  test("show the same code and hold the same keys, 60 times over", async () => {
    const codes = new Set<string>();
    const roots = new Set<string>();
    for (let i = 0; i < 60; i++) {
      const { initiator, responder } = await couple(`honest ${i}`);
      const outcome = await run(initiator, responder);
      if (!outcome.ok) throw new Error(`failed at ${outcome.at}`);
      const [a, b] = [outcome.initiator, outcome.responder];
      expect(a.code).toEqual(b.code);
      expect(a.root).toEqual(b.root);
      expect(a.transcript).toEqual(b.transcript);
      expect(a.partnerFingerprint).toEqual(responder.context.fingerprint);
      expect(b.partnerFingerprint).toEqual(initiator.context.fingerprint);
      codes.add(a.code.join());
      roots.add(hex(a.root));
    }
    expect(codes.size).toBe(60);
    expect(roots.size).toBe(60);
  });

  test("do so with real chance, too", async () => {
    const { initiator, responder } = await couple("real chance");
    const [keyI, keyR] = await Promise.all([generateXWingKeyPair(), generateXWingKeyPair()]);
    const i = await createInitiator({ ...initiator.context, keyPair: keyI });
    const r = await createResponder({ ...responder.context, keyPair: keyR });
    const m2 = await r.receiveM1(i.commit());
    const m3 = m2.ok && (await i.receiveM2(m2.m2, responder.context.fingerprint));
    const m4 = m3 && m3.ok && (await r.receiveM3(m3.m3, initiator.context.fingerprint));
    const m5 = m4 && m4.ok && (await i.receiveM4(m4.m4));
    if (!m4 || !m4.ok || !m5 || !m5.ok) throw new Error("failed");
    expect(await r.receiveM5(m5.m5)).toEqual({ ok: true });
    expect(m5.keys).toMatchObject({ code: m4.keys.code, root: m4.keys.root });
  });

  test("messages have the documented sizes", async () => {
    const { initiator, responder } = await couple("sizes");
    const outcome = await run(initiator, responder);
    if (!outcome.ok) throw new Error("failed");
    expect(outcome.messages.map(({ length }) => length)).toEqual([33, 3748, 4872, 1153, 33]);
  });

  test.each([
    [
      ["opus/1", "vp8/1"],
      ["vp8/1", "opus/1"],
      ["opus/1", "vp8/1"],
    ],
    [
      ["vp9/1", "vp8/1", "opus/1"],
      ["opus/1", "vp8/1", "av1/2"],
      ["vp8/1", "opus/1"],
    ],
    [["opus/1"], ["vp8/1"], []],
    [[], ["vp8/1"], []],
  ])("envelopes %j and %j have %j in common, on both sides", async (ours, theirs, common) => {
    const { initiator, responder } = await couple("envelopes");
    const outcome = await run(
      withExtension(initiator, { envelopes: ours }),
      withExtension(responder, { envelopes: theirs }),
    );
    if (!outcome.ok) throw new Error("failed");
    expect(outcome.initiator.envelopes).toEqual(common);
    expect(outcome.responder.envelopes).toEqual(common);
  });

  test("M1 is the same however often it is asked, and hides what it commits to", async () => {
    const { initiator } = await couple("commit");
    const i = await initiatorOf(initiator);
    const first = i.commit();
    first.fill(0);
    expect(i.commit()).toEqual(i.commit());
    expect(i.commit()).not.toEqual(first);
    const other = await createInitiator(initiator.context, chanceOf("another nonce", "initiator"));
    expect(other.commit()).not.toEqual(i.commit());
  });

  test("the code does not depend on ciphertexts: grinding them changes the keys only", async () => {
    const { initiator, responder } = await couple("grinding");
    const codes = new Set<string>();
    const roots = new Set<string>();
    for (let i = 0; i < 10; i++) {
      const { encapsulate } = chanceOf(`ground ${i}`, "responder");
      const ground = { ...responder, chance: { ...responder.chance, encapsulate } };
      const outcome = await run(initiator, ground);
      if (!outcome.ok) throw new Error("failed");
      codes.add(outcome.initiator.code.join());
      roots.add(hex(outcome.initiator.root));
    }
    expect(codes.size).toBe(1);
    expect(roots.size).toBe(10);
  });

  test("what the caller does to its arrays afterwards changes nothing", async () => {
    const { initiator, responder } = await couple("aliasing");
    const expected = await run(initiator, responder);
    const fingerprint = initiator.context.fingerprint.slice();
    const matchId = initiator.context.matchId.slice();
    const i = await initiatorOf(withContext(initiator, { fingerprint, matchId }));
    const r = await responderOf(responder);
    fingerprint.fill(0);
    matchId.fill(0);
    const m2 = await r.receiveM1(i.commit());
    if (!m2.ok || !expected.ok) throw new Error("failed");
    const m3 = await i.receiveM2(m2.m2, responder.context.fingerprint);
    expect(m3).toEqual({ ok: true, m3: expected.messages[2] });
  });
});

describe("a context that its own program filled wrongly is refused with an exception", async () => {
  const { initiator } = await couple("wrong context");
  const { extension } = initiator.context;
  const own = initiator.context.keyPair;

  test.each([
    ["the other role", { role: "responder" }],
    ["a short match id", { matchId: bytesOf("short", 15) }],
    ["a long fingerprint", { fingerprint: bytesOf("long", 33) }],
    ["no public key", { keyPair: { ...own, publicKey: new Uint8Array(1215) } }],
    ["no seal key", { extension: { ...extension, sealKeyResponder: new Uint8Array(0) } }],
    ["an envelope twice", { extension: { ...extension, envelopes: ["vp8/1", "vp8/1"] } }],
    ["an unversioned envelope", { extension: { ...extension, envelopes: ["vp8"] } }],
    ["a nameless envelope", { extension: { ...extension, envelopes: [""] } }],
    ["an envelope with an umlaut", { extension: { ...extension, envelopes: ["ü/1"] } }],
  ] as const)("%s", async (_, context) => {
    await expect(initiatorOf(withContext(initiator, context))).rejects.toThrow(TypeError);
  });
});
