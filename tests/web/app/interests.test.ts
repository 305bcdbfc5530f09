import { describe, expect, test } from "vitest";
import { INTERESTS_MAX } from "../../../protocol/limits.ts";
import { InterestTag } from "../../../protocol/ids.ts";
import { canonical, tagsOf, tidy } from "../../../web/settings/interests.ts";
import * as v from "valibot";

describe("two people who mean the same", () => {
  test.each([
    ["Films", "movies"],
    ["Fußball", "soccer"],
    ["FUTBOL", "fútbol"],
    ["photos", "Photography"],
    ["cats", "Kitten"],
    ["  video   games ", "gaming"],
    ["hobbies", "hobby"],
    ["board-games", "Board games"],
    ["Ｃｈｅｓｓ", "chess"],
    ["reading", "Bücher"],
  ])("%s and %s are one interest", (one, other) => {
    expect(canonical(one)).toBe(canonical(other));
  });

  test.each([
    ["chess", "checkers"],
    ["news", "new"],
    ["bus", "bu"],
    ["Paris", "pari"],
    ["日本", "日本語"],
    ["rock", "rock climbing"],
  ])("%s and %s are two", (one, other) => {
    expect(canonical(one)).not.toBe(canonical(other));
  });
});

test("only tags leave the device: 8 bytes, the same everywhere, at most five, none twice", async () => {
  const tags = await tagsOf(["movies", "Films", "chess", "a", "b", "c", "d", "e"]);
  expect(tags).toHaveLength(INTERESTS_MAX);
  expect(new Set(tags).size).toBe(INTERESTS_MAX);
  for (const tag of tags) expect(v.is(InterestTag, tag)).toBe(true);
  // Another version of the rules must change the label with them, or pages would disagree.
  expect(await tagsOf(["chess"])).toEqual([await hashOf("winkr interest v1\nchess")]);
});

test("what is typed is kept as a tidy line, or not at all", () => {
  expect(tidy("  Board   Games ")).toBe("Board Games");
  for (const nothing of ["", "   ", "!!!", "\u0301"]) expect(tidy(nothing)).toBeUndefined();
  expect(tidy("x".repeat(500))).toHaveLength(30);
});

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Buffer.from(digest).subarray(0, 8).toString("base64url");
}
