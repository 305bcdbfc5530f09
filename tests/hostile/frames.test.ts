/**
 * A relay that injects, replays, cuts and flips, at the frames (RFC 9605, 9.3 and 9.4). More than a
 * hundred forged frames for every genuine one; nothing is measured by the clock.
 */
import { describe, expect, test } from "vitest";
import { envelopeFor } from "../../e2ee/envelope/envelope.ts";
import type { CoveredMimeType } from "../../e2ee/envelope/envelope.ts";
import { createReceivingKeys } from "../../e2ee/frame-keys/receiving-keys.ts";
import type { ReceivingKeys } from "../../e2ee/frame-keys/receiving-keys.ts";
import { createSendingKeys } from "../../e2ee/frame-keys/sending-keys.ts";
import { encodeHeader } from "../../e2ee/sframe/header.ts";
import { createOpenPipeline, createSealPipeline } from "../../web/media-worker/pipeline.ts";
import type { EncodedFrame } from "../../web/media-worker/pipeline.ts";
import { settled } from "../e2ee/frame-keys/clock.ts";
import { bytesOf, flipped, seeded } from "../e2ee/kit.ts";
import type { Chance } from "../e2ee/kit.ts";
import { frameOf, keysOf, pass, through } from "../web/media-worker/frames.ts";

const KID = 0;
const GENUINE = 250;
const JUNK_PER_FRAME = 120;
const nothing = (): void => {};

/** Counts how often a forged frame got as far as a decryption. */
function counting(keys: ReceivingKeys) {
  const reasons: Record<string, number> = {};
  const open: ReceivingKeys["open"] = async (frame) => {
    const opened = await keys.open(frame);
    const reason = opened.ok ? "opened" : opened.reason;
    reasons[reason] = (reasons[reason] ?? 0) + 1;
    return opened;
  };
  return { keys: { hasKey: true, open }, reasons };
}

async function sealedFrames(mimeType: CoveredMimeType, baseKey: Uint8Array) {
  const sending = createSendingKeys({ now: () => 0 });
  await sending.use(0, baseKey);
  const seal = createSealPipeline({ keys: sending, onFirst: nothing });
  const plain = Array.from({ length: GENUINE }, (_, index) =>
    bytesOf(`${mimeType} ${index}`, 20 + (index % 90)),
  );
  const frames = plain.map((bytes) => frameOf(mimeType, bytes));
  return { plain, sealed: await through(seal, frames) };
}

const CODECS = ["video/VP8", "video/AV1", "video/H264", "audio/opus", "video/H265"] as const;

/** Of a delta frame, in front. */
const COVER_BYTES: Record<CoveredMimeType, number> = {
  "audio/opus": 0,
  "audio/red": 0,
  "video/VP8": 1,
  "video/VP9": 0,
  "video/AV1": 1,
  "video/H264": 7,
};

/** What a relay can make without keys, of the frames before and the one that is about to come. */
function junk(
  chance: Chance,
  before: readonly Uint8Array[],
  next: Uint8Array,
  mimeType: CoveredMimeType,
): EncodedFrame {
  const cover = COVER_BYTES[mimeType];
  // Once in a while a key frame of another codec: what it claims must not stick.
  const frame = (data: Uint8Array): EncodedFrame =>
    chance.below(20) === 0
      ? frameOf(CODECS[chance.below(CODECS.length)], data, "key")
      : frameOf(mimeType, data, "delta");
  const pick = (): Uint8Array => before[chance.below(before.length)] ?? next;
  const covered = (...parts: readonly Uint8Array[]): Uint8Array =>
    envelopeFor(mimeType).wrap(Uint8Array.from(Buffer.concat(parts)), false);
  const sealedWith = (kid: number, counter: bigint): Uint8Array =>
    covered(encodeHeader(kid, counter), chance.bytes(16 + chance.below(60)));
  switch (chance.below(10)) {
    case 0:
      return frame(
        chance.below(2) === 0
          ? chance.bytes(chance.below(120))
          : covered(chance.bytes(1 + chance.below(16))),
      );
    case 1:
      // Opened before.
      return frame(before.length > 0 ? pick() : chance.bytes(40));
    case 2:
      return frame(flipped(next, cover + chance.below(next.length - cover), 1 << chance.below(8)));
    case 3:
      return frame(flipped(pick(), chance.below(20), 1 << chance.below(8)));
    case 4:
      return frame(next.subarray(0, chance.below(next.length)));
    case 5:
      return frame(new Uint8Array([...next, ...chance.bytes(1 + chance.below(8))]));
    case 6:
      return frame(sealedWith(KID, BigInt(chance.below(2_000))));
    case 7:
      // Far ahead: an opener that believed it would push every genuine frame out of its window.
      return frame(sealedWith(KID, 2n ** 64n - 1n - BigInt(chance.below(9))));
    case 8:
      return frame(sealedWith(1 + chance.below(40), BigInt(chance.below(300))));
    default:
      return frame(covered(chance.bytes(next.length)));
  }
}

describe.each(Object.keys(COVER_BYTES) as CoveredMimeType[])("%s", (mimeType) => {
  test(
    `${JUNK_PER_FRAME} forged frames for each genuine one: those open once, in order, and nothing else`,
    { timeout: 120_000 },
    async () => {
      const baseKey = bytesOf(`base key ${mimeType}`, 32);
      const { plain, sealed } = await sealedFrames(mimeType, baseKey);
      const { receiving } = await keysOf(baseKey);
      const { keys, reasons } = counting(receiving);
      const open = createOpenPipeline({ keys, onFirst: nothing });

      const chance = seeded(9605);
      let forged = 0;
      function* flood(): Generator<EncodedFrame> {
        for (const [index, genuine] of sealed.entries()) {
          for (let i = 0; i < JUNK_PER_FRAME; i++) {
            forged++;
            yield junk(chance, sealed.slice(0, index), genuine, mimeType);
          }
          yield frameOf(mimeType, genuine);
          // The relay's copy of what just passed.
          forged++;
          yield frameOf(mimeType, genuine);
        }
      }
      const opened = await through(open, flood());

      expect(opened).toEqual(plain);
      expect(forged).toBeGreaterThanOrEqual(100 * GENUINE);
      const { passed, rejected, repeated, empty, withheld } = open.tally();
      expect({ passed, withheld }).toEqual({ passed: GENUINE, withheld: 0 });
      expect(rejected + repeated + empty).toBe(forged);
      // Each kind of junk was really there, and none cost more than the one decryption in `open`.
      for (const reason of ["malformed", "unknown-key", "replayed", "unauthentic"]) {
        expect([reason, (reasons[reason] ?? 0) > 100]).toEqual([reason, true]);
      }
      console.log(`${mimeType}: ${GENUINE} genuine, ${forged} forged,`, reasons);
    },
  );

  test("the state of the keys is the same after the flood: the next frame opens, the last does not open again", async () => {
    const baseKey = bytesOf(`base key ${mimeType}`, 32);
    const { plain, sealed } = await sealedFrames(mimeType, baseKey);
    const { receiving } = await keysOf(baseKey);
    const open = createOpenPipeline({ keys: receiving, onFirst: nothing });
    const chance = seeded(1);
    const flood = Array.from({ length: 2_000 }, () =>
      junk(chance, sealed.slice(0, 1), sealed[1]!, mimeType),
    );
    const genuine = [sealed[0]!, sealed[0]!, sealed[1]!].map((bytes) => frameOf(mimeType, bytes));
    const [first, again, second] = genuine as [EncodedFrame, EncodedFrame, EncodedFrame];
    expect(await through(open, [first, ...flood, again, second])).toEqual([plain[0], plain[1]]);
  });

  test("a partner whose page is modified: every frame that is no sealed frame is dropped", async () => {
    const { plain } = await sealedFrames(mimeType, bytesOf("modified", 32));
    const { receiving } = await keysOf(bytesOf("modified", 32));
    const open = createOpenPipeline({ keys: receiving, onFirst: nothing });
    // In clear, and in clear behind the cover that sealed frames wear.
    const covered = plain.map((bytes) => envelopeFor(mimeType).wrap(Uint8Array.from(bytes), false));
    const frames = [...plain, ...covered].map((bytes) => frameOf(mimeType, bytes));
    expect(await through(open, frames)).toEqual([]);
    expect(open.tally().passed).toBe(0);
  });
});

test("frames of one kind or direction do not open as another: each has its own key", async () => {
  const { sealed } = await sealedFrames("audio/opus", bytesOf("I>R audio", 32));
  const { receiving } = await keysOf(bytesOf("R>I audio", 32));
  const open = createOpenPipeline({ keys: receiving, onFirst: nothing });
  const frames = sealed.map((bytes) => frameOf("audio/opus", bytes));
  expect(await through(open, frames)).toEqual([]);
  expect(open.tally()).toMatchObject({ passed: 0, rejected: GENUINE });
});

describe("while keys move on", () => {
  /** Sixteen places of three generations, a forged flood before every frame. */
  test("forged frames of every place, past and to come, cost no genuine frame", async () => {
    const clock = { time: 0 };
    const now = (): number => clock.time;
    const sending = createSendingKeys({ now });
    const receiving = createReceivingKeys({ now });
    const seal = createSealPipeline({ keys: sending, onFirst: nothing });
    const open = createOpenPipeline({ keys: receiving, onFirst: nothing });
    const chance = seeded(30);
    const before: Uint8Array[] = [];
    for (let generation = 0; generation < 3; generation++) {
      const base = bytesOf(`moving ${generation}`, 32);
      await receiving.expect(generation, base);
      await sending.use(generation, base, 30_000);
      for (let step = 0; step < 5; step++) {
        for (let index = 0; index < 6; index++) {
          const plain = bytesOf(`${generation} ${step} ${index}`, 60);
          const [sealed] = await pass(seal, frameOf("video/VP9", plain));
          for (let i = 0; i < 60; i++) {
            const forged =
              i % 2 === 0
                ? junk(chance, before, sealed!, "video/VP9")
                : frameOf(
                    "video/VP9",
                    Uint8Array.of(...encodeHeader(chance.below(64), chance.below(20)), ...plain),
                  );
            expect(await pass(open, forged)).toEqual([]);
          }
          expect(await pass(open, frameOf("video/VP9", sealed!))).toEqual([plain]);
          before.push(sealed!);
        }
        clock.time += 30_000;
        const [asks] = await pass(seal, frameOf("video/VP9", bytesOf("asks", 20)));
        expect(await pass(open, frameOf("video/VP9", asks!))).toHaveLength(1);
        await settled(() => sending.place?.step === step + 1);
      }
    }
    // Replays of everything, long after.
    clock.time += 60_000;
    for (const sealed of before) {
      expect(await pass(open, frameOf("video/VP9", sealed))).toEqual([]);
    }
  });
});
