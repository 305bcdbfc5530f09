import { describe, expect, it } from "vitest";
import { base64urlLength, fromBase64url, toBase64url } from "../../protocol/base64url.ts";
import { CLOSE_CODES, mayRetry } from "../../protocol/close-codes.ts";
import {
  BLOCKS_MAX,
  CAPSULE_BYTES,
  FRAME_MAX_BYTES,
  LANGUAGES_MAX,
  MATCH_ID_BYTES,
  RECENTS_MAX,
  SEAL_BODY_MAX_CHARS,
  SEAL_KEY_BYTES,
} from "../../protocol/limits.ts";
import { parseClientMessage, parseEdgeMessage } from "../../protocol/parse.ts";
import { stricter } from "../../protocol/relay-policy.ts";

const match = "m".repeat(base64urlLength(MATCH_ID_BYTES));
const capsule = "c".repeat(base64urlLength(CAPSULE_BYTES));
const seek = {
  type: "seek",
  sealKey: "k".repeat(base64urlLength(SEAL_KEY_BYTES)),
  preferences: { languages: ["en"], interests: [], relay: "relay" },
  recents: [] as string[],
  blocks: [] as string[],
};
const parse = (message: unknown) => parseClientMessage(JSON.stringify(message));

describe("P-10: words of a page", () => {
  it.each([
    { type: "hello", version: 1 },
    seek,
    { ...seek, type: "next", match },
    { type: "ack", match },
    { type: "seal", match, epoch: 0, body: "x" },
    { type: "up", match },
    { type: "bye" },
    { type: "bye", match },
  ])("$type is known", (message) => {
    expect(parse(message)).toEqual({ ok: true, message });
  });

  const list = (length: number, item: string) => Array.from({ length }, () => item);
  it.each([
    ["blocks", BLOCKS_MAX, (length: number) => ({ ...seek, blocks: list(length, capsule) })],
    ["recents", RECENTS_MAX, (length: number) => ({ ...seek, recents: list(length, capsule) })],
    [
      "languages",
      LANGUAGES_MAX,
      (length: number) => ({
        ...seek,
        preferences: { ...seek.preferences, languages: list(length, "en") },
      }),
    ],
    [
      "body",
      SEAL_BODY_MAX_CHARS,
      (length: number) => ({ type: "seal", match, epoch: 0, body: "x".repeat(length) }),
    ],
  ])("%s: under and at the bound pass, over fails", (_, bound, message) => {
    expect([bound - 1, bound, bound + 1].map((length) => parse(message(length)).ok)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("the largest seal fits into a frame", () => {
    const body = "x".repeat(SEAL_BODY_MAX_CHARS);
    const frame = JSON.stringify({ type: "seal", match, epoch: 255, body });
    expect(frame.length).toBeLessThan(FRAME_MAX_BYTES);
  });

  it("size is looked at before anything else", () => {
    const frame = " ".repeat(FRAME_MAX_BYTES - 2) + "{}";
    expect(parseClientMessage(frame)).toMatchObject({ reason: expect.stringMatching(/^invalid/) });
    expect(parseClientMessage(` ${frame}`)).toEqual({ ok: false, reason: "too large" });
  });

  it("P-11: the reason names the place and never the value", () => {
    const result = parse({ ...seek, preferences: { ...seek.preferences, relay: "s3cret" } });
    expect(result).toEqual({ ok: false, reason: "invalid preferences.relay" });
  });

  it.each([undefined, null, 1, {}, new ArrayBuffer(2)])("%s is not a frame", (frame) => {
    expect(parseClientMessage(frame)).toEqual({ ok: false, reason: "not text" });
  });
});

describe("P-10: words of the edge", () => {
  it.each([
    { type: "welcome", version: 1 },
    { type: "waiting", rung: "shard", level: 0, waited: 0 },
    { type: "gone", match, reason: "next" },
    { type: "slow", ms: 1 },
    { type: "error", code: "invalid", detail: "x" },
  ])("$type is known", (message) => {
    expect(parseEdgeMessage(JSON.stringify(message))).toEqual({ ok: true, message });
  });
});

describe("P-42: close codes", () => {
  it("each is in our own range and unlike the others", () => {
    const codes = Object.values(CLOSE_CODES).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).toBeGreaterThanOrEqual(4000);
  });

  it.each([
    [4400, false],
    [4401, true],
    [4408, true],
    [4409, false],
    [4429, false],
    [4503, true],
    [1006, true],
  ])("%i: coming back makes sense: %s", (code, retry) => {
    expect(mayRetry(code)).toBe(retry);
  });
});

describe("base64url", () => {
  it("has one spelling for each list of bytes", () => {
    for (let length = 0; length < 9; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => 251 - index * 17);
      const text = toBase64url(bytes);
      expect(text).toHaveLength(base64urlLength(length));
      expect(fromBase64url(text)).toEqual(bytes);
    }
    for (const text of ["A", "AB", "AA==", "A+", "A/", "A A", "AAAAA"]) {
      expect(fromBase64url(text)).toBeUndefined();
    }
  });
});

describe("P-29: the stricter policy", () => {
  it.each([
    [[], "relay"],
    [["direct"], "direct"],
    [["relay"], "relay"],
    [["direct", "direct"], "direct"],
    [["direct", "relay"], "relay"],
    [["relay", "direct"], "relay"],
  ] as const)("of %j is %s", (policies, policy) => {
    expect(stricter(...policies)).toBe(policy);
  });
});
