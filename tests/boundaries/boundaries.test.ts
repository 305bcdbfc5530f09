import { describe, expect, it } from "vitest";
import { violations } from "../../tools/lib/boundaries.ts";
import { importsOf, readGraph, type ImportGraph } from "../../tools/lib/import-graph.ts";
import { ROOT } from "../../tools/lib/places.ts";

const FOLDERS = ["protocol", "e2ee", "credentials", "durable-objects", "worker", "web"];

function graph(files: Record<string, string[]>): ImportGraph {
  return new Map(Object.entries(files));
}

describe("who may import whom", () => {
  it("holds in this checkout", () => {
    const real = readGraph(ROOT, FOLDERS);
    expect(real.size).toBeGreaterThan(20);
    expect(violations(real)).toEqual([]);
  });

  it("e2ee/sframe is whole by itself: what it imports, with all that this imports, lies in it", () => {
    const real = readGraph(ROOT, ["e2ee/sframe"]);
    expect(real.size).toBeGreaterThan(8);
    const imports = [...real.values()].flatMap((list) => [...list]);
    expect(imports.length).toBeGreaterThan(20);
    for (const written of imports) expect(written).toMatch(/^\.\/[a-z0-9-]+\.ts$/);
  });

  it.each([
    ["protocol/a.ts", "hono"],
    ["protocol/a.ts", "../e2ee/b.ts"],
    ["e2ee/a.ts", "../protocol/b.ts"],
    ["e2ee/a.ts", "valibot"],
    ["e2ee/sframe/a.ts", "../b.ts"],
    ["e2ee/sframe/a.ts", "../envelope/b.ts"],
    ["e2ee/sframe/a.ts", "../../web/b.ts"],
    ["e2ee/sframe/a.ts", "@noble/hashes/sha2.js"],
    ["e2ee/sframe/a.ts", "node:crypto"],
    ["credentials/a.ts", "../e2ee/b.ts"],
    ["durable-objects/lobby/matcher.ts", "cloudflare:workers"],
    ["durable-objects/lobby/matcher.ts", "./lobby-object.ts"],
    ["durable-objects/lobby/matcher.ts", "../index.ts"],
    ["durable-objects/lobby/matcher.ts", "node:crypto"],
    ["durable-objects/lobby/lobby-object.ts", "../../credentials/b.ts"],
    ["durable-objects/lobby/lobby-object.ts", "../../worker/env.ts"],
    ["durable-objects/lobby/lobby-object.ts", "../../e2ee/b.ts"],
    ["worker/index.ts", "../e2ee/b.ts"],
    ["worker/index.ts", "../web/b.ts"],
    ["worker/index.ts", "@noble/hashes/sha2.js"],
    ["web/main.tsx", "../worker/env.ts"],
    ["web/main.tsx", "../durable-objects/index.ts"],
    ["web/main.tsx", "../tools/start.ts"],
    ["web/main.tsx", "../tests/support/a.ts"],
    ["web/media-worker/a.ts", "../call/b.ts"],
    ["web/media-worker/a.ts", "@noble/hashes/sha2.js"],
  ])("%s must not import %s", (file, written) => {
    expect(violations(graph({ [file]: [written] }))).not.toEqual([]);
  });

  it.each([
    ["protocol/a.ts", "valibot"],
    ["e2ee/a.ts", "@noble/hashes/sha2.js"],
    ["e2ee/a.ts", "./sframe/b.ts"],
    ["e2ee/sframe/a.ts", "./b.ts"],
    ["durable-objects/lobby/matcher.ts", "../../protocol/limits.ts"],
    ["durable-objects/lobby/lobby-object.ts", "cloudflare:workers"],
    ["durable-objects/gate/gate-object.ts", "../../credentials/b.ts"],
    ["worker/index.ts", "hono/factory"],
    ["worker/index.ts", "../durable-objects/index.ts"],
    ["web/main.tsx", "solid-js/web"],
    ["web/main.tsx", "../e2ee/b.ts"],
    ["web/media-worker/a.ts", "../../e2ee/b.ts"],
  ])("%s may import %s", (file, written) => {
    expect(violations(graph({ [file]: [written] }))).toEqual([]);
  });

  it("the edge does not reach e2ee over a detour either", () => {
    const found = violations(
      graph({
        "worker/index.ts": ["../protocol/a.ts"],
        "protocol/a.ts": ["./b.ts"],
        "protocol/b.ts": ["../e2ee/secret.ts"],
        "e2ee/secret.ts": [],
      }),
    );
    expect(found).toContainEqual({
      file: "worker/index.ts",
      imports: "protocol/a.ts → protocol/b.ts → e2ee/secret.ts",
      rule: "the edge never reaches e2ee",
    });
  });

  it("a file that no rule covers is a violation", () => {
    expect(violations(graph({ "elsewhere/a.ts": [] }))).toHaveLength(1);
  });
});

describe("reading imports", () => {
  it("finds every form in which a file can be named", () => {
    const source = `
      import type { A } from "./type.ts";
      import { b } from "../static.ts";
      import "./effect.ts";
      export * from "./all.ts";
      export { c } from "./named.ts";
      const later = () => import("./dynamic.ts");
      let d: import("./in-type.ts").D;
      new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
      new URL("/api/lobby", location.href);
    `;
    expect(importsOf("web/a.ts", source).toSorted()).toEqual([
      "../static.ts",
      "./all.ts",
      "./dynamic.ts",
      "./effect.ts",
      "./in-type.ts",
      "./named.ts",
      "./type.ts",
      "./worker.ts",
    ]);
  });

  it("refuses a file that it cannot read", () => {
    expect(() => importsOf("web/a.ts", "import { from")).toThrow("web/a.ts");
  });
});
