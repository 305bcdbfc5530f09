import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const rules = new Set(
  [...readFileSync(join(root, "docs/protocol.md"), "utf8").matchAll(/^\*\*(P-\d+)\.\*\*/gm)].map(
    ([, rule]) => rule!,
  ),
);

function citations(): Map<string, string> {
  const cited = new Map<string, string>();
  const names = readdirSync(join(root, "tests"), { recursive: true, encoding: "utf8" });
  for (const name of names.filter((each) => /\.(test|e2e)\.tsx?$/.test(each))) {
    const text = readFileSync(join(root, "tests", name), "utf8");
    for (const [rule] of text.matchAll(/\bP-\d+\b/g)) cited.set(rule, name);
  }
  return cited;
}

it("every rule that a test cites is on the protocol page", () => {
  const unknown = [...citations()].filter(([rule]) => !rules.has(rule));
  expect(unknown).toEqual([]);
});

it("every rule on the protocol page is cited by a test", () => {
  const cited = citations();
  expect(rules.size).toBeGreaterThan(0);
  expect([...rules].filter((rule) => !cited.has(rule))).toEqual([]);
});
