/** Where and with what something was measured; no name and no path of the machine. */
import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
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

/** Waits until the cores were busy for less than a share of a second, or the patience is over; says the share. */
export async function calm(share: number, patienceMs: number): Promise<number> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const before = cpuTimes();
    await sleep(1_000);
    const after = cpuTimes();
    const busy = 1 - (after.idle - before.idle) / (after.total - before.total);
    if (busy < share || Date.now() > end) return Math.round(busy * 100) / 100;
  }
}

function cpuTimes(): { idle: number; total: number } {
  let [idle, total] = [0, 0];
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.idle + times.user + times.nice + times.sys + times.irq;
  }
  return { idle, total };
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
