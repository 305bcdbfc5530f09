/** One module that workerd can run, from a Worker's entry. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";

export interface Bundle {
  readonly script: string;
  remove(): void;
}

export async function bundleWorker(entry: string): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), "winkr-worker-"));
  await build({
    configFile: false,
    publicDir: false,
    logLevel: "error",
    ssr: { noExternal: true, target: "webworker" },
    build: {
      ssr: entry,
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      target: "esnext",
      rollupOptions: {
        external: [/^cloudflare:/, /^node:/],
        output: { entryFileNames: "worker.js" },
      },
    },
  });
  return {
    script: join(folder, "worker.js"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
