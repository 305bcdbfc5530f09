/** What answers to somebody else's bytes: pipelines, the handshake's two sides, sealed flights. */
import { afterAll, describe, test } from "vitest";
import { envelopeFor } from "../../e2ee/envelope/envelope.ts";
import { createSealedSignaling } from "../../e2ee/sealed-signaling.ts";
import { createOpener, createSealer } from "../../e2ee/sframe/index.ts";
import { createOpenPipeline, createSealPipeline } from "../../web/media-worker/pipeline.ts";
import type { EncodedFrame, Pipeline } from "../../web/media-worker/pipeline.ts";
import { bytesOf } from "../e2ee/kit.ts";
import { couple, initiatorOf, responderOf, run } from "../e2ee/handshake/parties.ts";
import type { Person } from "../e2ee/handshake/parties.ts";
import { executed, hammer, must, mutated, SEED } from "./kit.ts";
import type { Fuzz } from "./kit.ts";

const LONG = { timeout: 3_600_000 };
console.log(`FUZZ_SEED=${SEED}`);
afterAll(() => console.log(`machines: ${executed()} executions`));

/** What a transform enqueued for one frame. */
async function pass({ transform }: Pipeline, data: unknown, type = "delta"): Promise<Uint8Array[]> {
  const out: Uint8Array[] = [];
  await transform(
    { type, data } as unknown as EncodedFrame,
    {
      enqueue: (frame: EncodedFrame) => out.push(new Uint8Array(frame.data)),
    } as unknown as TransformStreamDefaultController<EncodedFrame>,
  );
  return out;
}

const total = (pipeline: Pipeline): number =>
  Object.values(pipeline.tally()).reduce((sum, count) => sum + count, 0);

describe.each(["audio/opus", "video/VP8"] as const)("pipelines of %s", (mimeType) => {
  const envelope = envelopeFor(mimeType);
  const baseKey = bytesOf(`fuzz ${mimeType}`, 32);

  test("open: no damaged frame passes, none throws, each is counted once", LONG, async () => {
    const sealer = await createSealer({ suite: 5, baseKey, kid: 0 });
    const sealed = await Promise.all(
      [1, 30, 200].map(async (length) =>
        envelope.wrap(await sealer.seal(bytesOf("frame", length)), length === 30),
      ),
    );
    const opener = createOpener({ suite: 5 });
    await opener.addKey(0, baseKey);
    const open = createOpenPipeline(
      envelope,
      () => opener,
      () => {},
    );
    let frames = 0;
    await hammer<Uint8Array<ArrayBuffer>>({
      name: `open ${mimeType}`,
      share: 0.012,
      input: (chance: Fuzz) =>
        chance.below(4) === 0
          ? chance.bytes(chance.below(80))
          : mutated(chance, chance.pick(sealed)),
      async check(bytes) {
        const before = sealed.some((each) => Buffer.from(bytes.buffer).equals(each));
        // A cover is not authenticated; VP8's two say only what the packetizer must know.
        const inner = envelope.unwrap(bytes);
        const isGenuine = sealed.some((each) => {
          const own = envelope.unwrap(each);
          return inner !== undefined && own !== undefined && Buffer.from(inner).equals(own);
        });
        const out = await pass(open, bytes.buffer);
        must(out.length === 0 || before || isGenuine, "a damaged frame passed");
        must(total(open) === ++frames, "a frame was counted twice or not at all");
      },
    });
  });

  test("seal: whatever the encoder hands over, nothing leaves as it came", LONG, async () => {
    const sealer = await createSealer({ suite: 5, baseKey, kid: 0 });
    const seal = createSealPipeline(
      envelope,
      () => sealer,
      () => {},
    );
    await hammer<Uint8Array<ArrayBuffer>>({
      name: `seal ${mimeType}`,
      share: 0.006,
      input: (chance: Fuzz) => chance.bytes(chance.below(120)),
      async check(bytes) {
        const plain = Buffer.from(bytes);
        const out = await pass(seal, bytes.buffer, plain.length % 2 === 0 ? "key" : "delta");
        must(out.length === (plain.length === 0 ? 0 : 1), "not one frame for one");
        for (const each of out) {
          must(each.length > plain.length + 16, "no tag");
          must(plain.length < 8 || !Buffer.from(each).includes(plain), "the plaintext left");
        }
      },
    });
  });

  test("both: what is no frame at all is dropped", LONG, async () => {
    const sealer = await createSealer({ suite: 5, baseKey, kid: 0 });
    const opener = createOpener({ suite: 5 });
    await opener.addKey(0, baseKey);
    const nothing = (): void => {};
    const both = [
      createSealPipeline(envelope, () => sealer, nothing),
      createOpenPipeline(envelope, () => opener, nothing),
    ];
    const detached = new ArrayBuffer(8);
    structuredClone(detached, { transfer: [detached] });
    for (const pipeline of both) must((await pass(pipeline, detached)).length === 0, "passed");
  });
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
