import { describe, expect, test } from "vitest";
import { envelopeFor } from "../../../e2ee/envelope/envelope.ts";
import { createOpener, createSealer } from "../../../e2ee/sframe/index.ts";
import type { EncodedFrame, Pipeline } from "../../../web/media-worker/pipeline.ts";
import { createOpenPipeline, createSealPipeline } from "../../../web/media-worker/pipeline.ts";

const vp8 = envelopeFor("video/VP8");
const baseKey = new Uint8Array(32).fill(7);

interface Frame {
  type: "key" | "delta";
  data: ArrayBuffer;
}

function frame(type: Frame["type"], ...bytes: number[]): Frame {
  return { type, data: Uint8Array.from(bytes).buffer };
}

/** Puts one frame through and gives what came out, if anything. */
async function pass(pipeline: Pipeline, input: Frame): Promise<Uint8Array[]> {
  const out: Uint8Array[] = [];
  await pipeline.transform(
    input as unknown as EncodedFrame,
    {
      enqueue: (frame: EncodedFrame) => out.push(new Uint8Array(frame.data)),
    } as unknown as TransformStreamDefaultController<EncodedFrame>,
  );
  return out;
}

async function pair() {
  const proofs: string[] = [];
  const sealer = await createSealer({ suite: 5, baseKey, kid: 0 });
  const opener = createOpener({ suite: 5 });
  await opener.addKey(0, baseKey);
  const seal = createSealPipeline(
    vp8,
    () => sealer,
    () => proofs.push("sealed"),
  );
  const open = createOpenPipeline(
    vp8,
    () => opener,
    () => proofs.push("opened"),
  );
  return { seal, open, proofs };
}

const KEY = [0x10, 2, 0, 0x9d, 1, 0x2a, 0x40, 1, 0xf0, 0, 1, 2, 3, 4, 5, 6, 7, 8];

describe("without keys", () => {
  test("no frame passes in either direction", async () => {
    const nothing = () => expect.unreachable();
    const seal = createSealPipeline(vp8, () => undefined, nothing);
    const open = createOpenPipeline(vp8, () => undefined, nothing);
    expect(await pass(seal, frame("key", ...KEY))).toEqual([]);
    expect(await pass(open, frame("key", ...KEY))).toEqual([]);
    expect(seal.tally()).toMatchObject({ passed: 0, withheld: 1 });
    expect(open.tally()).toMatchObject({ passed: 0, withheld: 1 });
  });
});

test("frames that come while the key is derived wait for it, in order, and none is lost", async () => {
  const { open } = await pair();
  const derived = Promise.withResolvers<Awaited<ReturnType<typeof createSealer>>>();
  const seal = createSealPipeline(
    vp8,
    () => derived.promise,
    () => {},
  );
  const passing = [pass(seal, frame("key", ...KEY)), pass(seal, frame("delta", 1, 2, 3))];
  derived.resolve(await createSealer({ suite: 5, baseKey, kid: 0 }));
  const sealed = (await Promise.all(passing)).flat();
  expect(sealed).toHaveLength(2);
  const [first] = await pass(open, { type: "key", data: sealed[0]!.slice().buffer });
  expect(first).toEqual(Uint8Array.from(KEY));
});

test("a key that could not be derived lets nothing pass", async () => {
  const refused = Promise.reject<never>(new RangeError("no"));
  const seal = createSealPipeline(
    vp8,
    () => refused,
    () => {},
  );
  expect(await pass(seal, frame("key", ...KEY))).toEqual([]);
  expect(seal.tally()).toMatchObject({ passed: 0, rejected: 1 });
});

describe("with keys", () => {
  test("a frame comes back as it was, and the first of each direction is told", async () => {
    const { seal, open, proofs } = await pair();
    for (const type of ["key", "delta", "delta"] as const) {
      const [sealed] = await pass(seal, frame(type, ...KEY));
      const [opened] = await pass(open, { type, data: sealed!.slice().buffer });
      expect(opened).toEqual(Uint8Array.from(KEY));
    }
    expect(proofs).toEqual(["sealed", "opened"]);
  });

  test("a sealed frame holds no 8 bytes of the plaintext in a row", async () => {
    const { seal } = await pair();
    const [sealed] = await pass(seal, frame("key", ...KEY));
    const outside = Buffer.from(sealed!).toString("hex");
    for (let at = 0; at + 8 <= KEY.length; at++) {
      expect(outside).not.toContain(Buffer.from(KEY.slice(at, at + 8)).toString("hex"));
    }
  });

  test("plaintext, junk and damage are dropped and counted; what follows still opens", async () => {
    const { seal, open } = await pair();
    const [sealed] = await pass(seal, frame("delta", ...KEY));
    const damaged = sealed!.slice();
    damaged[damaged.length - 1]! ^= 1;
    expect(await pass(open, frame("key", ...KEY))).toEqual([]);
    expect(await pass(open, frame("delta", 1))).toEqual([]);
    expect(await pass(open, { type: "delta", data: damaged.buffer })).toEqual([]);
    expect(open.tally()).toMatchObject({ passed: 0, rejected: 3 });
    expect(await pass(open, { type: "delta", data: sealed!.slice().buffer })).toHaveLength(1);
  });

  test("a frame that comes twice is shown once and is no alarm", async () => {
    const { seal, open } = await pair();
    const [sealed] = await pass(seal, frame("delta", ...KEY));
    await pass(open, { type: "delta", data: sealed!.slice().buffer });
    expect(await pass(open, { type: "delta", data: sealed!.slice().buffer })).toEqual([]);
    expect(open.tally()).toMatchObject({ passed: 1, repeated: 1, rejected: 0 });
  });

  test("silence under DTX (no bytes) is neither sealed nor an alarm", async () => {
    const { seal, open } = await pair();
    expect(await pass(seal, frame("delta"))).toEqual([]);
    expect(await pass(open, frame("delta"))).toEqual([]);
    expect(seal.tally()).toMatchObject({ empty: 1, passed: 0 });
    expect(open.tally()).toMatchObject({ empty: 1, rejected: 0 });
  });

  test("nothing throws out of a transform, whatever the key does", async () => {
    const broken = {
      seal: () => Promise.reject(new Error("no")),
      open: () => Promise.reject(new Error("no")),
    };
    const seal = createSealPipeline(
      vp8,
      () => broken as never,
      () => {},
    );
    const open = createOpenPipeline(
      vp8,
      () => broken as never,
      () => {},
    );
    expect(await pass(seal, frame("key", ...KEY))).toEqual([]);
    expect(await pass(open, frame("delta", 1, 2, 3))).toEqual([]);
    expect(seal.tally().rejected + open.tally().rejected).toBe(2);
  });
});
