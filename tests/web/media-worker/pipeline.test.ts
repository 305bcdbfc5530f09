import { describe, expect, test, vi } from "vitest";
import { createReceivingKeys } from "../../../e2ee/frame-keys/receiving-keys.ts";
import { createSendingKeys } from "../../../e2ee/frame-keys/sending-keys.ts";
import { CONSTANT_AUDIO_BYTES } from "../../../web/media-worker/pipeline.ts";
import { createOpenPipeline, createSealPipeline } from "../../../web/media-worker/pipeline.ts";
import { bytesOf } from "../../e2ee/kit.ts";
import { framesOfOpus, framesOfRed, opusPacket, redPayload } from "../../e2ee/envelope/opus.ts";
import { frameOf, keysOf, pass, through } from "./frames.ts";

// Much work for a busy machine; nothing here is measured by the clock.
vi.setConfig({ testTimeout: 60_000 });

const baseKey = bytesOf("pipeline", 32);
const nothing = (): void => {};

async function pair() {
  const proofs: string[] = [];
  const { sending, receiving } = await keysOf(baseKey);
  const seal = createSealPipeline({ keys: sending, onFirst: () => proofs.push("sealed") });
  const open = createOpenPipeline({ keys: receiving, onFirst: () => proofs.push("opened") });
  return { seal, open, proofs, sending, receiving };
}

const PICTURE = Uint8Array.of(0x10, 2, 0, 0x9d, 1, 0x2a, 0x40, 1, 0xf0, 0, 1, 2, 3, 4, 5, 6, 7, 8);
const VIDEO = ["video/VP8", "video/VP9", "video/AV1", "video/H264"] as const;
const AUDIO = ["audio/opus", "audio/red"] as const;

describe("without keys", () => {
  test("a received frame is withheld: nothing of it is decoded", async () => {
    const open = createOpenPipeline({
      keys: createReceivingKeys({ now: () => 0 }),
      onFirst: nothing,
    });
    expect(await pass(open, frameOf("video/VP8", PICTURE, "key"))).toEqual([]);
    expect(open.tally()).toMatchObject({ passed: 0, withheld: 1 });
  });

  test("frames to be sent wait for the first key, in order, and none is lost", async () => {
    const { open } = await pair();
    const sending = createSendingKeys({ now: () => 0 });
    const seal = createSealPipeline({ keys: sending, onFirst: nothing });
    const plain = Array.from({ length: 20 }, (_, index) => bytesOf(`waiting ${index}`, 30));
    const frames = plain.map((bytes, index) =>
      frameOf("video/VP8", bytes, index === 0 ? "key" : "delta"),
    );
    const passing = through(seal, frames);
    await new Promise((resolve) => setImmediate(resolve));
    expect(seal.tally()).toMatchObject({ passed: 0, withheld: 0, rejected: 0 });
    await sending.use(0, baseKey);
    const sealed = await passing;
    const arriving = sealed.map((bytes, index) =>
      frameOf("video/VP8", bytes, index === 0 ? "key" : "delta"),
    );
    expect(await through(open, arriving)).toEqual(plain);
  });

  test("keys that are wiped before there was one let nothing pass", async () => {
    const sending = createSendingKeys({ now: () => 0 });
    const seal = createSealPipeline({ keys: sending, onFirst: nothing });
    const waiting = pass(seal, frameOf("video/VP8", PICTURE, "key"));
    sending.wipe();
    expect(await waiting).toEqual([]);
    expect(await pass(seal, frameOf("video/VP8", PICTURE, "key"))).toEqual([]);
    expect(seal.tally()).toMatchObject({ passed: 0, rejected: 2 });
  });
});

describe.each([...VIDEO, ...AUDIO])("%s", (mimeType) => {
  test("a frame comes back as it was, and the first of each direction is told", async () => {
    const { seal, open, proofs } = await pair();
    for (const type of ["key", "delta", "delta"] as const) {
      const [sealed] = await pass(seal, frameOf(mimeType, PICTURE, type));
      const [opened] = await pass(open, frameOf(mimeType, sealed!, type));
      expect(opened).toEqual(PICTURE);
    }
    expect(proofs).toEqual(["sealed", "opened"]);
  });

  test("a sealed frame holds no 4 bytes of the plaintext in a row", async () => {
    const { seal } = await pair();
    const plain = bytesOf("no run", 400);
    for (const type of ["key", "delta"] as const) {
      const [sealed] = await pass(seal, frameOf(mimeType, plain, type));
      for (let at = 0; at + 4 <= plain.length; at++) {
        expect(Buffer.from(sealed!).includes(Buffer.from(plain.subarray(at, at + 4)))).toBe(false);
      }
    }
  });

  test("plaintext, junk and damage are dropped and counted; what follows still opens", async () => {
    const { seal, open } = await pair();
    const [sealed] = await pass(seal, frameOf(mimeType, PICTURE));
    const damaged = sealed!.slice();
    damaged[damaged.length - 3]! ^= 1;
    for (const junk of [PICTURE, Uint8Array.of(1), damaged]) {
      expect(await pass(open, frameOf(mimeType, junk))).toEqual([]);
    }
    expect(open.tally()).toMatchObject({ passed: 0, rejected: 3 });
    expect(await pass(open, frameOf(mimeType, sealed!))).toEqual([PICTURE]);
  });

  test("a frame that comes twice is shown once and is no alarm", async () => {
    const { seal, open } = await pair();
    const [sealed] = await pass(seal, frameOf(mimeType, PICTURE));
    await pass(open, frameOf(mimeType, sealed!));
    expect(await pass(open, frameOf(mimeType, sealed!))).toEqual([]);
    expect(open.tally()).toMatchObject({ passed: 1, repeated: 1, rejected: 0 });
  });

  test("silence under DTX (no bytes) is neither sealed nor an alarm", async () => {
    const { seal, open } = await pair();
    const silence = new Uint8Array(0);
    expect(await pass(seal, frameOf(mimeType, silence))).toEqual([]);
    expect(await pass(open, frameOf(mimeType, silence))).toEqual([]);
    expect(seal.tally()).toMatchObject({ empty: 1, passed: 0 });
    expect(open.tally()).toMatchObject({ empty: 1, rejected: 0 });
  });
});

describe("the codec", () => {
  test.each([undefined, "", "video/H265", "video/vp8", "audio/PCMU", "toString", "__proto__"])(
    "%s has no envelope: its frames go nowhere",
    async (mimeType) => {
      const { seal, open } = await pair();
      expect(await pass(seal, frameOf(mimeType, PICTURE, "key"))).toEqual([]);
      expect(await pass(open, frameOf(mimeType, PICTURE, "key"))).toEqual([]);
      expect(seal.tally()).toMatchObject({ passed: 0, rejected: 1 });
      expect(open.tally()).toMatchObject({ passed: 0, rejected: 1 });
    },
  );

  test("may change in a call, with a key frame", async () => {
    const { seal, open } = await pair();
    for (const mimeType of [...VIDEO, ...VIDEO]) {
      for (const type of ["key", "delta"] as const) {
        const [sealed] = await pass(seal, frameOf(mimeType, PICTURE, type));
        expect(await pass(open, frameOf(mimeType, sealed!, type))).toEqual([PICTURE]);
      }
    }
  });

  test("to one without an envelope it may change, too: from there on nothing leaves", async () => {
    const { seal } = await pair();
    expect(await pass(seal, frameOf("video/VP8", PICTURE, "key"))).toHaveLength(1);
    expect(await pass(seal, frameOf("video/H265", PICTURE, "key"))).toEqual([]);
    expect(await pass(seal, frameOf("video/H265", PICTURE, "delta"))).toEqual([]);
  });

  test("of a forged key frame says nothing about the genuine frames after it", async () => {
    const { seal, open } = await pair();
    const [key] = await pass(seal, frameOf("video/VP8", PICTURE, "key"));
    expect(await pass(open, frameOf("video/VP8", key!, "key"))).toHaveLength(1);
    for (const claimed of ["video/AV1", "video/VP9", "video/H264", "video/H265"]) {
      expect(await pass(open, frameOf(claimed, PICTURE, "key"))).toEqual([]);
      const [delta] = await pass(seal, frameOf("video/VP8", PICTURE, "delta"));
      expect(await pass(open, frameOf("video/VP8", delta!, "delta"))).toEqual([PICTURE]);
    }
  });
});

describe("constant-size audio", () => {
  async function hidden(mimeType: string, packets: readonly Uint8Array[]): Promise<Uint8Array[]> {
    const { sending, receiving } = await keysOf(baseKey);
    const seal = createSealPipeline({ keys: sending, hidesRhythm: () => true, onFirst: nothing });
    const open = createOpenPipeline({ keys: receiving, onFirst: nothing });
    const sealed = await through(
      seal,
      packets.map((packet) => frameOf(mimeType, packet)),
    );
    // The header of a frame alone may differ, as its counter gets longer.
    const sizes = new Set(sealed.map((bytes, index) => bytes.length - (index < 8 ? 0 : 1)));
    expect([...sizes]).toEqual([1 + CONSTANT_AUDIO_BYTES + 16]);
    return through(
      open,
      sealed.map((bytes) => frameOf(mimeType, bytes)),
    );
  }

  test("a whisper, a word and a shout leave in one size, and say what they said", async () => {
    const packets = [1, 2, 3, 20, 80, 160, 254, 255, 256].map((length) =>
      opusPacket(`voice ${length}`, [length - 1]),
    );
    const opened = await hidden("audio/opus", packets);
    expect(opened.map(framesOfOpus)).toEqual(packets.map(framesOfOpus));
  });

  test("so do packets with redundancy", async () => {
    const payloads = [10, 80].flatMap((older) =>
      [1, 40, 150].map((newer) =>
        redPayload([opusPacket("older", [older]), opusPacket("newer", [newer])]),
      ),
    );
    const opened = await hidden("audio/red", payloads);
    expect(opened.map(framesOfRed)).toEqual(payloads.map(framesOfRed));
  });

  test("what cannot be padded does not leave in its own size: it does not leave", async () => {
    const { sending } = await keysOf(baseKey);
    const seal = createSealPipeline({ keys: sending, hidesRhythm: () => true, onFirst: nothing });
    // Two frames of one size in an odd number of bytes; a code 3 packet cut after its first byte.
    for (const packet of [Uint8Array.of(1, 2), Uint8Array.of(3)]) {
      expect(await pass(seal, frameOf("audio/opus", packet))).toEqual([]);
    }
    expect(await pass(seal, frameOf("video/VP8", PICTURE, "key"))).toEqual([]);
    expect(seal.tally()).toMatchObject({ passed: 0, rejected: 3 });
  });

  test("is asked for each frame", async () => {
    const { sending } = await keysOf(baseKey);
    let isHidden = false;
    const seal = createSealPipeline({
      keys: sending,
      hidesRhythm: () => isHidden,
      onFirst: nothing,
    });
    const packet = opusPacket("switched", [30]);
    const sizes: number[] = [];
    for (isHidden of [false, true, false]) {
      const [sealed] = await pass(seal, frameOf("audio/opus", packet));
      sizes.push(sealed!.length - 17);
    }
    expect(sizes).toEqual([31, CONSTANT_AUDIO_BYTES, 31]);
  });
});

describe("nothing throws out of a transform", () => {
  const broken = {
    hasKey: true,
    seal: () => Promise.reject(new Error("no")),
    open: () => Promise.reject(new Error("no")),
  };

  test("whatever the keys do", async () => {
    const seal = createSealPipeline({ keys: broken, onFirst: nothing });
    const open = createOpenPipeline({ keys: broken, onFirst: nothing });
    expect(await pass(seal, frameOf("video/VP8", PICTURE, "key"))).toEqual([]);
    expect(await pass(open, frameOf("video/VP9", PICTURE, "key"))).toEqual([]);
    expect(seal.tally().rejected + open.tally().rejected).toBe(2);
  });

  test("whatever the frame is", async () => {
    const { seal, open } = await pair();
    const frames = [
      {},
      { data: null },
      { data: new ArrayBuffer(3) },
      { data: "text", type: "key" },
    ];
    for (const frame of frames) {
      expect(await pass(seal, frame as never)).toEqual([]);
      expect(await pass(open, frame as never)).toEqual([]);
    }
    expect(seal.tally().passed + open.tally().passed).toBe(0);
  });
});

test("a frame takes its own bytes along and none of the buffer that they were made in", async () => {
  const large = bytesOf("a larger buffer", 1_000);
  const keys = { seal: () => Promise.resolve(large.subarray(100, 120)) };
  const seal = createSealPipeline({ keys, onFirst: nothing });
  expect(await pass(seal, frameOf("audio/opus", PICTURE))).toEqual([large.slice(100, 120)]);
});
