/** docs/handshake.md, "Moving on": what happens to a rekey that somebody meddles with. */
import { describe, expect, test, vi } from "vitest";
import { createRekeying } from "../../../e2ee/rekey/index.ts";
import type { RekeyChance, Rekeying } from "../../../e2ee/rekey/index.ts";
import { encapsulateFromSeed } from "../../../e2ee/xwing-portable.ts";
import { bytesOf, flipped, hex } from "../kit.ts";
import { exchange, rekeyChance, two } from "./parties.ts";
import type { Middle, Number4, Two } from "./parties.ts";

// Much work for a busy machine; nothing here is measured by the clock.
vi.setConfig({ testTimeout: 60_000 });

const NAMES = ["R1", "R2", "R3", "R4"] as const;
const LENGTHS = { R1: 1_221, R2: 2_341, R3: 1_157, R4: 37 } as const;

/** Deterministic, so each run of a name is the same; X-Wing's work is done once for all of them. */
function remembering(chance: RekeyChance): RekeyChance {
  const pair = chance.generateKeyPair();
  const sealed = new Map<string, ReturnType<RekeyChance["encapsulate"]>>();
  return {
    generateKeyPair: async () => {
      const { publicKey, decapsulate } = await pair;
      return { publicKey, decapsulate, wipe: () => {} };
    },
    async encapsulate(publicKey) {
      const name = hex(publicKey);
      const made = sealed.get(name) ?? chance.encapsulate(publicKey);
      sealed.set(name, made);
      const { ciphertext, sharedSecret } = await made;
      return { ciphertext: ciphertext.slice(), sharedSecret: sharedSecret.slice() };
    },
  };
}

const QUICK = {
  initiator: remembering(rekeyChance("hostile", "initiator")),
  responder: remembering(rekeyChance("hostile", "responder")),
};

async function quickTwo(root = bytesOf("hostile root", 32)): Promise<Two> {
  return {
    initiator: await createRekeying("initiator", root, QUICK.initiator),
    responder: await createRekeying("responder", root, QUICK.responder),
  };
}

/** How far an exchange came that was meddled with, and that nobody then holds new keys alone. */
async function meddled(middle: Middle): Promise<{ at: Number4; failure: string }> {
  const sides = await quickTwo();
  const outcome = await exchange(sides, middle);
  if (outcome.ok) throw new Error("it went through");
  // Whoever failed is over, and so is the other with the next message: nothing goes on by itself.
  const failing = outcome.at === "R1" || outcome.at === "R3" ? sides.responder : sides.initiator;
  expect(await failing.receive(new Uint8Array(37))).toMatchObject({ ok: false });
  return outcome;
}

describe("every bit of every message", () => {
  // R1's and R2's keys and ciphertexts are under the macs, so it shows at R3 at the latest.
  test.each([
    ["R1", 1, 8 * 5, 1],
    ["R1", 8 * 5, 8 * 1_221, 67],
    ["R2", 0, 8 * 5, 1],
    ["R2", 8 * 5, 8 * 2_341, 131],
    ["R3", 0, 8 * 5, 1],
    ["R3", 8 * 5, 8 * 1_125, 97],
    ["R3", 8 * 1_125, 8 * 1_157, 1],
    ["R4", 0, 8 * 37, 1],
  ] as const)(
    "%s, bits %i to %i by %i: never other keys, never two different ends",
    { timeout: 120_000 },
    async (name, from, to, by) => {
      for (let bit = from; bit < to; bit += by) {
        const { failure } = await meddled({
          [name]: (message: Uint8Array) => flipped(message, bit >> 3, 1 << (bit & 7)),
        });
        expect(["malformed", "confirmation"]).toContain(failure);
      }
    },
  );

  test("a wrong mac is told apart from what is no message", async () => {
    const lastBit = (message: Uint8Array): Uint8Array => flipped(message, message.length - 1);
    expect(await meddled({ R3: lastBit })).toMatchObject({ at: "R3", failure: "confirmation" });
    expect(await meddled({ R4: lastBit })).toMatchObject({ at: "R4", failure: "confirmation" });
    const tag = (message: Uint8Array): Uint8Array => flipped(message, 0);
    for (const name of NAMES) {
      expect(await meddled({ [name]: tag })).toMatchObject({ at: name, failure: "malformed" });
    }
  });
});

describe("lengths", () => {
  test.each(NAMES)("%s cut anywhere near an end, or longer, is refused at once", async (name) => {
    for (const length of [0, 1, 4, 5, 6, LENGTHS[name] - 1]) {
      const cut = (message: Uint8Array): Uint8Array => message.subarray(0, length);
      expect(await meddled({ [name]: cut })).toMatchObject({ at: name, failure: "malformed" });
    }
    const longer = (message: Uint8Array): Uint8Array => Uint8Array.of(...message, 0);
    expect(await meddled({ [name]: longer })).toMatchObject({ at: name, failure: "malformed" });
  });
});

describe("messages in the wrong place", () => {
  const all = async () => {
    const outcome = await exchange(await quickTwo());
    if (!outcome.ok) throw new Error("the honest run failed");
    return outcome.messages;
  };

  test("any message but the one that is due is refused, at every step", async () => {
    const messages = await all();
    for (const due of NAMES) {
      for (const given of NAMES) {
        if (given === due) continue;
        const swapped = { [due]: () => messages[given] };
        expect(await meddled(swapped)).toMatchObject({ at: due, failure: "malformed" });
      }
    }
  });

  test("a message that comes back to its sender is refused", async () => {
    const fresh = async (role: keyof Two) => (await quickTwo())[role];
    const initiator = await fresh("initiator");
    expect((await initiator.receive(await initiator.begin())).ok).toBe(false);
    const responder = await fresh("responder");
    const step = await responder.receive(await (await fresh("initiator")).begin());
    if (!step.ok) return expect.unreachable();
    expect((await responder.receive(step.reply!)).ok).toBe(false);
  });

  test("two of one role do not arrive at keys", async () => {
    const root = bytesOf("roles", 32);
    const [a, b] = await Promise.all(
      ["a", "b"].map((seed) => createRekeying("initiator", root, rekeyChance(seed, "initiator"))),
    );
    expect((await b!.receive(await a!.begin())).ok).toBe(false);
  });

  test("an initiator that did not begin takes nothing", async () => {
    const messages = await all();
    for (const name of NAMES) {
      const { initiator } = await quickTwo();
      expect((await initiator.receive(messages[name])).ok).toBe(false);
    }
  });

  test("one's own key handed back as the partner's is refused", async () => {
    const sides = await quickTwo();
    const r1 = await sides.initiator.begin();
    const step = await sides.responder.receive(r1);
    if (!step.ok) return expect.unreachable();
    const mirrored = step.reply!.slice();
    mirrored.set(r1.subarray(5), 5);
    expect(await sides.initiator.receive(mirrored)).toEqual({ ok: false, failure: "malformed" });
  });

  test("a key that is none is refused before anything is made of it", async () => {
    const none = (message: Uint8Array): Uint8Array => {
      const changed = message.slice();
      // A coefficient of 4095, and an X25519 point of small order.
      changed.set([0xff, 0xff, 0xff], 5);
      changed.fill(0, 5 + 1_184, 5 + 1_216);
      return changed;
    };
    expect(await meddled({ R1: none })).toMatchObject({ at: "R1", failure: "malformed" });
    expect(await meddled({ R2: none })).toMatchObject({ at: "R2", failure: "malformed" });
  });
});

describe("replay", () => {
  test("messages of one generation are refused in every other", async () => {
    const sides = await two("replay");
    const first = await exchange(sides);
    if (!first.ok) return expect.unreachable();
    for (const name of NAMES) {
      const fresh = await two("replay");
      if (!(await exchange(fresh)).ok) return expect.unreachable();
      const outcome = await exchange(fresh, { [name]: () => first.messages[name] });
      expect(outcome).toMatchObject({ ok: false, at: name, failure: "malformed" });
    }
  });

  test("of a whole exchange of another call: the chain is another, and R3 does not confirm", async () => {
    const recorded = await exchange(await two("replay", bytesOf("one call", 32)));
    if (!recorded.ok) return expect.unreachable();
    const { R1, R2, R3 } = recorded.messages;
    const { responder } = await two("replay", bytesOf("another call", 32));
    const second = await responder.receive(R1);
    // The responder of this test draws the same, so that everything but the chain is alike.
    expect(second.ok && hex(second.reply!) === hex(R2)).toBe(true);
    expect(await responder.receive(R3)).toEqual({ ok: false, failure: "confirmation" });
  });
});

describe("somebody in the middle of a rekey", () => {
  /** Holds the exchange's own keys towards both, but not the chain of the generation before. */
  async function inTheMiddle(
    chainRoot: Uint8Array,
  ): Promise<{ responder: string; initiator: string }> {
    const root = bytesOf("honest root", 32);
    const initiator = await createRekeying("initiator", root, rekeyChance("m", "initiator"));
    const responder = await createRekeying("responder", root, rekeyChance("m", "responder"));
    const toResponder = await createRekeying(
      "initiator",
      chainRoot,
      rekeyChance("mm", "initiator"),
    );
    const toInitiator = await createRekeying(
      "responder",
      chainRoot,
      rekeyChance("mm", "responder"),
    );

    const says = async (side: Rekeying, message: Uint8Array): Promise<Uint8Array> => {
      const step = await side.receive(message);
      if (!step.ok) throw new Error(step.failure);
      return step.reply ?? new Uint8Array(0);
    };
    const towardsResponder = async (): Promise<string> => {
      try {
        const r2 = await says(responder, await toResponder.begin());
        await says(responder, await says(toResponder, r2));
        return "went through";
      } catch (cause) {
        return (cause as Error).message;
      }
    };
    const towardsInitiator = async (): Promise<string> => {
      try {
        const r2 = await says(toInitiator, await initiator.begin());
        // R3 does not confirm to the middle either; it sends some mac of its own.
        const r3 = await says(initiator, r2);
        const r4 = await toInitiator.receive(r3);
        const made = r4.ok ? r4.reply! : Uint8Array.of(4, 0, 0, 0, 1, ...bytesOf("mac", 32));
        await says(initiator, made);
        return "went through";
      } catch (cause) {
        return (cause as Error).message;
      }
    };
    return { responder: await towardsResponder(), initiator: await towardsInitiator() };
  }

  test("without the chain it is found out on both sides: stolen frame keys are not enough", async () => {
    expect(await inTheMiddle(bytesOf("a guess", 32))).toEqual({
      responder: "confirmation",
      initiator: "confirmation",
    });
  });

  test("with the whole root it goes through: only an exchange that it misses heals", async () => {
    expect(await inTheMiddle(bytesOf("honest root", 32))).toEqual({
      responder: "went through",
      initiator: "went through",
    });
  });
});

describe("wiped", () => {
  /** Every key pair and secret that chance gave out, to look at afterwards. */
  function watched(role: "initiator" | "responder") {
    const chance = rekeyChance("wiped", role);
    const secrets: Uint8Array[] = [];
    const wiped = { pairs: 0, made: 0 };
    const watchedChance: RekeyChance = {
      async generateKeyPair() {
        const pair = await chance.generateKeyPair();
        wiped.made++;
        return {
          publicKey: pair.publicKey,
          async decapsulate(ciphertext) {
            const secret = await pair.decapsulate(ciphertext);
            secrets.push(secret);
            return secret;
          },
          wipe() {
            wiped.pairs++;
            pair.wipe();
          },
        };
      },
      async encapsulate(publicKey) {
        const sealed = await chance.encapsulate(publicKey);
        secrets.push(sealed.sharedSecret);
        return sealed;
      },
    };
    return { chance: watchedChance, secrets, wiped };
  }
  const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

  test("after each exchange the fresh keys and both secrets are gone", async () => {
    const [i, r] = [watched("initiator"), watched("responder")];
    const root = bytesOf("wiped root", 32);
    const sides = {
      initiator: await createRekeying("initiator", root, i.chance),
      responder: await createRekeying("responder", root, r.chance),
    };
    expect(await exchange(sides)).toMatchObject({ ok: true });
    for (const { secrets, wiped } of [i, r]) {
      expect(secrets).toHaveLength(2);
      expect(secrets.every(isZero)).toBe(true);
      expect(wiped).toEqual({ made: 1, pairs: 1 });
    }
  });

  test("an exchange that fails, or is wiped at any point, leaves none either and gives no root", async () => {
    const points = ["R1", "R2", "R3", "R4", "during R1", "during R2", "during R3", "during R4"];
    for (const point of points) {
      const [i, r] = [watched("initiator"), watched("responder")];
      const root = bytesOf("wiped root", 32);
      const sides = {
        initiator: await createRekeying("initiator", root, i.chance),
        responder: await createRekeying("responder", root, r.chance),
      };
      let message: Uint8Array | undefined = await sides.initiator.begin();
      for (const [index, name] of NAMES.entries()) {
        const side: Rekeying = index % 2 === 0 ? sides.responder : sides.initiator;
        if (point === name) side.wipe();
        const receiving = side.receive(message!);
        if (point === `during ${name}`) side.wipe();
        const step = await receiving;
        if (point.endsWith(name)) {
          expect(step).toEqual({ ok: false, failure: "malformed" });
          break;
        }
        if (!step.ok) return expect.unreachable(`${point}: ${step.failure}`);
        message = step.reply;
      }
      sides.initiator.wipe();
      sides.responder.wipe();
      // What chance gave out after the wipe goes as well, as soon as it is there.
      for (const { secrets, wiped } of [i, r]) {
        expect([point, wiped.pairs >= wiped.made]).toEqual([point, true]);
        expect([point, secrets.every(isZero)]).toEqual([point, true]);
      }
    }
  });

  test("nothing begins and nothing is taken any more", async () => {
    const { initiator, responder } = await quickTwo();
    initiator.wipe();
    await expect(initiator.begin()).rejects.toThrow(TypeError);
    responder.wipe();
    const { initiator: other } = await quickTwo();
    expect((await responder.receive(await other.begin())).ok).toBe(false);
  });

  test("while it begins: no R1 leaves", async () => {
    const { initiator } = await quickTwo();
    const beginning = initiator.begin();
    initiator.wipe();
    await expect(beginning).rejects.toThrow(TypeError);
  });
});

describe("never throws", () => {
  test("two messages at once end it: each is the answer to the one before", async () => {
    const { initiator, responder } = await quickTwo();
    const r1 = await initiator.begin();
    const both = await Promise.all([responder.receive(r1), responder.receive(r1)]);
    expect(both.map(({ ok }) => ok)).toEqual([false, false]);
  });

  test("chance that fails ends it", async () => {
    const broken: RekeyChance = {
      generateKeyPair: () => Promise.reject(new Error("no chance")),
      encapsulate: (key) => encapsulateFromSeed(key, bytesOf("x", 64)),
    };
    const { initiator } = await quickTwo();
    const responder = await createRekeying("responder", bytesOf("hostile root", 32), broken);
    expect(await responder.receive(await initiator.begin())).toMatchObject({ ok: false });
    const beginner = await createRekeying("initiator", bytesOf("hostile root", 32), broken);
    await expect(beginner.begin()).rejects.toThrow("no chance");
    expect(beginner.isUnderWay).toBe(false);
  });
});
