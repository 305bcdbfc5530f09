/**
 * The official test vectors, which are data of others and stay outside of the repository:
 * ../shared/vectors beside it, or wherever WINKR_VECTORS points. Where they are absent the tests
 * that need them are skipped and say so; cross-checks against a second implementation always run.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, test } from "vitest";

const FOLDER =
  process.env["WINKR_VECTORS"] ??
  fileURLToPath(new URL("../../../shared/vectors", import.meta.url));

/** A suite over published vectors. `suite` is not run, and nothing read, when they are absent. */
export function describeVectors(title: string, suite: () => void): void {
  if (existsSync(FOLDER)) {
    describe(title, suite);
    return;
  }
  const reason = `the official vectors are not at ${FOLDER}`;
  // Reporters may keep a skipped test's note to themselves.
  process.stderr.write(`Skipped "${title}": ${reason}\n`);
  describe(title, () => {
    test("the published vectors", (context) => context.skip(reason));
  });
}

export function readVectors(path: string): string {
  const bytes = readFileSync(`${FOLDER}/${path}`);
  return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

/** The files of one folder of cases. */
export function vectorFiles(folder: string): string[] {
  return readdirSync(`${FOLDER}/${folder}`).sort();
}

export function readJson<T>(path: string): T {
  return JSON.parse(readVectors(path)) as T;
}

/** Numbers under these names become bigint, digit by digit: they reach 2^64-1. */
export function readJsonWithBigints<T>(path: string, names: readonly string[]): T {
  const revive = (name: string, value: unknown, context?: { source?: string }): unknown =>
    names.includes(name) && context?.source !== undefined ? BigInt(context.source) : value;
  return JSON.parse(readVectors(path), revive) as T;
}

export interface WycheproofGroup<Test> {
  readonly tests: readonly (Test & {
    readonly tcId: number;
    readonly result: "valid" | "invalid" | "acceptable";
    readonly flags?: readonly string[];
  })[];
}

export function readWycheproof<Test, Group = object>(
  name: string,
): readonly (WycheproofGroup<Test> & Group)[] {
  return readJson<{ testGroups: (WycheproofGroup<Test> & Group)[] }>(`wycheproof/${name}_test.json`)
    .testGroups;
}

/** The `name = value` files of CCTV and NIST: one record, or one per `count`. */
export function readRecords(path: string): Record<string, string>[] {
  const records: Record<string, string>[] = [];
  let record: Record<string, string> = {};
  for (const line of readVectors(path).split("\n")) {
    const [name, value] = line.split(" = ");
    if (name === undefined || value === undefined) continue;
    if (records.length === 0 || name === "count") records.push((record = {}));
    record[name] ??= value;
  }
  return records;
}
