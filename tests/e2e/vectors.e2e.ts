/**
 * The published vectors where the product runs: in real browsers, on a page and in a worker, from
 * the same source that the product bundles. Every check says how much it did, and that number is
 * asserted: a check that looked at nothing fails.
 */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BROWSER_CHECKS } from "../e2ee/in-browser.ts";
import { describeVectors, readVectors } from "../e2ee/vectors.ts";
import { Crowd } from "../support/browsers/crowd.ts";
import type { Engine, Person } from "../support/browsers/person.ts";
import { openLab, type Lab } from "../support/lab/lab.ts";
import { CROSS_CHECK, type Question } from "../support/lab/vectors/checks.ts";
import type { Place } from "../support/lab/vectors/page.ts";

/** Chromium has X-Wing of its own, so everything is done by both implementations there. */
const WITH_NATIVE = {
  SFrame: "303 of SFrame",
  "X-Wing": "13 of X-Wing, portable and native",
  "ML-KEM-768": "193 of ML-KEM-768",
  primitives: "86, 83, 174, 133, 518 of HKDF, HKDF, HMAC, AES-GCM, X25519",
  "the whole path": "4 whole paths, X-Wing native and portable",
  [CROSS_CHECK]: "75 agreements",
};
const EXPECTED: Record<Engine, Record<string, string>> = {
  chromium: WITH_NATIVE,
  firefox: {
    ...WITH_NATIVE,
    "X-Wing": "13 of X-Wing, portable only",
    "the whole path": "1 whole paths, X-Wing portable",
    [CROSS_CHECK]: "no native X-Wing",
  },
};
const PLACES: readonly (readonly [Engine, Place])[] = [
  ["chromium", "page"],
  ["chromium", "worker"],
  ["firefox", "page"],
  ["firefox", "worker"],
];

const crowd = new Crowd();
const people = {} as Record<Engine, Person>;
let lab: Lab;

beforeAll(async () => {
  const script = fileURLToPath(new URL("../support/lab/vectors/page.ts", import.meta.url));
  lab = await openLab({ script });
  for (const engine of ["chromium", "firefox"] as const) {
    people[engine] = await crowd.invite(engine, engine);
    await people[engine].open(lab.url);
  }
});

afterAll(async () => {
  await crowd.end();
  await lab?.close();
});

function ask(engine: Engine, place: Place, question: Question): Promise<string> {
  return people[engine].evaluate(async ([where, asked]) => window.check(where, asked), [
    place,
    question,
  ] as const);
}

test("a check that is asked for and not known here is no success", async () => {
  const nothing = { name: "nothing", texts: [] };
  await expect(ask("chromium", "page", nothing)).rejects.toThrow("no check is called nothing");
  await expect(ask("firefox", "worker", nothing)).rejects.toThrow("no check is called nothing");
});

test("a vector that was changed is noticed", async () => {
  const text = JSON.stringify({ header: [{ kid: 1, ctr: 2, encoded: "13" }] });
  const changed = { name: "SFrame", texts: [text] };
  await expect(ask("chromium", "worker", changed)).rejects.toThrow("header: 12 is not 13");
  await expect(ask("firefox", "page", changed)).rejects.toThrow("header: 12 is not 13");
});

describe.each(PLACES)("%s, %s", (engine, place) => {
  const [withFiles, without] = [
    BROWSER_CHECKS.filter(({ files }) => files.length > 0),
    BROWSER_CHECKS.filter(({ files }) => files.length === 0),
  ];

  test.each([...without.map(({ name }) => name), CROSS_CHECK])("%s", async (name) => {
    expect(await ask(engine, place, { name, texts: [] })).toBe(EXPECTED[engine][name]);
  });

  describeVectors(`the published vectors in ${engine}, ${place}`, () => {
    test("each list of them has its place here", () => {
      expect(withFiles.map(({ name }) => name)).toEqual([
        "SFrame",
        "X-Wing",
        "ML-KEM-768",
        "primitives",
      ]);
    });
    test.each(withFiles)("$name", async ({ name, files }) => {
      const did = await ask(engine, place, { name, texts: files.map(readVectors) });
      expect(did).toBe(EXPECTED[engine][name]);
    });
  });
});
