/** Raw workerd with our Worker in it, on loopback, and what it costs: no wrangler in between. */
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "../../../tools/lib/places.ts";

export interface RunningProcess {
  readonly url: string;
  /** CPU seconds of the serving process so far. */
  cpuSeconds(): number;
  residentBytes(): number;
  stop(): Promise<void>;
}

export interface WorkerdOptions {
  readonly script: string;
  /** Binding → class. */
  readonly objects: Readonly<Record<string, string>>;
  readonly bindings: Readonly<Record<string, string>>;
  /** 0: any that is free. */
  readonly port: number;
}

/** Linux counts CPU time in hundredths of a second (proc(5), USER_HZ). */
const TICKS_PER_SECOND = 100;

export async function startWorkerd(options: WorkerdOptions): Promise<RunningProcess> {
  const host = join(import.meta.dirname, "host.ts");
  const running = await startServer([host, JSON.stringify(options)]);
  // The server is what Miniflare started, not Miniflare.
  const pid = childOf(running.pid);
  return { ...running, ...costsOf(pid) };
}

/** A Node program that says {url} on its first line and ends with its standard input. */
export async function startServer(
  words: readonly string[],
): Promise<RunningProcess & { readonly pid: number }> {
  const child = spawn(join(ROOT, "node_modules/.bin/node"), words, {
    cwd: ROOT,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const { url, errors } = await firstLine(child);
  const { pid } = child;
  if (pid === undefined) throw new Error("the server has no process");
  return {
    url,
    pid,
    ...costsOf(pid),
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.stdin?.end();
      const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await ended;
      clearTimeout(late);
      if (errors().includes("FATAL")) throw new Error(errors().slice(-500));
    },
  };
}

function firstLine(child: ChildProcess): Promise<{ url: string; errors(): string }> {
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (errors += chunk));
  return new Promise((resolve, reject) => {
    child.once("exit", () => reject(new Error(`the server ended: ${errors.slice(-2_000)}`)));
    createInterface({ input: child.stdout! }).once("line", (line) => {
      const { url } = JSON.parse(line) as { url: string };
      resolve({ url, errors: () => errors });
    });
  });
}

function childOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  const workerd = children
    .map(Number)
    .find((each) => readFileSync(`/proc/${each}/comm`, "utf8").startsWith("workerd"));
  if (workerd === undefined) throw new Error("no workerd");
  return workerd;
}

function costsOf(pid: number) {
  return {
    cpuSeconds(): number {
      // The second field is the name in brackets, which may hold spaces.
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    },
    residentBytes(): number {
      const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
      return Number(kib) * 1_024;
    },
  };
}
