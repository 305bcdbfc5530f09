/**
 * npm run build: the page into dist/. `wrangler dev` and `wrangler deploy` call it too ([build] in
 * wrangler.toml). A restart of a development server says KEEP_BUILD=1: then a page that is newer
 * than all it is made from is left as it is.
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { DIST_DIR, ROOT } from "./lib/places.ts";

const SOURCES = ["web", "e2ee", "protocol", "credentials", "package-lock.json", "vite.config.ts"];

/** The newest change in a file or folder; folders count too, because a deletion changes only them. */
function newest(path: string): number {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry) return 0;
  if (!entry.isDirectory()) return entry.mtimeMs;
  const inside = readdirSync(path).map((name) => newest(join(path, name)));
  return Math.max(entry.mtimeMs, ...inside);
}

function isFresh(): boolean {
  const page = statSync(join(DIST_DIR, "index.html"), { throwIfNoEntry: false });
  if (!page) return false;
  return SOURCES.every((source) => newest(join(ROOT, source)) < page.mtimeMs);
}

if (process.env["KEEP_BUILD"] !== "1" || !isFresh()) {
  await build({ configFile: join(ROOT, "vite.config.ts"), logLevel: "warn" });
}
