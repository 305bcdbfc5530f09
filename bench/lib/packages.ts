/** Which version of a package was measured. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../tools/lib/places.ts";

export function packageVersions(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.map((name) => {
      const manifest = readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8");
      return [name, (JSON.parse(manifest) as { version: string }).version];
    }),
  );
}
