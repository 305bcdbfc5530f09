import { describe, expect, test } from "vitest";
import type { HandshakeFailure } from "../../../e2ee/handshake/index.ts";
import { createSealedSignaling } from "../../../e2ee/sealed-signaling.ts";
import type { XWingKeyPair } from "../../../e2ee/xwing.ts";
import { encapsulateFromSeed, keyPairFromSeed } from "../../../e2ee/xwing-portable.ts";
import { bytesOf, flipped, seeded } from "../kit.ts";
import {
  chanceOf,
  couple,
  initiatorOf,
  responderOf,
  run,
  withContext,
  withExtension,
} from "./parties.ts";
import type { Middle, Person } from "./parties.ts";

const { initiator, responder } = await couple("hostile");
const honest = await run(initiator, responder);
if (!honest.ok) throw new Error("the honest run failed");
const [M1, M2, M3, M4, M5] = honest.messages as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const fpI = initiator.context.fingerprint;
const fpR = responder.context.fingerprint;

/** The same person, but encapsulation is looked up: thousands of runs need it. */
function quick(person: Person): Person {
  const known = encapsulateFromSeed(
    (person === initiator ? responder : initiator).context.keyPair.publicKey,
    bytesOf(`hostile ${person.context.role} encapsulation`, 64),
  );
  const encapsulate = async () => {
    const { ciphertext, sharedSecret } = await known;
    return { ciphertext: ciphertext.slice(), sharedSecret: sharedSecret.slice() };
  };
  return { ...person, chance: { ...person.chance, encapsulate } };
}

const quickInitiator = quick(initiator);
const quickResponder = quick(responder);

/** Each message, offered to the side that waits for it. */
const WAITING: Record<
  string,
  { genuine: Uint8Array; offer: (bytes: Uint8Array) => Promise<{ ok: boolean }> }
> = {
  M1: {
    genuine: M1,
    offer: async (bytes) => (await responderOf(quickResponder)).receiveM1(bytes),
  },
  M2: {
    genuine: M2,
    offer: async (bytes) => (await initiatorOf(quickInitiator)).receiveM2(bytes, fpR),
  },
  M3: {
    genuine: M3,
    async offer(bytes) {
      const r = await responderOf(quickResponder);
      await r.receiveM1(M1);
      return r.receiveM3(bytes, fpI);
    },
  },
  M4: {
    genuine: M4,
    async offer(bytes) {
      const i = await initiatorOf(quickInitiator);
      await i.receiveM2(M2, fpR);
      return i.receiveM4(bytes);
    },
  },
  M5: {
    genuine: M5,
    async offer(bytes) {
      const r = await responderOf(quickResponder);
      await r.receiveM1(M1);
      await r.receiveM3(M3, fpI);
      return r.receiveM5(bytes);
    },
  },
};

describe.each(Object.entries(WAITING))("%s", (name, { genuine, offer }) => {
  test("is taken as it is", async () => {
    expect((await offer(genuine)).ok).toBe(true);
  });

  test("is refused when cut at any length, or one byte longer", { timeout: 60_000 }, async () => {
    for (let length = 0; length < genuine.length; length++) {
      expect(await offer(genuine.slice(0, length))).toEqual({ ok: false, failure: "malformed" });
    }
    const longer = new Uint8Array([...genuine, 0]);
    expect(await offer(longer)).toMatchObject({ ok: false });
  });

  test("is refused when it is another message", async () => {
    for (const [other, { genuine: bytes }] of Object.entries(WAITING)) {
      if (other !== name) expect(await offer(bytes)).toEqual({ ok: false, failure: "malformed" });
    }
  });

  test("random bytes of its own length and tag never throw and never pass", async () => {
    const chance = seeded(genuine.length);
    for (let i = 0; i < 200; i++) {
      const bytes = chance.bytes(genuine.length);
      bytes[0] = genuine[0] ?? 0;
      // Any 32 bytes are a commitment; it is M3 that must fit to it.
      expect((await offer(bytes)).ok).toBe(name === "M1");
    }
  });
});

describe("a message changed on the way", () => {
  test.each([
    ["m1", M1, 1],
    ["m2", M2, 23],
    ["m3", M3, 29],
    ["m4", M4, 17],
    ["m5", M5, 1],
  ] as const)(
    "%s: whichever bit, one side refuses, and no code is compared",
    async (name, message, step) => {
      // Every byte of the fixed fields at the front and of the end, and a sample of the keys.
      const places = [...message.keys()].filter(
        (at) => at < 40 || at % step === 0 || at > message.length - 40,
      );
      for (const at of places) {
        const middle: Middle = { [name]: (bytes: Uint8Array) => flipped(bytes, at, 1 << (at % 8)) };
        expect((await run(quickInitiator, quickResponder, middle)).ok).toBe(false);
      }
    },
    60_000,
  );
});

/** Hello: version 1, suite 2-3, role 4, match 5-20, key 21, nonce 1237, fingerprint 1269, ext 1301. */
const IN_M2 = { version: 1, suite: 3, role: 4, match: 5, key: 21, nonce: 1237, fingerprint: 1269 };
const SEAL_I = 1301;
const SEAL_R = SEAL_I + 1216;

describe("what the initiator refuses in M2", () => {
  test.each<[string, HandshakeFailure, Middle]>([
    ["another version", "mismatch", { m2: (m) => flipped(m, IN_M2.version, 2) }],
    ["another suite", "mismatch", { m2: (m) => flipped(m, IN_M2.suite, 2) }],
    ["its own role", "mismatch", { m2: (m) => flipped(m, IN_M2.role, 3) }],
    ["a role that is none", "malformed", { m2: (m) => flipped(m, IN_M2.role, 8) }],
    ["another match", "mismatch", { m2: (m) => flipped(m, IN_M2.match) }],
    ["another seal key of the initiator", "mismatch", { m2: (m) => flipped(m, SEAL_I) }],
    ["another seal key of the responder", "mismatch", { m2: (m) => flipped(m, SEAL_R) }],
    ["another relay policy", "mismatch", { m2: (m) => flipped(m, SEAL_R + 1216, 3) }],
    ["a relay policy that is none", "malformed", { m2: (m) => flipped(m, SEAL_R + 1216, 4) }],
    ["more envelopes than there are", "malformed", { m2: (m) => flipped(m, SEAL_R + 1217, 4) }],
    ["fewer envelopes than there are", "malformed", { m2: (m) => flipped(m, SEAL_R + 1217, 3) }],
    ["another fingerprint than in the description", "fingerprint", { fingerprintToInitiator: fpI }],
    ["another fingerprint in M2", "fingerprint", { m2: (m) => flipped(m, IN_M2.fingerprint) }],
    ["a fingerprint of no bytes", "fingerprint", { fingerprintToInitiator: new Uint8Array(0) }],
    ["a public key above the modulus", "malformed", { m2: (m) => m.slice().fill(255, 21, 24) }],
    ["a public key of small order", "malformed", { m2: (m) => m.slice().fill(0, 1205, 1237) }],
    [
      "its own public key",
      "reflected",
      { m2: (m) => put(m, IN_M2.key, initiator.context.keyPair.publicKey) },
    ],
    ["its own nonce", "reflected", { m2: (m) => put(m, IN_M2.nonce, initiator.chance.nonce()) }],
    ["its own certificate", "reflected", { m2: (m) => put(m, IN_M2.fingerprint, fpI) }],
  ])("%s: %s", async (_, failure, middle) => {
    expect(await run(initiator, responder, middle)).toEqual({
      ok: false,
      at: "m2",
      by: { ok: false, failure },
    });
  });
});

describe("what the responder refuses in M3", () => {
  /** A dishonest initiator, who commits to what it says, against the honest responder. */
  async function against(liar: Person, middle: Middle = {}) {
    const outcome = await run(liar, responder, middle);
    return outcome.ok ? outcome : [outcome.at, outcome.by.failure];
  }

  test("a hello that was not committed to", async () => {
    const other = (await couple("other")).initiator;
    const swapped = await run(
      withContext(initiator, { keyPair: other.context.keyPair }),
      responder,
      {
        m3: () => M3,
      },
    );
    expect(swapped).toMatchObject({ at: "m3", by: { failure: "commitment" } });
    // M1 exchanged for another's commitment.
    const m1 = (await initiatorOf(other)).commit();
    expect(await against(initiator, { m1: () => m1 })).toEqual(["m3", "commitment"]);
  });

  test("another fingerprint than in the description", async () => {
    expect(await against(initiator, { fingerprintToResponder: fpR })).toEqual([
      "m3",
      "fingerprint",
    ]);
    const cut = fpI.slice(0, 31);
    expect(await against(initiator, { fingerprintToResponder: cut })).toEqual([
      "m3",
      "fingerprint",
    ]);
  });

  // An initiator refuses these itself in M2, so these speak to the responder without listening.
  test.each<[string, HandshakeFailure, Person]>([
    ["another match", "mismatch", withContext(initiator, { matchId: bytesOf("another", 16) })],
    ["another relay policy", "mismatch", withExtension(initiator, { relayPolicy: "direct" })],
    [
      "seal keys the other way round",
      "mismatch",
      withExtension(initiator, {
        sealKeyInitiator: initiator.context.extension.sealKeyResponder,
        sealKeyResponder: initiator.context.extension.sealKeyInitiator,
      }),
    ],
    [
      "the responder's own public key",
      "reflected",
      withContext(initiator, { keyPair: responder.context.keyPair }),
    ],
    ["the responder's own certificate", "reflected", withContext(initiator, { fingerprint: fpR })],
    [
      "the responder's own nonce",
      "reflected",
      { ...initiator, chance: { ...initiator.chance, nonce: responder.chance.nonce } },
    ],
  ])("%s: %s", async (_, failure, liar) => {
    // The liar's own M2 check is satisfied by an accomplice who says the same.
    const accomplice = withContext(
      { ...responder, chance: chanceOf("accomplice", "responder") },
      {
        ...liar.context,
        role: "responder",
        fingerprint: bytesOf("accomplice", 32),
        keyPair: (await couple("accomplice")).responder.context.keyPair,
      },
    );
    const [i, r, a] = await Promise.all([
      initiatorOf(liar),
      responderOf(responder),
      responderOf(accomplice),
    ]);
    const m2 = await a.receiveM1(i.commit());
    const m3 = m2.ok ? await i.receiveM2(m2.m2, accomplice.context.fingerprint) : m2;
    if (!m3.ok) throw new Error("the accomplice failed");
    await r.receiveM1(i.commit());
    expect(await r.receiveM3(m3.m3, liar.context.fingerprint)).toEqual({ ok: false, failure });
  });

  test("a ciphertext with a point of small order", async () => {
    const m3 = (m: Uint8Array): Uint8Array => m.slice().fill(0, m.length - 32);
    expect(await against(initiator, { m3 })).toEqual(["m3", "malformed"]);
  });
});

describe("confirmation", () => {
  test("a responder without the key to ct1 is found out in M4", async () => {
    // The middle lets the hellos through and encapsulates to the responder by itself.
    const { ciphertext } = await encapsulateFromSeed(
      responder.context.keyPair.publicKey,
      bytesOf("middle", 64),
    );
    const m3 = (m: Uint8Array): Uint8Array => put(m, m.length - 1120, ciphertext);
    const outcome = await run(initiator, responder, { m3 });
    expect(outcome).toMatchObject({ at: "m4", by: { failure: "confirmation" } });
  });

  test("so is one that encapsulated ct2 differently", async () => {
    const { ciphertext } = await encapsulateFromSeed(
      initiator.context.keyPair.publicKey,
      bytesOf("middle", 64),
    );
    const outcome = await run(initiator, responder, { m4: (m) => put(m, 1, ciphertext) });
    expect(outcome).toMatchObject({ at: "m4", by: { failure: "confirmation" } });
  });

  test("the responder's mac sent back is not the initiator's", async () => {
    const m5 = (m: Uint8Array): Uint8Array => put(m, 1, M4.slice(-32));
    const outcome = await run(initiator, responder, { m5 });
    expect(outcome).toMatchObject({ at: "m5", by: { failure: "confirmation" } });
  });

  test("messages of another handshake between the same two do not fit", async () => {
    const later = {
      initiator: { ...initiator, chance: chanceOf("later", "initiator") },
      responder: { ...responder, chance: chanceOf("later", "responder") },
    };
    expect(await run(later.initiator, later.responder, { m2: () => M2 })).toMatchObject({
      at: "m4",
    });
    expect(await run(later.initiator, later.responder, { m3: () => M3 })).toMatchObject({
      at: "m3",
      by: { failure: "commitment" },
    });
    expect(await run(later.initiator, later.responder, { m4: () => M4 })).toMatchObject({
      at: "m4",
    });
    expect(await run(later.initiator, later.responder, { m5: () => M5 })).toMatchObject({
      at: "m5",
    });
  });
});

describe("order", () => {
  const ORDER = { ok: false, failure: "order" };

  test("no step before its time, and none twice", async () => {
    const i = await initiatorOf(initiator);
    expect(await i.receiveM4(M4)).toEqual(ORDER);
    expect(await i.receiveM2(M2, fpR)).toEqual(ORDER);

    const early = await responderOf(responder);
    expect(await early.receiveM3(M3, fpI)).toEqual(ORDER);
    expect(await early.receiveM1(M1)).toEqual(ORDER);

    const unfinished = await responderOf(responder);
    await unfinished.receiveM1(M1);
    expect(await unfinished.receiveM5(M5)).toEqual(ORDER);

    const twice = await initiatorOf(initiator);
    expect((await twice.receiveM2(M2, fpR)).ok).toBe(true);
    expect(await twice.receiveM2(M2, fpR)).toEqual(ORDER);
    expect(await twice.receiveM4(M4)).toEqual(ORDER);
  });

  test("one M1 per responder: a second commitment is not compared with the first's reveal", async () => {
    const r = await responderOf(responder);
    expect((await r.receiveM1(M1)).ok).toBe(true);
    expect(await r.receiveM1(M1)).toEqual(ORDER);
    expect(await r.receiveM3(M3, fpI)).toEqual(ORDER);
  });

  test("one guess per initiator: after a refused M2 the true one comes too late", async () => {
    const i = await initiatorOf(initiator);
    expect((await i.receiveM2(flipped(M2, IN_M2.match), fpR)).ok).toBe(false);
    expect(await i.receiveM2(M2, fpR)).toEqual(ORDER);
  });

  test("nothing after a refused M4 or M5 either", async () => {
    const i = await initiatorOf(initiator);
    await i.receiveM2(M2, fpR);
    expect((await i.receiveM4(flipped(M4, 1140))).ok).toBe(false);
    expect(await i.receiveM4(M4)).toEqual(ORDER);

    const r = await responderOf(responder);
    await r.receiveM1(M1);
    await r.receiveM3(M3, fpI);
    expect((await r.receiveM5(flipped(M5, 9))).ok).toBe(false);
    expect(await r.receiveM5(M5)).toEqual(ORDER);
  });

  test("two copies at the same time: at most one is answered", async () => {
    const i = await initiatorOf(initiator);
    const both = await Promise.all([i.receiveM2(M2, fpR), i.receiveM2(M2, fpR)]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(0);

    const r = await responderOf(responder);
    await r.receiveM1(M1);
    const thirds = await Promise.all([r.receiveM3(M3, fpI), r.receiveM3(M3, fpI)]);
    expect(thirds.filter(({ ok }) => ok)).toHaveLength(0);
  });

  test("nothing after wipe, also for a step that was under way", async () => {
    const i = await initiatorOf(initiator);
    const running = i.receiveM2(M2, fpR);
    i.wipe();
    expect(await running).toEqual(ORDER);
    expect(await i.receiveM4(M4)).toEqual(ORDER);

    const r = await responderOf(responder);
    r.wipe();
    r.wipe();
    expect(await r.receiveM1(M1)).toEqual(ORDER);
  });

  test("wipe leaves the keys that were given out", async () => {
    const [i, r] = await Promise.all([initiatorOf(initiator), responderOf(responder)]);
    await r.receiveM1(i.commit());
    await i.receiveM2(M2, fpR);
    const given = await i.receiveM4(M4);
    i.wipe();
    r.wipe();
    expect(given).toMatchObject({ ok: true, keys: { root: honest.ok && honest.initiator.root } });
  });
});

describe("someone in the middle with two legs", () => {
  const pairOf = (name: string): Promise<XWingKeyPair> => keyPairFromSeed(bytesOf(name, 32));

  /**
   * The whole attack: the edge gives each side a seal key of its own, opens and reseals every
   * flight, has its own certificates in both descriptions, and runs a complete, correct handshake
   * with each. Every check that a machine can make passes; the code does not.
   */
  test("sees both handshakes succeed, and the two people see different codes, 40 times", async () => {
    for (let i = 0; i < 40; i++) {
      const seed = `middle ${i}`;
      const people = await couple(seed);
      const [sealToA, sealToB, keyToA, keyToB] = await Promise.all(
        ["seal to a", "seal to b", "key to a", "key to b"].map((name) => pairOf(`${seed} ${name}`)),
      );
      if (!sealToA || !sealToB || !keyToA || !keyToB) throw new Error("no keys");

      const toInitiator = { sealKeyResponder: sealToA.publicKey };
      const toResponder = { sealKeyInitiator: sealToB.publicKey };
      const middleAsResponder = withExtension(
        withContext(
          { ...people.responder, chance: chanceOf(`${seed} middle`, "responder") },
          { keyPair: keyToA, fingerprint: bytesOf(`${seed} middle to a`, 32) },
        ),
        toInitiator,
      );
      const middleAsInitiator = withExtension(
        withContext(
          { ...people.initiator, chance: chanceOf(`${seed} middle`, "initiator") },
          { keyPair: keyToB, fingerprint: bytesOf(`${seed} middle to b`, 32) },
        ),
        toResponder,
      );
      const legA = await run(withExtension(people.initiator, toInitiator), middleAsResponder);
      const legB = await run(middleAsInitiator, withExtension(people.responder, toResponder));
      if (!legA.ok || !legB.ok) throw new Error("the middle failed");
      expect(legA.initiator.code).not.toEqual(legB.responder.code);
      expect(legA.initiator.root).not.toEqual(legB.responder.root);
    }
  });

  test("who swaps only the seal keys, and passes the handshake on, is refused", async () => {
    const { publicKey } = await pairOf("swapped");
    const outcome = await run(
      withExtension(initiator, { sealKeyResponder: publicKey }),
      withExtension(responder, { sealKeyInitiator: publicKey }),
    );
    expect(outcome).toMatchObject({ at: "m2", by: { failure: "mismatch" } });
  });

  test("who passes the hellos on but not the certificates is refused on either side", async () => {
    const own = bytesOf("certificate of the middle", 32);
    expect(await run(initiator, responder, { fingerprintToInitiator: own })).toMatchObject({
      at: "m2",
      by: { failure: "fingerprint" },
    });
    expect(await run(initiator, responder, { fingerprintToResponder: own })).toMatchObject({
      at: "m3",
      by: { failure: "fingerprint" },
    });
  });

  test("who plays a side against itself is refused", async () => {
    // The edge matches a person with themselves: both tabs hold the same seal key.
    const made = createSealedSignaling({
      role: "initiator",
      matchId: initiator.context.matchId,
      own: initiator.sealKey,
      partnerKey: initiator.sealKey.publicKey,
    });
    expect(made).toBeUndefined();
    const mirrored = withContext(initiator, { role: "responder" });
    expect(await run(initiator, mirrored)).toMatchObject({
      at: "m2",
      by: { failure: "reflected" },
    });
  });
});

function put(bytes: Uint8Array, at: number, replacement: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy.set(replacement, at);
  return copy;
}
