import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const files = ["worker", "durable-objects"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name)),
);

/** The one that keeps rows: expiring sanctions under tags, and nothing else (A-6 looks). */
const KEEPS = "durable-objects/sanctions/sanctions-object.ts";

/** The one other thing that is written down, in so many words: how many shards there are. */
const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  "durable-objects/directory/directory-object.ts": [
    "ctx.storage.get<Shape>(SHAPE)",
    "ctx.storage.put<Shape>(SHAPE, { shards, open })",
  ],
};

describe("P-40: nothing is logged or stored", () => {
  it.each(files.filter((file) => file !== KEEPS))("%s has no word that could", (file) => {
    let text = readFileSync(join(root, file), "utf8");
    for (const allowed of WRITTEN[file] ?? []) {
      expect(text).toContain(allowed);
      text = text.replace(allowed, "");
    }
    expect(text).not.toMatch(
      /\bconsole\b|ctx\.storage|setAlarm|setInterval|waitUntil|writeDataPoint/i,
    );
  });

  it("what keeps sanctions logs nothing either", () => {
    expect(files).toContain(KEEPS);
    const text = readFileSync(join(root, KEEPS), "utf8");
    expect(text).not.toMatch(/\bconsole\b|setInterval|waitUntil|writeDataPoint/i);
  });

  it("the Worker's logs are off", () => {
    const config = readFileSync(join(root, "wrangler.toml"), "utf8");
    expect(config).toMatch(/\[observability\]\nenabled = false/);
    expect(config).not.toMatch(/logpush|tail_consumers/);
  });
});
