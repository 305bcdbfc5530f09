/**
 * npm run check: everything that can be judged without running the product. All of it runs, one
 * line each; what failed shows its output. The robot runs the same command.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { say } from "./lib/cli.ts";
import { ROOT } from "./lib/places.ts";

interface Check {
  readonly name: string;
  readonly command: readonly [program: string, ...words: string[]];
}

/** Programs of node_modules/.bin; "node" there is the one the project brings. */
const CHECKS: readonly Check[] = [
  { name: "types", command: ["tsc", "-b"] },
  { name: "lint", command: ["oxlint", "--quiet"] },
  { name: "format", command: ["oxfmt", "--check", "."] },
  { name: "dead code", command: ["knip", "--no-progress", "--no-config-hints"] },
  // Before the two that look at what was built.
  { name: "build", command: ["node", "tools/build.ts"] },
  { name: "boundaries", command: ["node", "tools/boundaries.ts"] },
  { name: "size", command: ["size-limit"] },
];

interface Result {
  readonly ok: boolean;
  readonly seconds: string;
  readonly output: string;
}

function run({ command: [program, ...words] }: Check): Promise<Result> {
  const begin = performance.now();
  return new Promise((resolve) => {
    const child = spawn(join(ROOT, "node_modules/.bin", program), words, {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const finish = (ok: boolean): void => {
      const seconds = ((performance.now() - begin) / 1000).toFixed(1);
      resolve({ ok, seconds, output: output.trim() });
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (chunk: string) => (output += chunk));
    }
    child.once("error", (error) => {
      output += error.message;
      finish(false);
    });
    child.once("close", (code) => finish(code === 0));
  });
}

let failed = 0;
for (const check of CHECKS) {
  const { ok, seconds, output } = await run(check);
  say(`${ok ? "ok  " : "FAIL"} ${check.name.padEnd(10)} ${seconds.padStart(5)} s`);
  if (ok) continue;
  failed++;
  say(`\n${output}\n`);
}
if (failed > 0) say(`${failed} of ${CHECKS.length} checks failed`);
process.exitCode = failed > 0 ? 1 : 0;
