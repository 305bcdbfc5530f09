/**
 * A page of ours that is no part of the product, for what only a browser can show: one module
 * bundled by vite as the product's are, on http://localhost (a secure context).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, preview, type Plugin } from "vite";
import { ROOT } from "../../../tools/lib/places.ts";
import { freePort } from "../../../tools/lib/ports.ts";

export interface LabOptions {
  /** The page's only script, an absolute path. */
  readonly script: string;
  /** Where /api is answered, sockets included. The page's own Host is kept, so the edge sees its own origin. */
  readonly edge?: string;
  /** Takes what the page posts to /sink?<name>. */
  readonly sink?: (name: string, bytes: Buffer) => void;
}

export interface Lab {
  readonly url: string;
  close(): Promise<void>;
}

const HTML = `<!doctype html>
<html lang="en">
<meta charset="utf-8" />
<title>Lab</title>
<link rel="icon" href="data:," />
<body><script type="module" src="/page.js"></script></body>
</html>
`;

export async function openLab({ script, edge, sink }: LabOptions): Promise<Lab> {
  const outDir = mkdtempSync(join(tmpdir(), "winkr-lab-"));
  const shared = { configFile: false, root: ROOT, publicDir: false, logLevel: "error" } as const;
  await build({
    ...shared,
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2022",
      // As in the product: a worker is a file of its own.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: { page: script }, output: { entryFileNames: "[name].js" } },
    },
    worker: { format: "es" },
    plugins: [
      {
        name: "lab-page",
        generateBundle() {
          this.emitFile({ type: "asset", fileName: "index.html", source: HTML });
        },
      },
    ],
  });
  const server = await preview({
    ...shared,
    build: { outDir },
    plugins: sink ? [sinkPlugin(sink)] : [],
    preview: {
      host: "127.0.0.1",
      port: await freePort(),
      strictPort: true,
      // So that page and worker may share memory.
      headers: {
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
      },
      ...(edge !== undefined && { proxy: { "/api": { target: edge, ws: true } } }),
    },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === "string") throw new Error("the lab has no port");
  return {
    url: `http://localhost:${address.port}/`,
    async close() {
      await server.close();
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}

function sinkPlugin(sink: NonNullable<LabOptions["sink"]>): Plugin {
  return {
    name: "lab-sink",
    configurePreviewServer(server) {
      server.middlewares.use("/sink", (request, response) => {
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
          sink(request.url?.split("?")[1] ?? "", Buffer.concat(chunks));
          response.end();
        });
      });
    },
  };
}
