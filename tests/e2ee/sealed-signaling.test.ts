import { beforeEach, describe, expect, test } from "vitest";
import { createSealedSignaling } from "../../e2ee/sealed-signaling.ts";
import type { SealedSignaling } from "../../e2ee/sealed-signaling.ts";
import type { Role } from "../../e2ee/role.ts";
import type { XWingKeyPair } from "../../e2ee/xwing.ts";
import { keyPairFromSeed } from "../../e2ee/xwing-portable.ts";
import { bytesOf, flipped, hex, seeded } from "./kit.ts";

const MATCH = bytesOf("match", 16);
const [ALICE, BOB, EVE] = (await Promise.all(
  ["alice", "bob", "eve"].map((name) => keyPairFromSeed(bytesOf(name, 32))),
)) as [XWingKeyPair, XWingKeyPair, XWingKeyPair];

function signaling(
  role: Role,
  own: XWingKeyPair,
  partner: XWingKeyPair,
  matchId: Uint8Array = MATCH,
): SealedSignaling {
  const made = createSealedSignaling({ role, matchId, own, partnerKey: partner.publicKey });
  if (made === undefined) throw new Error("refused");
  return made;
}

const text = (word: string): Uint8Array => new TextEncoder().encode(word);
const words = async (opened: Promise<Uint8Array | undefined>): Promise<string | undefined> => {
  const bytes = await opened;
  return bytes && new TextDecoder().decode(bytes);
};

describe("sealed signaling", () => {
  let alice: SealedSignaling;
  let bob: SealedSignaling;

  beforeEach(() => {
    alice = signaling("initiator", ALICE, BOB);
    bob = signaling("responder", BOB, ALICE);
  });

  test("carries flights both ways, the first with an encapsulation, later ones without", async () => {
    const sizes = [];
    for (const word of ["one", "two", "six"]) {
      const sealed = await alice.seal(text(word));
      sizes.push(sealed.length);
      expect(await words(bob.open(sealed))).toBe(word);
      expect(await words(alice.open(await bob.seal(text(word))))).toBe(word);
    }
    expect(sizes).toEqual([1 + 1120 + 3 + 16, 1 + 3 + 16, 1 + 3 + 16]);
  });

  test("carries an empty flight and a large one", async () => {
    expect(await bob.open(await alice.seal(new Uint8Array(0)))).toEqual(new Uint8Array(0));
    const large = bytesOf("sdp", 40_000);
    expect(await bob.open(await alice.seal(large))).toEqual(large);
  });

  test("keeps the order of overlapping calls", async () => {
    const sealed = await Promise.all(["a", "b", "c", "d"].map((word) => alice.seal(text(word))));
    const opened = await Promise.all(sealed.map((flight) => words(bob.open(flight))));
    expect(opened).toEqual(["a", "b", "c", "d"]);
  });

  test("a flight opens once", async () => {
    const first = await alice.seal(text("first"));
    expect(await words(bob.open(first))).toBe("first");
    expect(await bob.open(first)).toBeUndefined();
    const second = await alice.seal(text("second"));
    expect(await Promise.all([second, second].map((flight) => words(bob.open(flight))))).toEqual([
      "second",
      undefined,
    ]);
  });

  test("a flight out of order does not open, and costs the rest nothing", async () => {
    const flights = [];
    for (const word of ["a", "b", "c"]) flights.push(await alice.seal(text(word)));
    const [a, b, c] = flights;
    if (!a || !b || !c) throw new Error("no flights");
    expect(await bob.open(b)).toBeUndefined();
    expect(await words(bob.open(a))).toBe("a");
    expect(await bob.open(c)).toBeUndefined();
    expect(await words(bob.open(b))).toBe("b");
    expect(await words(bob.open(c))).toBe("c");
  });

  test("a reflected flight does not open", async () => {
    const first = await alice.seal(text("first"));
    expect(await alice.open(first)).toBeUndefined();
    await bob.open(first);
    const second = await alice.seal(text("second"));
    expect(await alice.open(second)).toBeUndefined();
    expect(await words(alice.open(await bob.seal(text("hello"))))).toBe("hello");
  });

  test.each([
    ["another match", () => signaling("responder", BOB, ALICE, bytesOf("other", 16))],
    ["another sender", () => signaling("responder", BOB, EVE)],
    ["another recipient", () => signaling("responder", EVE, ALICE)],
    ["the same role on both sides", () => signaling("initiator", BOB, ALICE)],
  ])("does not open under %s", async (_, other) => {
    expect(await other().open(await alice.seal(text("first")))).toBeUndefined();
  });

  test("does not open when any byte changed, and then still opens unchanged", async () => {
    const first = await alice.seal(text("first"));
    for (let at = 0; at < first.length; at += at > 8 && at < 1112 ? 61 : 1) {
      expect(await bob.open(flipped(first, at))).toBeUndefined();
    }
    expect(await words(bob.open(first))).toBe("first");
    const second = await alice.seal(text("second"));
    for (let at = 0; at < second.length; at++) {
      expect(await bob.open(flipped(second, at))).toBeUndefined();
    }
    expect(await words(bob.open(second))).toBe("second");
  });

  test("does not open when cut anywhere", async () => {
    const first = await alice.seal(text("first"));
    for (let length = 0; length < first.length; length += length < 1100 ? 53 : 1) {
      expect(await bob.open(first.slice(0, length))).toBeUndefined();
    }
    await bob.open(first);
    const second = await alice.seal(text("second"));
    for (let length = 0; length < second.length; length++) {
      expect(await bob.open(second.slice(0, length))).toBeUndefined();
    }
  });

  test("two first flights share no byte of key: each object encapsulates anew", async () => {
    const again = signaling("initiator", ALICE, BOB);
    const [a, b] = [await alice.seal(text("same")), await again.seal(text("same"))];
    expect(hex(a.subarray(1, 1121))).not.toBe(hex(b.subarray(1, 1121)));
    expect(hex(a.subarray(1121))).not.toBe(hex(b.subarray(1121)));
  });

  test("a partner key that is none, or one's own, is refused at once", () => {
    const smallOrder = BOB.publicKey.slice().fill(0, 1184);
    const unreduced = BOB.publicKey.slice().fill(0xff, 0, 3);
    const keys = [
      ALICE.publicKey,
      new Uint8Array(0),
      BOB.publicKey.slice(1),
      smallOrder,
      unreduced,
    ];
    for (const partnerKey of keys) {
      const options = { role: "initiator", matchId: MATCH, own: ALICE, partnerKey } as const;
      expect(createSealedSignaling(options)).toBeUndefined();
    }
  });

  test("an edge that swaps the seal keys can read: the safety code is what shows it", async () => {
    const fooled = signaling("initiator", ALICE, EVE);
    const eve = signaling("responder", EVE, ALICE);
    expect(await words(eve.open(await fooled.seal(text("first"))))).toBe("first");
  });

  test("3,000 random flights (seed 17): nothing thrown, nothing opened", async () => {
    const chance = seeded(17);
    await bob.open(await alice.seal(text("first")));
    const fresh = signaling("responder", BOB, ALICE);
    for (let i = 0; i < 3_000; i++) {
      const isLong = i % 20 === 0;
      const bytes = chance.bytes(isLong ? 1137 + chance.below(40) : chance.below(64));
      if (bytes.length > 0 && chance.below(2) === 0) bytes[0] = isLong ? 1 : 2;
      expect(await bob.open(bytes)).toBeUndefined();
      expect(await fresh.open(bytes)).toBeUndefined();
    }
    expect(await words(bob.open(await alice.seal(text("second"))))).toBe("second");
  });
});
