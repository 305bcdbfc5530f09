/**
 * Workers in real workerd, timed from outside over one kept-alive connection. What a request that
 * does nothing takes is subtracted.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { ROOT } from "../../tools/lib/places.ts";
import { accepts, freePort, waitUntil } from "../../tools/lib/ports.ts";
import { median } from "../lib/statistics.ts";

export interface Timed {
  readonly ms: number;
  readonly said: string;
}

export interface RunningWorker {
  /** The isolate is made, and the module's own scope run, for the first request. */
  readonly firstAnswerMs: number;
  ask(path: string, body?: unknown): Promise<Timed>;
  end(): Promise<void>;
}

/** One file, as wrangler would deploy it. */
export async function bundle(name: string): Promise<string> {
  const entry = fileURLToPath(new URL(`${name}.worker.ts`, import.meta.url));
  const result = await build({
    configFile: false,
    root: ROOT,
    publicDir: false,
    logLevel: "error",
    build: {
      write: false,
      target: "es2022",
      minify: false,
      lib: { entry, formats: ["es"], fileName: name },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  const chunk = outputs.flatMap((one) => ("output" in one ? one.output : []))[0];
  if (chunk?.type !== "chunk") throw new Error(`${name} was not bundled`);
  return chunk.code;
}

const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .measured)],
  sockets = [(name = "http", http = (), service = "main")],
);
const measured :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-11-17",
);
`;

export async function startWorker(script: string): Promise<RunningWorker> {
  const folder = mkdtempSync(join(tmpdir(), "winkr-bench-"));
  writeFileSync(join(folder, "worker.js"), script);
  writeFileSync(join(folder, "config.capnp"), CONFIG);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    join(ROOT, "node_modules/.bin/workerd"),
    ["serve", `--socket-addr=http=127.0.0.1:${port}`, join(folder, "config.capnp")],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  const ended = once(child, "exit");
  if (!(await waitUntil(() => accepts("127.0.0.1", port), 10_000, 20))) {
    throw new Error("workerd did not start");
  }
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (path: string, body?: unknown): Promise<Timed> =>
    new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const begin = performance.now();
      const asked = request(
        new URL(path, url),
        { agent, method: payload === undefined ? "GET" : "POST" },
        (response) => {
          let said = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => (said += chunk));
          response.once("end", () => {
            const ms = performance.now() - begin;
            if (response.statusCode === 200) resolve({ ms, said });
            else reject(new Error(`${path}: ${response.statusCode} ${said}`));
          });
        },
      );
      asked.once("error", reject);
      asked.end(payload);
    });
  const first = await ask("/nothing");
  return {
    firstAnswerMs: first.ms,
    ask,
    async end() {
      agent.destroy();
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a request costs that does nothing, now that everything is warm. */
export async function overhead(worker: RunningWorker, rounds = 60): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < rounds; round++) taken.push((await worker.ask("/nothing")).ms);
  return median(taken.slice(10));
}
