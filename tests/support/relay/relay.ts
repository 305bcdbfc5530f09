/** A relay of a test's own: our shipped configuration on a free port, with a secret nobody else knows. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../tools/lib/ports.ts";
import { devRelayConfig } from "../../../tools/relay/dev-relay.ts";
import { runRelay, type RunningRelay } from "../../../tools/relay/run-relay.ts";

export interface TestRelay {
  readonly port: number;
  readonly secret: string;
  readonly stateDir: string;
  /** UDP ports that calls are relayed from. */
  readonly ports: Ports;
  stop(): Promise<void>;
  /** On the same port, with the same secret. */
  start(): Promise<void>;
  end(): Promise<void>;
}

type Ports = readonly [first: number, last: number];

const PORTS: Ports = [50_200, 51_199];

export async function startRelay(
  secret: string = randomBytes(32).toString("base64url"),
  ports: Ports = PORTS,
): Promise<TestRelay> {
  const stateDir = mkdtempSync(join(tmpdir(), "winkr-relay-"));
  const port = await freePort();
  let running: RunningRelay | undefined;
  const relay: TestRelay = {
    port,
    secret,
    stateDir,
    ports,
    async start() {
      running ??= await runRelay(devRelayConfig({ secret, stateDir, port, ports }));
    },
    async stop() {
      await running?.stop();
      running = undefined;
    },
    async end() {
      await relay.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
  await relay.start();
  return relay;
}
