/** Processor time of a program and all that it started, from /proc (Linux, proc(5)). */
import { readdirSync, readFileSync } from "node:fs";

/** USER_HZ, which the kernel fixes for /proc whatever its own clock. */
const TICK_MS = 10;

/**
 * Milliseconds of user and system time so far, over the descendants of this process whose command
 * name has the word in it. Processes that have ended are not in it.
 */
export function cpuMs(word: string): number {
  const parents = new Map<number, number>();
  const own = new Map<number, number>();
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const process = readStat(pid);
    if (process === undefined) continue;
    parents.set(pid, process.parent);
    if (process.name.includes(word)) own.set(pid, process.ticks * TICK_MS);
  }
  let sum = 0;
  for (const [pid, ms] of own) if (descends(pid, parents)) sum += ms;
  return sum;
}

function readStat(pid: number): { name: string; parent: number; ticks: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name is in parentheses and may hold spaces; fields are counted after it, from the third.
    const end = stat.lastIndexOf(")");
    const fields = stat.slice(end + 2).split(" ");
    const [parent, user, system] = [fields[1], fields[11], fields[12]].map(Number);
    const name = stat.slice(stat.indexOf("(") + 1, end);
    return { name, parent: parent!, ticks: user! + system! };
  } catch {
    // It ended while the list was being read.
    return undefined;
  }
}

function descends(pid: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at)) {
    if (at === process.pid) return true;
  }
  return false;
}
