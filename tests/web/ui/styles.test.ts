import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const FIRST_LINE = "@layer tokens, reset, base, ui, screens, preferences;\n";
const FILES = globSync("web/**/*.css");

test("there are stylesheets to look at", () => {
  expect(FILES.length).toBeGreaterThan(10);
});

describe.each(FILES)("%s", (file) => {
  const css = readFileSync(file, "utf8");
  test("names the layers first, so that their order never depends on which file arrives first", () => {
    expect(css.startsWith(FIRST_LINE)).toBe(true);
  });
  test("asks for nothing beyond our own files", () => {
    expect(css).not.toMatch(/url\(|@import|https?:/);
  });
});

// The content security policy allows no style attributes; Solid writes static ones into templates.
test("no component carries an inline style or an inline handler", () => {
  for (const file of globSync("web/**/*.tsx")) {
    const source = readFileSync(file, "utf8");
    expect(source, file).not.toMatch(/\sstyle=/);
    expect(source, file).not.toMatch(/innerHTML/);
  }
});
