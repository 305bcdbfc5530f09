/** Where and with what something was measured; no name and no path of the machine. */
import { execFileSync } from "node:child_process";
import { cpus, loadavg, release, totalmem, type } from "node:os";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  /** Programs that took part, with the version they name themselves. */
  readonly programs: Readonly<Record<string, string>>;
}

export function describeMachine(programs: Readonly<Record<string, readonly string[]>>): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `${type()} ${release()}`,
    node: process.version,
    programs: Object.fromEntries(
      Object.entries(programs).map(([name, command]) => [name, versionOf(command)]),
    ),
  };
}

/** Runnable tasks, averaged over a minute: above the number of cores, everything waits for its turn. */
export function load(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}

function versionOf([program = "", ...words]: readonly string[]): string {
  try {
    const output = execFileSync(program, words, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 10_000,
    });
    return output.trim().split("\n")[0] ?? "";
  } catch {
    return "unknown";
  }
}
