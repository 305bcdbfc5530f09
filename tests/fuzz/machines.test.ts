/**
 * What answers to somebody else's bytes: pipelines, keys that move on, the two sides of handshake
 * and rekey, sealed flights.
 */
import { afterAll, describe, test } from "vitest";
import { envelopeFor } from "../../e2ee/envelope/envelope.ts";
import { createSealedSignaling } from "../../e2ee/sealed-signaling.ts";
import { createRekeying } from "../../e2ee/rekey/index.ts";
import type { RekeyChance, RekeyFailed, Rekeying, RekeyStep } from "../../e2ee/rekey/index.ts";
import type { Role } from "../../e2ee/role.ts";
import { decodeHeader, encodeHeader } from "../../e2ee/sframe/header.ts";
import { createOpenPipeline, createSealPipeline } from "../../web/media-worker/pipeline.ts";
import type { Pipeline } from "../../web/media-worker/pipeline.ts";
import { bytesOf } from "../e2ee/kit.ts";
import { exchange, rekeyChance } from "../e2ee/rekey/parties.ts";
import { couple, initiatorOf, responderOf, run } from "../e2ee/handshake/parties.ts";
import type { Person } from "../e2ee/handshake/parties.ts";
import { frameOf, keysOf, pass } from "../web/media-worker/frames.ts";
import type { FrameType } from "../web/media-worker/frames.ts";
import { executed, hammer, must, mutated, SEED } from "./kit.ts";
import type { Fuzz } from "./kit.ts";

const LONG = { timeout: 3_600_000 };
console.log(`FUZZ_SEED=${SEED}`);
afterAll(() => console.log(`machines: ${executed()} executions`));

type Answer = RekeyStep | RekeyFailed;

const nothing = (): void => {};
const total = (pipeline: Pipeline): number =>
  Object.values(pipeline.tally()).reduce((sum, count) => sum + count, 0);

const MIME_TYPES = [
  "audio/opus",
  "audio/red",
  "video/VP8",
  "video/VP9",
  "video/AV1",
  "video/H264",
] as const;

interface Given {
  readonly bytes: Uint8Array;
  readonly type: FrameType;
  /** What the browser says that the frame is; mostly the truth. */
  readonly claimed: string | undefined;
}

const claims = (chance: Fuzz, truth: string): string | undefined =>
  chance.below(6) === 0
    ? chance.pick([...MIME_TYPES, undefined, "", "video/H265", "constructor", "VIDEO/vp8"])
    : truth;

describe.each(MIME_TYPES)("pipelines of %s", (mimeType) => {
  const envelope = envelopeFor(mimeType);
  const baseKey = bytesOf(`fuzz ${mimeType}`, 32);

  test("open: no damaged frame passes, none throws, each is counted once", LONG, async () => {
    const { sending, receiving } = await keysOf(baseKey);
    const sealed = await Promise.all(
      [1, 30, 200].map(async (length) => sending.seal(bytesOf("frame", length))),
    );
    const wrapped = sealed.map((each, index) => envelope.wrap(each, index === 1));
    const open = createOpenPipeline({ keys: receiving, onFirst: nothing });
    let frames = 0;
    await hammer<Given>({
      name: `open ${mimeType}`,
      share: 0.004,
      input: (chance) => ({
        bytes:
          chance.below(4) === 0
            ? chance.bytes(chance.below(80))
            : mutated(chance, chance.pick(wrapped)),
        type: chance.pick(["key", "delta", "delta", "empty"]),
        claimed: claims(chance, mimeType),
      }),
      async check({ bytes, type, claimed }) {
        // A cover is not authenticated, and for what has none, one codec's frame is another's.
        const isGenuine = MIME_TYPES.some((each) => {
          const inner = envelopeFor(each).unwrap(bytes);
          return sealed.some((own) => inner !== undefined && Buffer.from(own).equals(inner));
        });
        const out = await pass(open, frameOf(claimed, bytes, type));
        must(out.length === 0 || isGenuine, "a damaged frame passed");
        must(total(open) === ++frames, "a frame was counted twice or not at all");
      },
    });
  });

  test("seal: whatever the encoder hands over, nothing leaves as it came", LONG, async () => {
    const { sending } = await keysOf(baseKey);
    let isHidden = false;
    const seal = createSealPipeline({
      keys: sending,
      hidesRhythm: () => isHidden && mimeType.startsWith("audio/"),
      onFirst: nothing,
    });
    await hammer<Given>({
      name: `seal ${mimeType}`,
      share: 0.002,
      input: (chance) => ({
        bytes: chance.bytes(chance.below(120)),
        type: chance.pick(["key", "delta"]),
        claimed: claims(chance, mimeType),
      }),
      async check({ bytes, type, claimed }) {
        const plain = Buffer.from(bytes);
        isHidden = plain.length % 3 === 0;
        const out = await pass(seal, frameOf(claimed, bytes, type));
        must(out.length <= 1, "more than one frame for one");
        const isTrue = claimed === mimeType && !isHidden;
        must(!isTrue || out.length === (plain.length === 0 ? 0 : 1), "not one frame for one");
        for (const each of out) {
          must(each.length > plain.length + 16, "no tag");
          must(plain.length < 8 || !Buffer.from(each).includes(plain), "the plaintext left");
        }
      },
    });
  });

  test("both: what is no frame at all is dropped", LONG, async () => {
    const { sending, receiving } = await keysOf(baseKey);
    const detached = new ArrayBuffer(8);
    structuredClone(detached, { transfer: [detached] });
    const metadata = [
      () => ({ mimeType }),
      () => ({ mimeType: 7 }),
      () => undefined,
      () => {
        throw new Error("no metadata");
      },
    ];
    for (const data of [detached, undefined, null, new ArrayBuffer(0)]) {
      for (const getMetadata of [...metadata, undefined]) {
        const both = [
          createSealPipeline({ keys: sending, onFirst: nothing }),
          createOpenPipeline({ keys: receiving, onFirst: nothing }),
        ];
        for (const pipeline of both) {
          const frame = { data, getMetadata, type: "key" } as never;
          must((await pass(pipeline, frame)).length === 0, "passed");
          must(total(pipeline) === 1, "not counted once");
        }
      }
    }
  });
});

test(
  "keys that move on: nothing forged opens, and the genuine frame opens after it",
  LONG,
  async () => {
    const { sending, receiving } = await keysOf(bytesOf("fuzz moving", 32));
    let genuine: Uint8Array = await sending.seal(bytesOf("frame", 20));
    let generation = 0;
    let frames = 0;
    await hammer<Uint8Array>({
      name: "moving keys",
      share: 0.008,
      input(chance) {
        const { kid, counter, length } = decodeHeader(genuine)!;
        const ids = [chance.below(80), Number(kid) + 1, Number(kid) + 16, chance.word()];
        const counts = [counter, BigInt(chance.word()), 2n ** 64n - 1n];
        return chance.below(3) === 0
          ? mutated(chance, genuine)
          : Uint8Array.of(
              ...encodeHeader(chance.pick(ids), chance.pick(counts)),
              ...genuine.subarray(length),
            );
      },
      async check(bytes) {
        if (Buffer.from(bytes).equals(genuine)) return;
        must(!(await receiving.open(bytes)).ok, "a forged frame opened");
        must((await receiving.open(genuine)).ok, "the genuine one does not open");
        if (++frames % 97 === 0) {
          const base = bytesOf(`fuzz moving ${++generation}`, 32);
          await receiving.expect(generation, base);
          await sending.use(generation, base);
        }
        genuine = await sending.seal(bytesOf("frame", 20));
      },
    });
    must(generation > 0, "no key moved on");
  },
);

describe("the two sides of a rekey", async () => {
  const root = bytesOf("fuzz rekey root", 32);
  /** X-Wing's work is done once; each side gets copies. */
  function remembered(chance: RekeyChance): RekeyChance {
    const pair = chance.generateKeyPair();
    const known = new Map<string, ReturnType<RekeyChance["encapsulate"]>>();
    return {
      generateKeyPair: async () => ({ ...(await pair), wipe: nothing }),
      async encapsulate(publicKey) {
        const name = Buffer.from(publicKey).toString("base64");
        const made = known.get(name) ?? chance.encapsulate(publicKey);
        if (known.size < 8) known.set(name, made);
        const { ciphertext, sharedSecret } = await made;
        return { ciphertext: ciphertext.slice(), sharedSecret: sharedSecret.slice() };
      },
    };
  }
  const chances = {
    initiator: remembered(rekeyChance("fuzz", "initiator")),
    responder: remembered(rekeyChance("fuzz", "responder")),
  };
  const side = (role: Role): Promise<Rekeying> => createRekeying(role, root, chances[role]);
  const honest = await exchange({
    initiator: await side("initiator"),
    responder: await side("responder"),
  });
  if (!honest.ok) throw new Error("the honest rekey failed");
  const { R1, R2, R3, R4 } = honest.messages;

  const offer: Record<string, readonly [Uint8Array, (bytes: Uint8Array) => Promise<Answer>]> = {
    R1: [R1, async (bytes) => (await side("responder")).receive(bytes)],
    R2: [
      R2,
      async (bytes) => {
        const initiator = await side("initiator");
        await initiator.begin();
        return initiator.receive(bytes);
      },
    ],
    R3: [
      R3,
      async (bytes) => {
        const responder = await side("responder");
        await responder.receive(R1);
        return responder.receive(bytes);
      },
    ],
    R4: [
      R4,
      async (bytes) => {
        const initiator = await side("initiator");
        await initiator.begin();
        await initiator.receive(R2);
        return initiator.receive(bytes);
      },
    ],
  };

  test.each(Object.entries(offer))(
    "%s damaged: answered with a failure, never with an exception or a key to seal under",
    LONG,
    (name, [genuine, to]) =>
      hammer<Uint8Array>({
        name: `rekey ${name}`,
        share: 0.0006,
        input: (chance) => mutated(chance, genuine),
        async check(bytes) {
          const answer = await to(bytes);
          // A key or ciphertext in R1 and R2 that is another one shows at the next mac.
          const isOpen = name === "R1" || name === "R2";
          const isSame = Buffer.from(bytes).equals(genuine);
          must(!answer.ok || isOpen || isSame, "a damaged message was taken");
          must(!answer.ok || isSame || answer.seal === undefined, "sealing under unproved keys");
        },
      }),
  );
});

describe("the handshake's two sides", async () => {
  const { initiator, responder } = await couple("fuzz machines");
  const honest = await run(initiator, responder);
  if (!honest.ok) throw new Error("the honest run failed");
  const [m1, m2, m3, m4, m5] = honest.messages as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const fpI = initiator.context.fingerprint;
  const fpR = responder.context.fingerprint;

  /** Encapsulations are remembered: thousands of sides need them, and each is the same. */
  function remembered(person: Person): Person {
    const known = new Map<string, ReturnType<typeof person.chance.encapsulate>>();
    const encapsulate: typeof person.chance.encapsulate = async (publicKey) => {
      const name = Buffer.from(publicKey).toString("base64");
      const made = known.get(name) ?? person.chance.encapsulate(publicKey);
      known.set(name, made);
      const { ciphertext, sharedSecret } = await made;
      return { ciphertext: ciphertext.slice(), sharedSecret: sharedSecret.slice() };
    };
    return { ...person, chance: { ...person.chance, encapsulate } };
  }
  const quickI = remembered(initiator);
  const quickR = remembered(responder);

  const offer: Record<
    string,
    { genuine: Uint8Array; to: (bytes: Uint8Array) => Promise<{ ok: boolean }> }
  > = {
    M1: { genuine: m1, to: async (bytes) => (await responderOf(quickR)).receiveM1(bytes) },
    M2: { genuine: m2, to: async (bytes) => (await initiatorOf(quickI)).receiveM2(bytes, fpR) },
    M3: {
      genuine: m3,
      async to(bytes) {
        const r = await responderOf(quickR);
        await r.receiveM1(m1);
        return r.receiveM3(bytes, fpI);
      },
    },
    M4: {
      genuine: m4,
      async to(bytes) {
        const i = await initiatorOf(quickI);
        await i.receiveM2(m2, fpR);
        return i.receiveM4(bytes);
      },
    },
    M5: {
      genuine: m5,
      async to(bytes) {
        const r = await responderOf(quickR);
        await r.receiveM1(m1);
        await r.receiveM3(m3, fpI);
        return r.receiveM5(bytes);
      },
    },
  };

  test.each(Object.entries(offer))(
    "%s damaged: answered with a failure, never with an exception",
    LONG,
    (name, { genuine, to }) =>
      hammer<Uint8Array>({
        name: `side ${name}`,
        share: 0.0004,
        input: (chance) => mutated(chance, genuine),
        async check(bytes) {
          const { ok } = await to(bytes);
          // What the other side may choose freely, and what only the next message finds out: the
          // commitment in M1, nonce and envelopes in M2, the ciphertext in M3.
          const isOpen = name === "M1" || name === "M2";
          const fixed = name === "M3" ? genuine.length - 1_120 : genuine.length;
          const isSame = Buffer.from(bytes.subarray(0, fixed)).equals(genuine.subarray(0, fixed));
          must(!ok || isOpen || isSame, "a damaged message was taken");
        },
      }),
  );

  test(
    "sealed flights damaged: not opened, and the genuine one opens afterwards",
    LONG,
    async () => {
      const side = (own: Person, partner: Person) => {
        const made = createSealedSignaling({
          role: own.context.role,
          matchId: own.context.matchId,
          own: own.sealKey,
          partnerKey: partner.sealKey.publicKey,
          encapsulateTo: own.chance.encapsulate,
        });
        if (made === undefined) throw new Error("no seal keys");
        return made;
      };
      const sender = side(initiator, responder);
      const flights = [
        await sender.seal(bytesOf("first", 90)),
        await sender.seal(bytesOf("second", 90)),
      ];
      const receiver = side(responder, initiator);
      for (const flight of flights) {
        await hammer<Uint8Array>({
          name: "sealed flights",
          share: 0.0004,
          input: (chance) => mutated(chance, flight),
          async check(bytes) {
            if (Buffer.from(bytes).equals(flight)) return;
            must((await receiver.open(bytes)) === undefined, "a damaged flight was opened");
          },
        });
        must((await receiver.open(flight)) !== undefined, "the genuine one does not open");
      }
    },
  );
});
