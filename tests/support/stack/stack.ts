/** Relay and server as `npm start` runs them, for one test file: own ports, own storage, own secrets. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../tools/lib/ports.ts";
import { runServer, type RunningServer } from "../../../tools/server/run-server.ts";
import { turnUrls } from "../../../tools/relay/dev-relay.ts";
import { edgeVars, type EdgeVars } from "../../../tools/server/vars.ts";
import { startRelay, type TestRelay } from "../relay/relay.ts";

export interface Stack {
  readonly url: string;
  readonly relay: TestRelay;
  readonly secondRelay: TestRelay | undefined;
  /** Durable Object storage on disk. */
  readonly persistDir: string;
  /** Whatever else the server may write: its registry, logs if there were any. */
  readonly stateDir: string;
  /** Every byte the server wrote to its terminal. */
  output(): string;
  /** Throws when the server is gone and nobody stopped it: every later test would only time out. */
  checkAlive(): void;
  stopServer(): Promise<void>;
  startServer(): Promise<void>;
  end(): Promise<void>;
}

export interface StackOptions {
  /** A second relay with the same secret, which the edge names too. */
  readonly secondRelay?: boolean;
  /** The edge's, beside what `npm start` gives it. */
  readonly settings?: () => Promise<EdgeVars>;
}

const SECOND_PORTS = [51_200, 52_199] as const;

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const settings = await options.settings?.();
  const home = mkdtempSync(join(tmpdir(), "winkr-stack-"));
  const persistDir = join(home, "state");
  const stateDir = join(home, "dev");
  const relay = await startRelay();
  const second = options.secondRelay ? await startRelay(relay.secret, SECOND_PORTS) : undefined;
  const secrets = { edge: randomBytes(32).toString("base64url"), turn: relay.secret };
  const vars = edgeVars(secrets, "127.0.0.1", relay.port);
  const urls = second ? [vars["TURN_URLS"], ...turnUrls("127.0.0.1", second.port)] : [];
  const port = await freePort();
  let output = "";
  let server: RunningServer | undefined;
  let isLost = false;

  const stack: Stack = {
    url: `http://localhost:${port}`,
    relay,
    secondRelay: second,
    persistDir,
    stateDir,
    output: () => output,
    checkAlive() {
      if (isLost) throw new Error(`the server ended by itself: ${output.slice(-1_000)}`);
    },
    async startServer() {
      if (server) return;
      const started = await runServer({
        port,
        vars: {
          ...vars,
          ...(second && { TURN_URLS: urls.join(",") }),
          ...settings,
        },
        persistDir,
        stateDir,
        keepBuild: true,
        tap: (chunk) => (output += chunk),
      });
      server = started;
      void started.ended.then(() => {
        if (server === started) isLost = true;
      });
    },
    async stopServer() {
      const stopping = server;
      server = undefined;
      await stopping?.stop();
    },
    async end() {
      await stack.stopServer();
      await Promise.all([relay.end(), second?.end()]);
      rmSync(home, { recursive: true, force: true });
    },
  };
  await stack.startServer();
  return stack;
}
