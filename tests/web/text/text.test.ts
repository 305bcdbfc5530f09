import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { RUNGS } from "../../../protocol/widening.ts";
import type { EndReason, SecurityFailure } from "../../../web/call/view.ts";
import type { MediaProblem } from "../../../web/media/local-media.types.ts";
import { endedWords, waysOut } from "../../../web/screens/ended/ended-words.ts";
import { EMOJI, emojiAt } from "../../../web/text/emoji.ts";
import { en } from "../../../web/text/en.ts";
import { chooseLanguage, LANGUAGES } from "../../../web/text/index.ts";

// Records, so that a new member of a union does not compile until it is listed here.
const FAILURES: Record<SecurityFailure, true> = {
  commitment: true,
  fingerprint: true,
  certificate: true,
  confirmation: true,
  malformed: true,
  reflected: true,
  "code-differs": true,
  address: true,
};
const PROBLEMS: Record<MediaProblem, true> = {
  denied: true,
  dismissed: true,
  "blocked-by-system": true,
  "not-found": true,
  "in-use": true,
  insecure: true,
  unsupported: true,
  unplugged: true,
  revoked: true,
  unknown: true,
};
type Kind = EndReason["kind"];
const KINDS: Record<Exclude<Kind, "security" | "edge-refused">, true> = {
  left: true,
  "partner-left": true,
  "partner-lost": true,
  "partner-silent": true,
  blocked: true,
  "encryption-stopped": true,
  "relay-unavailable": true,
  "connection-failed": true,
  "edge-unreachable": true,
  banned: true,
  "age-required": true,
  "other-tab": true,
  unsupported: true,
};
const REASONS: readonly EndReason[] = [
  ...(Object.keys(KINDS) as (keyof typeof KINDS)[]).map((kind) => ({ kind })),
  { kind: "edge-refused", retry: true },
  { kind: "edge-refused", retry: false },
  ...(Object.keys(FAILURES) as SecurityFailure[]).map((failure) => ({
    kind: "security" as const,
    failure,
  })),
];

/** Every leaf with its path; functions are called with a number or a word. */
function leaves(value: unknown, path = ""): [path: string, text: string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") return [[`${path}()`, String(value(3))]];
  if (typeof value !== "object" || value === null) return [[path, ""]];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, `${path}.${key}`));
}

describe.each(Object.keys(LANGUAGES))("language %s", (code) => {
  test("says something for every key that English has", async () => {
    const text = await LANGUAGES[code]?.load();
    const spoken = leaves(text);
    expect(spoken.map(([path]) => path)).toEqual(leaves(en).map(([path]) => path));
    expect(spoken.filter(([, sentence]) => sentence.trim() === "")).toEqual([]);
  });

  test.each(REASONS)("has words for the ending %o", async (reason) => {
    const text = await LANGUAGES[code]?.load();
    const words = endedWords(text ?? en, reason);
    expect(words.title).not.toBe("");
    expect(words.body).not.toBe("");
    expect(words.what).not.toBe("");
  });

  test.each(Object.keys(PROBLEMS) as MediaProblem[])("has a way out of %s", async (problem) => {
    const text = await LANGUAGES[code]?.load();
    expect(text?.problems[problem].steps.length).toBeGreaterThan(0);
  });

  test.each(RUNGS)("has words for the rung %s", async (rung) => {
    const text = await LANGUAGES[code]?.load();
    expect(text?.searching.rungs[rung]).not.toBe("");
  });
});

test("no two problems share their words: each has its own way out", () => {
  const words = Object.keys(PROBLEMS).map((p) => JSON.stringify(en.problems[p as MediaProblem]));
  expect(new Set(words).size).toBe(words.length);
});

test.each(REASONS)("the ending %o lets the person go home", (reason) => {
  expect(waysOut(reason)).toContain("home");
});

test("an unsupported browser is not offered another search", () => {
  expect(waysOut({ kind: "unsupported" })).not.toContain("find");
});

test("security failures and lost encryption are loud, an ordinary goodbye is not", () => {
  for (const reason of REASONS) {
    const loud = reason.kind === "security" || reason.kind === "encryption-stopped";
    expect(endedWords(en, reason).loud).toBe(loud);
  }
});

test("the language is the first wanted one that is spoken, else English", () => {
  expect(chooseLanguage(["de-AT", "fr"], ["en", "fr"])).toBe("fr");
  expect(chooseLanguage(["PT-br"], ["en", "pt"])).toBe("pt");
  expect(chooseLanguage(["xx", ""], ["en", "pt"])).toBe("en");
  expect(chooseLanguage([], ["en"])).toBe("en");
});

describe("the 64 emoji", () => {
  test("are 64 different pictures with different names", () => {
    expect(EMOJI).toHaveLength(64);
    expect(new Set(EMOJI.map((emoji) => emoji.symbol)).size).toBe(64);
    expect(new Set(EMOJI.map((emoji) => emoji.name)).size).toBe(64);
  });

  test("an index outside the table throws instead of looking like another code", () => {
    expect(() => emojiAt(64)).toThrow(RangeError);
    expect(() => emojiAt(-1)).toThrow(RangeError);
  });

  const vectors = new URL("../../../../shared/vectors/matrix-sas/sas-emoji.json", import.meta.url);
  test.runIf(existsSync(vectors))("are Matrix's, in Matrix's order", () => {
    const table = JSON.parse(readFileSync(vectors, "utf8")) as {
      number: number;
      emoji: string;
      description: string;
    }[];
    expect(EMOJI).toEqual(
      table
        .toSorted((a, b) => a.number - b.number)
        .map(({ emoji, description }) => ({ symbol: emoji, name: description })),
    );
  });
});
