/** bench/results/<name>.json: kept in the repository, so that a change of the numbers shows as one. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../tools/lib/places.ts";

export function writeResult(name: string, result: unknown): string {
  const file = join("bench", "results", `${name}.json`);
  mkdirSync(join(ROOT, "bench", "results"), { recursive: true });
  writeFileSync(join(ROOT, file), `${JSON.stringify(result, undefined, 2)}\n`);
  // The form that the format check asks of every file.
  execFileSync(join(ROOT, "node_modules/.bin/oxfmt"), ["--write", file], { cwd: ROOT });
  return file;
}
