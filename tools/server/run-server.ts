/** Runs the edge as `wrangler dev` does: real workerd, Durable Object storage on disk. */
import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../lib/places.ts";
import { accepts, waitUntil } from "../lib/ports.ts";
import { ServerOutput } from "./output.ts";
import { envFile, type EdgeVars } from "./vars.ts";

export interface ServerOptions {
  readonly port: number;
  readonly vars: EdgeVars;
  /** Durable Object storage. */
  readonly persistDir: string;
  /** The file with the vars, and wrangler's own bookkeeping. */
  readonly stateDir: string;
  /** The page in dist/ is fresh: do not build it again. */
  readonly keepBuild?: boolean;
  readonly show?: (line: string) => void;
  readonly everything?: boolean;
  /** Someone asked to stop while it was still starting. */
  readonly signal?: AbortSignal;
  /** Every byte that it wrote, for tests that prove what it does not write. */
  readonly tap?: (chunk: string) => void;
}

export interface RunningServer {
  readonly pid: number;
  readonly url: string;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export class ServerError extends Error {}

export function busyLine(port: number): string {
  return `Port ${port} is in use. Another one: npm start -- --port <port>`;
}

const START_LIMIT_MS = 120_000;

export async function runServer(options: ServerOptions): Promise<RunningServer> {
  const { port, stateDir } = options;
  if (await accepts("127.0.0.1", port)) {
    throw new ServerError(busyLine(port));
  }

  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  // Secrets go through a file that only we can read: `ps` shows command lines to everyone.
  const envPath = join(stateDir, `edge-${port}.env`);
  writeFileSync(envPath, envFile(options.vars), { mode: 0o600 });

  const child = spawn(process.execPath, wranglerCommand(options, envPath), {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: wranglerEnvironment(options),
    // Its own process group, so that wrangler, esbuild and workerd end together.
    detached: true,
  });
  const output = new ServerOutput(options.show ?? (() => {}), options.everything);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
      options.tap?.(chunk);
      output.write(chunk);
    });
  }

  let gone = false;
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      gone = true;
      resolve();
    };
    child.once("exit", end);
    child.once("error", end);
  });

  const stop = async (): Promise<void> => {
    if (child.pid !== undefined) await endGroup(child.pid, () => gone, ended);
    // workerd may still hold the port for a moment; whoever starts next should not meet it.
    await waitUntil(async () => !(await accepts("127.0.0.1", port)), 5_000);
    rmSync(envPath, { force: true });
  };

  const url = `http://localhost:${port}`;
  const isOver = (): boolean => gone || options.signal?.aborted === true;
  await waitUntil(async () => isOver() || (await answers(port)), START_LIMIT_MS, 100);
  if (isOver() || child.pid === undefined || !(await answers(port))) {
    await stop();
    if (options.signal?.aborted) throw new ServerError("Stopped.");
    throw new ServerError(output.soFar() || "The server ended without a word.");
  }
  output.ready();
  return { pid: child.pid, url, ended, stop };
}

function wranglerCommand(options: ServerOptions, envPath: string): string[] {
  return [
    join(ROOT, "node_modules/wrangler/bin/wrangler.js"),
    "dev",
    ...["--port", String(options.port)],
    ...["--ip", "127.0.0.1"],
    // Any free one: two servers on one machine would fight for the default.
    ...["--inspector-port", "0"],
    ...["--persist-to", options.persistDir],
    ...["--env-file", envPath],
    "--show-interactive-dev-session=false",
  ];
}

function wranglerEnvironment(options: ServerOptions): NodeJS.ProcessEnv {
  return {
    ...process.env,
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_HIDE_BANNER: "true",
    // wrangler writes a debug log of every run into the home directory; ours forgets.
    WRANGLER_LOG_PATH: join(options.stateDir, "wrangler-logs"),
    WRANGLER_WRITE_LOGS: "false",
    WRANGLER_REGISTRY_PATH: join(options.stateDir, "registry"),
    // Both on by default: a trace of every request in a database on disk, and a page that shows
    // the storage of every object to whoever can reach the server.
    X_LOCAL_OBSERVABILITY: "false",
    X_LOCAL_EXPLORER: "false",
    // Otherwise it asks the internet where this machine is.
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    NO_COLOR: "1",
    FORCE_COLOR: "0",
    CI: "1",
    ...(options.keepBuild ? { KEEP_BUILD: "1" } : {}),
  };
}

/** Whether the Worker itself answers, not only its listener. */
async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      signal: AbortSignal.timeout(2_000),
    });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false;
  }
}

async function endGroup(pid: number, isGone: () => boolean, ended: Promise<void>): Promise<void> {
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(-pid, name);
    } catch {
      // The group has ended by itself.
    }
  };
  if (!isGone()) {
    signal("SIGTERM");
    const patience = setTimeout(() => signal("SIGKILL"), 5_000);
    await ended;
    clearTimeout(patience);
  }
  // wrangler may end before its children.
  signal("SIGKILL");
}
