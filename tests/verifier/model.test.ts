/** The symbolic models of docs/handshake-model.md, searched to their end. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const modelOf = (name: string): string =>
  fileURLToPath(new URL(`../../docs/models/${name}.py`, import.meta.url));
const hasPython = spawnSync("python3", ["--version"], { timeout: 30_000 }).status === 0;

function run(name: string) {
  const options = { encoding: "utf8", timeout: 60_000 } as const;
  return spawnSync("python3", ["-B", modelOf(name)], options);
}

test.skipIf(!hasPython)(
  `equal codes mean secrecy, agreement and unread flights; each weakened protocol is broken${hasPython ? "" : " (SKIPPED: no python3 here)"}`,
  { timeout: 90_000 },
  () => {
    const { status, stdout, stderr } = run("handshake");
    expect(stdout + stderr).toMatch(
      /as documented: \d+ states, \d+ ends with equal codes, attacks: none/,
    );
    expect(stdout).toMatch(/as expected\n$/);
    expect(status).toBe(0);
  },
);

test.skipIf(!hasPython)(
  `a rekey keeps what it promises against every thief but the one who has the root and stands in it${hasPython ? "" : " (SKIPPED: no python3 here)"}`,
  { timeout: 90_000 },
  () => {
    const { status, stdout, stderr } = run("rekey");
    expect(stdout + stderr).toMatch(
      /stolen: base keys; active in: 1, 2: \d+ states, attacks: none/,
    );
    expect(stdout).toMatch(/stolen: everything; active in: 2: \d+ states, attacks: none/);
    expect(stdout).toMatch(/as expected\n$/);
    expect(status).toBe(0);
  },
);
