/** Which file imports what, read from the source and not from a bundle. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path/posix";
import { parseSync } from "vite";

/** Path from the root of the checkout → what it imports, as written. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

const SOURCE = /\.(ts|tsx)$/;
/**
 * Imports that no module record lists: a worker started by the URL of its file, and the types of
 * `import("…").Name`. Dynamic imports are found by the same words.
 */
const HIDDEN_IMPORT = /new\s+URL\(\s*["'](\.[^"']+)["']|\bimport\(\s*["']([^"']+)["']/g;

export function importsOf(path: string, source: string): string[] {
  const { module, errors } = parseSync(path, source);
  // A file that cannot be read cannot be vouched for.
  if (errors.length > 0) throw new Error(`${path}: does not parse`);
  const found = new Set<string>();
  for (const entry of module.staticImports) found.add(entry.moduleRequest.value);
  for (const statement of module.staticExports) {
    for (const entry of statement.entries) {
      if (entry.moduleRequest) found.add(entry.moduleRequest.value);
    }
  }
  for (const [, byUrl, byName] of source.matchAll(HIDDEN_IMPORT)) {
    const written = byUrl ?? byName;
    if (written) found.add(written);
  }
  return [...found];
}

/** The file of ours that an import means; undefined for a package. */
export function resolveOwn(from: string, written: string): string | undefined {
  const path = written.split("?")[0] ?? written;
  if (!path.startsWith(".")) return undefined;
  return normalize(join(dirname(from), path));
}

/** The package that an import means: "@scope/name", "name", "node:fs". */
export function packageOf(written: string): string {
  const [first = "", second = ""] = written.split("/");
  return first.startsWith("@") ? `${first}/${second}` : first;
}

export function readGraph(root: string, folders: readonly string[]): ImportGraph {
  const graph = new Map<string, readonly string[]>();
  for (const folder of folders) {
    for (const file of filesBelow(join(root, folder))) {
      if (!SOURCE.test(file) || file.endsWith(".d.ts")) continue;
      const path = relative(root, file);
      graph.set(path, importsOf(path, readFileSync(file, "utf8")));
    }
  }
  return graph;
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    // A folder of the table that does not exist yet has nothing to break.
    return [];
  }
}
