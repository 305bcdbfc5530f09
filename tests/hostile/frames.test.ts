/**
 * A relay that injects, replays, cuts and flips, at the frames (RFC 9605, 9.3 and 9.4). More than a
 * hundred forged frames for every genuine one; nothing is measured by the clock.
 */
import { describe, expect, test } from "vitest";
import { envelopeFor } from "../../e2ee/envelope/envelope.ts";
import type { CoveredMimeType } from "../../e2ee/envelope/envelope.ts";
import { encodeHeader } from "../../e2ee/sframe/header.ts";
import { createOpener, createSealer } from "../../e2ee/sframe/index.ts";
import type { Opener } from "../../e2ee/sframe/index.ts";
import { createOpenPipeline, createSealPipeline } from "../../web/media-worker/pipeline.ts";
import type { EncodedFrame } from "../../web/media-worker/pipeline.ts";
import { bytesOf, flipped, seeded } from "../e2ee/kit.ts";
import type { Chance } from "../e2ee/kit.ts";

const KID = 0;
const GENUINE = 250;
const JUNK_PER_FRAME = 120;

interface Frame {
  readonly type: "key" | "delta";
  data: ArrayBuffer;
}

const frame = (data: Uint8Array): Frame => ({ type: "delta", data: Uint8Array.from(data).buffer });

/** Frames through the very stream that the worker puts a pipeline into. */
async function through(
  transform: ReturnType<typeof createOpenPipeline>["transform"],
  frames: Iterable<Frame>,
): Promise<Uint8Array[]> {
  const out: Uint8Array[] = [];
  const iterator = frames[Symbol.iterator]();
  const source = new ReadableStream<EncodedFrame>({
    pull(controller) {
      const { value, done } = iterator.next();
      if (done) controller.close();
      else controller.enqueue(value as unknown as EncodedFrame);
    },
  });
  await source
    .pipeThrough(new TransformStream<EncodedFrame, EncodedFrame>({ transform }))
    .pipeTo(new WritableStream({ write: ({ data }) => void out.push(new Uint8Array(data)) }));
  return out;
}

/** Counts how often a forged frame got as far as a decryption. */
function counting(opener: Opener): { opener: Opener; reasons: Record<string, number> } {
  const reasons: Record<string, number> = {};
  const open: Opener["open"] = async (...words) => {
    const opened = await opener.open(...words);
    const reason = opened.ok ? "opened" : opened.reason;
    reasons[reason] = (reasons[reason] ?? 0) + 1;
    return opened;
  };
  return { opener: { ...opener, open }, reasons };
}

async function sealedFrames(mimeType: CoveredMimeType, baseKey: Uint8Array) {
  const envelope = envelopeFor(mimeType);
  const sealer = await createSealer({ suite: 5, baseKey, kid: KID });
  const seal = createSealPipeline(
    envelope,
    () => sealer,
    () => {},
  );
  const plain = Array.from({ length: GENUINE }, (_, index) =>
    bytesOf(`${mimeType} ${index}`, 20 + (index % 90)),
  );
  return { envelope, plain, sealed: await through(seal.transform, plain.map(frame)) };
}

/** What a relay can make without keys, of the frames before and the one that is about to come. */
function junk(
  chance: Chance,
  before: readonly Uint8Array[],
  next: Uint8Array,
  cover: number,
): Frame {
  const pick = (): Uint8Array => before[chance.below(before.length)] ?? next;
  const sealedWith = (kid: number, counter: bigint): Uint8Array =>
    new Uint8Array([
      ...next.subarray(0, cover),
      ...encodeHeader(kid, counter),
      ...chance.bytes(16 + chance.below(60)),
    ]);
  switch (chance.below(10)) {
    case 0:
      return frame(chance.bytes(chance.below(120)));
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
      return frame(new Uint8Array([...next.subarray(0, cover), ...chance.bytes(next.length)]));
  }
}

describe.each([
  ["audio/opus", 0],
  ["video/VP8", 1],
] as const)("%s", (mimeType, cover) => {
  test(`${JUNK_PER_FRAME} forged frames for each genuine one: those open once, in order, and nothing else`, async () => {
    const baseKey = bytesOf(`base key ${mimeType}`, 32);
    const { envelope, plain, sealed } = await sealedFrames(mimeType, baseKey);
    const inner = createOpener({ suite: 5 });
    await inner.addKey(KID, baseKey);
    const { opener, reasons } = counting(inner);
    const open = createOpenPipeline(
      envelope,
      () => opener,
      () => {},
    );

    const chance = seeded(9605);
    let forged = 0;
    function* flood(): Generator<Frame> {
      for (const [index, genuine] of sealed.entries()) {
        for (let i = 0; i < JUNK_PER_FRAME; i++) {
          forged++;
          yield junk(chance, sealed.slice(0, index), genuine, cover);
        }
        yield frame(genuine);
        // The relay's copy of what just passed.
        forged++;
        yield frame(genuine);
      }
    }
    const opened = await through(open.transform, flood());

    expect(opened).toEqual(plain);
    expect(forged).toBeGreaterThanOrEqual(100 * GENUINE);
    const { passed, rejected, repeated, empty, withheld } = open.tally();
    expect({ passed, withheld }).toEqual({ passed: GENUINE, withheld: 0 });
    expect(rejected + repeated + empty).toBe(forged);
    // Each kind of junk was really there, and none cost more than the one decryption in `open`.
    for (const reason of ["malformed", "unknown-key", "replayed", "unauthentic"]) {
      expect(reasons[reason]).toBeGreaterThan(100);
    }
    console.log(`${mimeType}: ${GENUINE} genuine, ${forged} forged,`, reasons);
  }, 60_000);

  test("the state of the keys is the same after the flood: the next frame opens, the last does not open again", async () => {
    const baseKey = bytesOf(`base key ${mimeType}`, 32);
    const { envelope, plain, sealed } = await sealedFrames(mimeType, baseKey);
    const opener = createOpener({ suite: 5 });
    await opener.addKey(KID, baseKey);
    const open = createOpenPipeline(
      envelope,
      () => opener,
      () => {},
    );
    const chance = seeded(1);
    const flood = Array.from({ length: 2_000 }, () =>
      junk(chance, sealed.slice(0, 1), sealed[1]!, cover),
    ).filter(({ data }) => !Buffer.from(data).equals(sealed[0]!));
    const frames = [frame(sealed[0]!), ...flood, frame(sealed[0]!), frame(sealed[1]!)];
    expect(await through(open.transform, frames)).toEqual([plain[0], plain[1]]);
  });
});

test("frames of one kind or direction do not open as another: each has its own key", async () => {
  const { sealed } = await sealedFrames("audio/opus", bytesOf("I>R audio", 32));
  const opener = createOpener({ suite: 5 });
  await opener.addKey(KID, bytesOf("R>I audio", 32));
  const open = createOpenPipeline(
    envelopeFor("audio/opus"),
    () => opener,
    () => {},
  );
  expect(await through(open.transform, sealed.map(frame))).toEqual([]);
  expect(open.tally()).toMatchObject({ passed: 0, rejected: GENUINE });
});

test("a partner whose page is modified: every frame that is no sealed frame is dropped", async () => {
  const { plain } = await sealedFrames("video/VP8", bytesOf("modified", 32));
  const opener = createOpener({ suite: 5 });
  await opener.addKey(KID, bytesOf("modified", 32));
  const open = createOpenPipeline(
    envelopeFor("video/VP8"),
    () => opener,
    () => {},
  );
  // In clear, and in clear behind the cover that sealed frames wear.
  const covered = plain.map((bytes) => envelopeFor("video/VP8").wrap(bytes, false));
  expect(await through(open.transform, [...plain, ...covered].map(frame))).toEqual([]);
  expect(open.tally().passed).toBe(0);
});
