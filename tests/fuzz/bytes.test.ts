/**
 * What reads bytes that somebody else made: frames, covers, the handshake's messages, padding.
 * Each target says what must hold for any input; throwing is always wrong.
 */
import { afterAll, describe, expect, test } from "vitest";
import { envelopeFor } from "../../e2ee/envelope/envelope.ts";
import type { CoveredMimeType } from "../../e2ee/envelope/envelope.ts";
import { padOpus, padRed } from "../../e2ee/envelope/opus-padding.ts";
import {
  decodeHello,
  decodeM1,
  decodeM2,
  decodeM3,
  decodeM4,
  decodeM5,
  encodeHello,
  encodeM1,
  encodeM2,
  encodeM3,
  encodeM4,
  encodeM5,
} from "../../e2ee/handshake/codec.ts";
import { decodeHeader, encodeHeader } from "../../e2ee/sframe/header.ts";
import { createReplayWindow, REPLAY_WINDOW_FRAMES } from "../../e2ee/sframe/replay-window.ts";
import { isXWingPublicKey } from "../../e2ee/xwing.ts";
import { fromBase64url, toBase64url } from "../../protocol/base64url.ts";
import { createCapsules } from "../../durable-objects/lobby/capsules.ts";
import { BUCKETS, pad, unpad } from "../../web/chat/padding.ts";
import {
  framesOfOpus,
  framesOfRed,
  NoOpus,
  opusPacket,
  redPayload,
} from "../e2ee/envelope/opus.ts";
import { bytesOf } from "../e2ee/kit.ts";
import { couple, run } from "../e2ee/handshake/parties.ts";
import { executed, hammer, must, mutated, mutatedText, same, SEED } from "./kit.ts";
import type { Fuzz, Target } from "./kit.ts";

const { initiator, responder } = await couple("fuzz");
const honest = await run(initiator, responder);
if (!honest.ok) throw new Error("the honest run failed");
const [M1, M2, M3, M4, M5] = honest.messages as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

const LONG = { timeout: 3_600_000 };
console.log(`FUZZ_SEED=${SEED}`);
afterAll(() => console.log(`bytes: ${executed()} executions`));

/** Mostly damaged genuine ones; noise would rarely get past the first byte. */
const damaged =
  (...genuine: readonly Uint8Array[]) =>
  (chance: Fuzz): Uint8Array =>
    chance.below(8) === 0 ? chance.bytes(chance.below(200)) : mutated(chance, chance.pick(genuine));

/** What is taken is taken in its one spelling: encoding it again gives the input. */
function reencodes<T>(
  decode: (bytes: Uint8Array) => T | undefined,
  encode: (value: T) => Uint8Array,
): (bytes: Uint8Array) => void {
  return (bytes) => {
    const before = Uint8Array.from(bytes);
    const value = decode(bytes);
    must(same(before, bytes), "the input was changed");
    if (value !== undefined) must(same(encode(value), bytes), "two spellings of one value");
  };
}

const HEADERS = [
  encodeHeader(0, 0),
  encodeHeader(7, 7),
  encodeHeader(8, 256),
  encodeHeader(65_536, 2n ** 32n),
  encodeHeader(2n ** 64n - 1n, 2n ** 64n - 1n),
];

const FRAME = bytesOf("frame", 40);
// Zeros and small numbers, so that escapes occur.
const ESCAPED = FRAME.map((byte) => byte & 3);

/**
 * What the far side's depacketizer makes of a wrapped frame, back to how it was wrapped: AV1 has a
 * delimiter and a size, H.264 other parameter sets and shorter start codes.
 */
const AS_WRAPPED: Partial<Record<CoveredMimeType, (bytes: Uint8Array) => Uint8Array>> = {
  "video/AV1"(bytes) {
    let rest = Buffer.from(bytes);
    if (rest.subarray(0, 2).equals(Buffer.from("1200", "hex"))) rest = rest.subarray(2);
    const at = rest[0] === 0x0a ? 13 : 0;
    if (rest[at] !== 0x32) return rest;
    let end = at + 1;
    while ((rest[end] ?? 0) & 0x80) end++;
    return Buffer.concat([rest.subarray(0, at), Buffer.of(0x30), rest.subarray(end + 1)]);
  },
  "video/H264"(bytes) {
    const slices = ["000001419a80", "000001658880"].map((code) =>
      Buffer.from(bytes).indexOf(Buffer.from(code, "hex")),
    );
    const at = Math.min(...slices.filter((found) => found >= 0));
    return Buffer.concat([Buffer.of(0), bytes.subarray(at)]);
  },
};
/** A key frame's parameter sets are not the frame's. */
const withoutSets = (mimeType: CoveredMimeType, wrapped: Uint8Array): Uint8Array =>
  mimeType === "video/H264" ? (AS_WRAPPED[mimeType]?.(wrapped) ?? wrapped) : wrapped;

const covers = (
  ["audio/opus", "audio/red", "video/VP8", "video/VP9", "video/AV1", "video/H264"] as const
).map((mimeType): Target<Uint8Array> => {
  const envelope = envelopeFor(mimeType);
  const wrapped = [FRAME, ESCAPED].flatMap((frame) =>
    [true, false].map((key) => envelope.wrap(frame, key)),
  );
  const arrived =
    mimeType === "video/AV1"
      ? [
          `12003228${Buffer.from(FRAME).toString("hex")}`,
          `0a0b00000024c4ffdf3ffed1103228${Buffer.from(FRAME).toString("hex")}`,
        ].map((text) => Uint8Array.from(Buffer.from(text, "hex")))
      : [];
  return {
    name: `cover of ${mimeType}`,
    share: mimeType.startsWith("audio/") || mimeType === "video/VP9" ? 0.01 : 0.05,
    input: damaged(...wrapped, ...arrived),
    check(bytes) {
      const before = Uint8Array.from(bytes);
      const sealed = envelope.unwrap(bytes);
      must(same(before, bytes), "the input was changed");
      if (sealed === undefined) return;
      must(sealed.length > 0, "a sealed frame of no bytes");
      const was = AS_WRAPPED[mimeType]?.(bytes) ?? bytes;
      const spellings = [true, false].map((key) =>
        withoutSets(mimeType, envelope.wrap(Uint8Array.from(sealed), key)),
      );
      must(
        spellings.some((spelling) => same(spelling, was)),
        "unwrapped what was never wrapped",
      );
    },
  };
});

/** What a decoder reads out of a packet, or that it refuses it. */
function orRefused(read: (bytes: Uint8Array) => unknown, bytes: Uint8Array): string {
  try {
    return JSON.stringify(read(bytes));
  } catch (cause) {
    if (cause instanceof NoOpus) return "refused";
    throw cause;
  }
}

const OPUS = [
  opusPacket("a", [20]),
  opusPacket("b", [9, 9], 1),
  opusPacket("c", [255, 3], 2),
  opusPacket("d", [8, 8, 8], "equal", 3),
  opusPacket("e", [8, 0, 260], "variable", 260),
];
const RED = OPUS.map((packet) => redPayload([opusPacket("older", [30]), packet]));

const paddings = (
  [
    ["Opus", padOpus, framesOfOpus, OPUS],
    ["RED", padRed, framesOfRed, RED],
  ] as const
).map(([name, pad, read, genuine]): Target<Uint8Array> => ({
  name: `constant size of ${name}`,
  share: 0.012,
  input: damaged(...genuine),
  check(bytes) {
    for (const extra of [0, 1, (bytes.length * 37) % 600]) {
      const padded = pad(bytes, extra);
      const says = orRefused(read, bytes);
      if (padded === undefined) {
        must(says === "refused", "not padded, though a decoder takes it");
        continue;
      }
      must(padded.length === bytes.length + extra, "another length than asked for");
      must(orRefused(read, padded) === says, "it says something else now");
    }
  },
}));

const TARGETS: readonly Target<Uint8Array>[] = [
  {
    name: "SFrame header",
    share: 0.3,
    input: (chance) =>
      chance.below(2) === 0
        ? chance.bytes(chance.below(20))
        : mutated(chance, chance.pick(HEADERS)),
    check(frame) {
      const header = decodeHeader(frame);
      if (header === undefined) return;
      must(header.length <= frame.length && header.length <= 17, "longer than the frame");
      const again = encodeHeader(header.kid, header.counter);
      must(same(again, frame.subarray(0, header.length)), "two spellings of one header");
    },
  },
  ...covers,
  ...paddings,
  {
    name: "padding",
    share: 0.1,
    input: (chance) => chance.bytes(chance.below(300)).fill(0, chance.below(300)),
    check(bytes) {
      const content = unpad(bytes);
      if (content !== undefined) must(content.length < bytes.length, "padding of no bytes");
      const padded = pad(bytes);
      if (padded === undefined) return must(bytes.length >= BUCKETS[3], "refused what fits");
      must(
        BUCKETS.some((size) => size === padded.length),
        "no bucket",
      );
      must(same(unpad(padded) ?? new Uint8Array(1), bytes), "padding lost something");
    },
  },
  {
    name: "hello",
    share: 0.02,
    input: damaged(M2.subarray(1), M3.subarray(5, -1_120)),
    check: reencodes(decodeHello, encodeHello),
  },
  {
    name: "hello, its short fields",
    share: 0.02,
    // Keys make up most of a hello, and a change there is never read. These hit what is.
    input(chance) {
      const hello = Uint8Array.from(M2.subarray(1));
      const at = chance.pick([0, 1, 2, 3, 3_732, 3_733, 3_734, 3_735, hello.length - 1]);
      hello[at] = chance.below(256);
      return chance.below(2) === 0 ? hello : mutated(chance, hello.subarray(3_700));
    },
    check: reencodes(decodeHello, encodeHello),
  },
  { name: "M1", share: 0.05, input: damaged(M1, M5), check: reencodes(decodeM1, encodeM1) },
  { name: "M2", share: 0.02, input: damaged(M2, M1), check: reencodes(decodeM2, encodeM2) },
  { name: "M3", share: 0.02, input: damaged(M3, M2), check: reencodes(decodeM3, encodeM3) },
  { name: "M4", share: 0.03, input: damaged(M4, M3), check: reencodes(decodeM4, encodeM4) },
  { name: "M5", share: 0.05, input: damaged(M5, M1), check: reencodes(decodeM5, encodeM5) },
  {
    name: "X-Wing public key",
    share: 0.003,
    input: damaged(initiator.context.keyPair.publicKey),
    check(key) {
      if (isXWingPublicKey(key)) must(key.length === 1_216, "a key of another length");
    },
  },
];

describe("bytes", () => {
  test.each(TARGETS)("$name", LONG, async (target) => {
    await expect(hammer(target)).resolves.toBeUndefined();
  });

  test("base64url: one text for the same bytes", LONG, () =>
    hammer<string>({
      name: "base64url",
      share: 0.03,
      input: (chance) => mutatedText(chance, toBase64url(chance.bytes(chance.below(40)))),
      check(text) {
        const bytes = fromBase64url(text);
        if (bytes !== undefined) must(toBase64url(bytes) === text, "two spellings");
      },
    }),
  );

  test("capsules: only what the edge sealed opens, and to the same handle", LONG, async () => {
    const capsules = createCapsules(toBase64url(bytesOf("edge secret", 32)));
    const now = 1_700_000_000_000;
    const handle = toBase64url(bytesOf("handle", 16));
    const genuine = [capsules.sealRecent(handle, now), capsules.sealBlock(handle)];
    await hammer<string>({
      name: "capsules",
      share: 0.01,
      input: (chance) => mutatedText(chance, chance.pick(genuine)),
      check(capsule) {
        const opened = [capsules.openRecent(capsule, now), capsules.openBlock(capsule)];
        for (const each of opened) must(each === undefined || each === handle, "a forged capsule");
      },
    });
  });

  test("replay window: each counter at most once, whatever is asked in between", LONG, async () => {
    let window = createReplayWindow();
    let accepted = new Set<bigint>();
    let highest = -1n;
    await hammer<bigint>({
      name: "replay window",
      share: 0.06,
      input: (chance) =>
        chance.below(50) === 0
          ? BigInt(chance.word()) << BigInt(chance.below(32))
          : (highest < 0n ? 0n : highest) + BigInt(chance.below(2_400) - 1_600),
      check(counter) {
        if (counter < 0n) return;
        if (accepted.size > 3_000) {
          window = createReplayWindow();
          accepted = new Set();
          highest = -1n;
        }
        const verdict = window.check(counter);
        const isOld = highest - counter >= BigInt(REPLAY_WINDOW_FRAMES);
        const expected = isOld ? "too-old" : accepted.has(counter) ? "replayed" : "fresh";
        must(verdict === expected, `${verdict} instead of ${expected}`);
        if (verdict !== "fresh") return;
        window.accept(counter);
        accepted.add(counter);
        if (counter > highest) highest = counter;
      },
    });
  });
});
