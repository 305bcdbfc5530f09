/**
 * Who may import whom: the table of docs/architecture.md as data, and the check that it holds.
 * "The server cannot read it" is then a fact about imports.
 */
import { packageOf, resolveOwn, type ImportGraph } from "./import-graph.ts";

interface Rule {
  readonly name: string;
  /** The first rule whose pattern matches a file is the one that holds for it. */
  readonly files: RegExp;
  /** Which of our own files it may import. */
  readonly own: RegExp;
  /** Which packages and platform modules. */
  readonly packages: RegExp;
}

export const RULES: readonly Rule[] = [
  { name: "protocol", files: /^protocol\//, own: /^protocol\//, packages: /^valibot$/ },
  {
    name: "sframe",
    files: /^e2ee\/sframe\//,
    // It could be published as it lies there: WebCrypto, and nothing else of anybody's.
    own: /^e2ee\/sframe\//,
    packages: /^$/,
  },
  { name: "e2ee", files: /^e2ee\//, own: /^e2ee\//, packages: /^@noble\// },
  { name: "credentials", files: /^credentials\//, own: /^credentials\//, packages: /^@noble\// },
  {
    name: "gate object",
    files: /^durable-objects\/gate\/.*-object\.ts$/,
    own: /^(durable-objects|protocol|credentials)\//,
    packages: /^cloudflare:workers$/,
  },
  {
    name: "durable object",
    files: /^durable-objects\/(index|.*-object)\.ts$/,
    own: /^(durable-objects|protocol)\//,
    packages: /^(cloudflare:workers|node:crypto)$/,
  },
  {
    name: "capsules and resume tokens",
    files: /^durable-objects\/lobby\/(capsules|resume-tokens)\.ts$/,
    own: /^(durable-objects|protocol)\//,
    // Matching is synchronous, so what it seals needs a cipher that answers at once.
    packages: /^node:(crypto|buffer)$/,
  },
  {
    name: "pure part of a durable object",
    files: /^durable-objects\//,
    // Pure: no rim, no platform, so a test plays the whole game in a millisecond.
    own: /^(protocol\/|durable-objects\/(?!index\.ts$)(?!.*-object\.ts$))/,
    packages: /^$/,
  },
  {
    name: "worker",
    files: /^worker\//,
    own: /^(worker|protocol|credentials|durable-objects)\//,
    packages: /^hono$/,
  },
  {
    name: "media worker",
    files: /^web\/media-worker\//,
    // It holds the keys of the call: only what seals and opens frames may stand beside them.
    own: /^(web\/media-worker|e2ee)\//,
    packages: /^$/,
  },
  {
    name: "page",
    files: /^web\//,
    own: /^(web|protocol|e2ee|credentials)\//,
    packages: /^(solid-js|idb-keyval|valibot|virtual:pwa-register|workbox-[a-z]+)$/,
  },
];

/** Everything that runs on a server of ours. */
const EDGE = /^(worker|durable-objects)\//;
const SECRETS = /^e2ee\//;

export interface Violation {
  readonly file: string;
  readonly imports: string;
  readonly rule: string;
}

export function violations(graph: ImportGraph): Violation[] {
  const found: Violation[] = [];
  for (const [file, imports] of graph) {
    const rule = RULES.find((candidate) => candidate.files.test(file));
    if (!rule) {
      found.push({ file, imports: "", rule: "no rule covers this file" });
      continue;
    }
    for (const written of imports) {
      const own = resolveOwn(file, written);
      const allowed = own ? rule.own.test(own) : rule.packages.test(packageOf(written));
      if (!allowed) found.push({ file, imports: own ?? written, rule: rule.name });
    }
  }
  return [...found, ...edgeReachingSecrets(graph)];
}

/** Also over detours: a harmless folder that imports e2ee/ must not carry it to the edge. */
function edgeReachingSecrets(graph: ImportGraph): Violation[] {
  const found: Violation[] = [];
  for (const start of graph.keys()) {
    if (!EDGE.test(start)) continue;
    const way = wayTo(graph, start, SECRETS);
    if (way)
      found.push({ file: start, imports: way.join(" → "), rule: "the edge never reaches e2ee" });
  }
  return found;
}

function wayTo(graph: ImportGraph, start: string, goal: RegExp): string[] | undefined {
  const seen = new Set([start]);
  const ways: string[][] = [[start]];
  for (let way = ways.shift(); way; way = ways.shift()) {
    const last = way.at(-1) ?? start;
    for (const written of graph.get(last) ?? []) {
      const next = resolveOwn(last, written);
      if (!next || seen.has(next)) continue;
      seen.add(next);
      if (goal.test(next)) return [...way.slice(1), next];
      ways.push([...way, next]);
    }
  }
  return undefined;
}
