import { describe, expect, it } from "vitest";
import {
  enoughReports,
  REPORT_KEPT_MS,
  type ReportRow,
} from "../../durable-objects/sanctions/reports.ts";
import { REPORT_TEXT_MAX_BYTES, sealReport } from "../../web/report/sealed-report.ts";
import { drawKeys, opened, publicWord } from "../../tools/moderate/moderator.ts";
import { SEALED_REPORT_MAX_BYTES } from "../../protocol/reports.ts";

const NOW = 1_800_000_000_000;

describe("A-8: enough reports", () => {
  const row = (network: string | undefined, changes: Partial<ReportRow> = {}): ReportRow => ({
    reason: "spam",
    at: NOW,
    proven: true,
    network,
    sealed: undefined,
    ...changes,
  });

  it.each([
    ["three people, two networks", [row("a"), row("a"), row("b")], "spam"],
    [
      "three people whose networks nobody knows",
      [row(undefined), row(undefined), row(undefined)],
      "spam",
    ],
    ["two people", [row("a"), row("b")], undefined],
    ["one network", [row("a"), row("a"), row("a")], undefined],
    ["one who is not proven", [row("a"), row("b"), row("c", { proven: false })], undefined],
    [
      "one of two weeks ago",
      [row("a"), row("b"), row("c", { at: NOW - REPORT_KEPT_MS })],
      undefined,
    ],
    [
      "the reason that most named",
      [row("a"), row("b", { reason: "hate" }), row("c", { reason: "hate" })],
      "hate",
    ],
  ] as const)("%s", (_, rows, reason) => {
    expect(enoughReports(rows, NOW)).toBe(reason);
  });
});

describe("A-8: what is sealed to the moderator", () => {
  it("is read by the moderator and nobody else, and fits", async () => {
    const keys = drawKeys();
    const word = Buffer.from(await publicWord(keys), "base64url");
    expect(word).toHaveLength(32 + 1_216);
    const key = Uint8Array.from(word.subarray(32));
    const text = "They said: give me your address. ".repeat(60).slice(0, REPORT_TEXT_MAX_BYTES);
    const sealed = await sealReport(key, text);
    expect(sealed.length).toBeLessThanOrEqual(SEALED_REPORT_MAX_BYTES);
    const printed = Buffer.from(sealed).toString("base64url");
    expect(await opened(keys, printed)).toBe(text);
    expect(await opened(drawKeys(), printed)).toBeUndefined();
    const spoilt = Buffer.from(sealed);
    spoilt[spoilt.length - 1]! ^= 1;
    expect(await opened(keys, spoilt.toString("base64url"))).toBeUndefined();
    expect(await opened(keys, "AAAA")).toBeUndefined();
    expect(Buffer.from(await sealReport(key, text)).equals(Buffer.from(sealed))).toBe(false);
  });

  it("is not too long, and not sealed to nobody", async () => {
    const key = Uint8Array.from(
      Buffer.from(await publicWord(drawKeys()), "base64url").subarray(32),
    );
    await expect(sealReport(key, "x".repeat(REPORT_TEXT_MAX_BYTES + 1))).rejects.toThrow(
      RangeError,
    );
    await expect(sealReport(key.slice(1), "x")).rejects.toThrow(RangeError);
  });
});
