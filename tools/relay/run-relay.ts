/** Runs one coturn with our configuration, and ends it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accepts, waitUntil } from "../lib/ports.ts";
import { renderRelayConfig, type RelayConfig } from "./config.ts";

export interface RunningRelay {
  readonly pid: number;
  readonly port: number;
  /** Resolves when the process has ended, whoever ended it. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export class RelayError extends Error {}

export function relayConfigFile(stateDir: string): string {
  return join(stateDir, "turnserver.conf");
}

export async function runRelay(config: RelayConfig): Promise<RunningRelay> {
  const first = config.listen[0] ?? "127.0.0.1";
  // coturn answers a busy port with silence or a retry loop, so we look first.
  if (await accepts(first, config.port)) {
    throw new RelayError(`port ${config.port} on ${first} is in use: is a relay running already?`);
  }

  mkdirSync(config.stateDir, { recursive: true, mode: 0o700 });
  const file = relayConfigFile(config.stateDir);
  // The secret travels in a file that only we can read: `ps` shows command lines to everyone.
  writeFileSync(file, renderRelayConfig(config), { mode: 0o600 });

  // Its output would name addresses; it goes nowhere.
  // In a group of its own: Ctrl-C reaches us first, and we end it.
  const child = spawn("turnserver", ["-c", file], {
    stdio: "ignore",
    cwd: config.stateDir,
    detached: true,
  });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  let gone = false;
  void ended.then(() => (gone = true));

  const stop = async (): Promise<void> => {
    if (!gone) {
      child.kill("SIGTERM");
      const patience = setTimeout(() => child.kill("SIGKILL"), 3_000);
      await ended;
      clearTimeout(patience);
    }
    rmSync(file, { force: true });
  };

  const [failure] = await Promise.race([
    once(child, "spawn").then(() => [undefined]),
    once(child, "error"),
  ]);
  if (failure) throw new RelayError("coturn is not installed (Debian package: coturn)");

  const listening = await waitUntil(
    async () => gone || (await accepts(first, config.port)),
    10_000,
  );
  if (!listening || gone || child.pid === undefined) {
    await stop();
    throw new RelayError(`coturn did not start on ${first}:${config.port}`);
  }
  return { pid: child.pid, port: config.port, ended, stop };
}
