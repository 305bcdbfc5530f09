/** The symbolic model of docs/handshake-model.md, searched to its end. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const MODEL = fileURLToPath(new URL("../../docs/models/handshake.py", import.meta.url));
const hasPython = spawnSync("python3", ["--version"], { timeout: 30_000 }).status === 0;

test.skipIf(!hasPython)(
  `equal codes mean secrecy, agreement and unread flights; each weakened protocol is broken${hasPython ? "" : " (SKIPPED: no python3 here)"}`,
  { timeout: 90_000 },
  () => {
    const { status, stdout, stderr } = spawnSync("python3", ["-B", MODEL], {
      encoding: "utf8",
      timeout: 60_000,
    });
    expect(stdout + stderr).toMatch(
      /as documented: \d+ states, \d+ ends with equal codes, attacks: none/,
    );
    expect(stdout).toMatch(/as expected\n$/);
    expect(status).toBe(0);
  },
);
