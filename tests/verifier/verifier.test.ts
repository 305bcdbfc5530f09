/**
 * The second verifier (verify.py), run on the published vectors, on frames that the product sealed
 * just now, and on vectors with something wrong in every place.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { createSealer } from "../../e2ee/sframe/index.ts";
import { bytesOf, hex, unhex } from "../e2ee/kit.ts";
import { VECTORS_FILE } from "../e2ee/handshake/vectors.ts";
import type { Vector } from "../e2ee/handshake/vectors.ts";

const VERIFIER = fileURLToPath(new URL("verify.py", import.meta.url));
const LONG = { timeout: 120_000 };

/** Debian's own last: a python3 earlier on the path may lack the package. */
const python = ["python3", "/usr/bin/python3"].find(
  (program) => spawnSync(program, ["-c", "import cryptography"], { timeout: 30_000 }).status === 0,
);
const missing =
  python === undefined
    ? "SKIPPED: no python3 with cryptography here (Debian: apt-get install python3 python3-cryptography)"
    : undefined;
if (missing !== undefined) console.warn(missing);

const directory = mkdtempSync(join(tmpdir(), "winkr-verifier-"));
afterAll(() => rmSync(directory, { recursive: true }));

function fileOf(name: string, content: unknown): string {
  const file = join(directory, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

function verify(...words: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(python ?? "python3", ["-B", VERIFIER, ...words], {
    encoding: "utf8",
    timeout: 90_000,
  });
  return { status, output: stdout + stderr };
}

const vectors = JSON.parse(readFileSync(VECTORS_FILE, "utf8")) as Vector[];

/** The same vector once for each value in it, with that value wrong by as little as possible. */
function mutants(vector: Vector): unknown[] {
  const all: unknown[] = [];
  const walk = (value: unknown, path: readonly (string | number)[]): void => {
    if (value !== null && typeof value === "object") {
      for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key]);
    } else if (path[0] !== "name") {
      const copy: unknown = structuredClone(vector);
      let at = copy as Record<string, unknown>;
      for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
      at[String(path.at(-1))] = wrong(value);
      all.push({ ...(copy as object), name: path.join(" ") });
    }
  };
  walk(vector, []);
  return all;
}

function wrong(value: unknown): unknown {
  if (typeof value === "number") return (value + 1) % 64;
  const text = String(value);
  if (text === "relay") return "direct";
  if (text === "initiator" || text === "responder") {
    return text === "initiator" ? "responder" : "initiator";
  }
  // One bit, in the middle.
  const at = Math.floor(text.length / 2);
  const digit = Number.parseInt(text.charAt(at), 16);
  const other = Number.isNaN(digit) ? "x" : (digit ^ 1).toString(16);
  return text.slice(0, at) + other + text.slice(at + 1);
}

describe.skipIf(python === undefined)(missing ?? "docs/handshake.md in Python", () => {
  test("the published vectors, from X-Wing's seeds to the sealed flights", LONG, () => {
    const { status, output } = verify();
    expect(output).toContain(`${vectors.length} vectors verified`);
    expect(status).toBe(0);
    // Each thing by name, for every vector.
    for (const what of [
      ...["M1", "M5", "safety code", "root", "base key R>I data", "flight 1"],
      ...["ratchet step 3", "rekey 1: R1", "rekey 2: R4", "rekey 2: root"],
    ]) {
      expect(output.split(what).length - 1).toBeGreaterThanOrEqual(vectors.length);
    }
  });

  test("frames that our sealer made under the vectors' base keys", LONG, async () => {
    const frames: Record<string, string[][]> = {};
    for (const baseKey of Object.values(vectors[0]!.baseKeys)) {
      const sealer = await createSealer({ suite: 5, baseKey: unhex(baseKey), kid: 0 });
      const sealed: string[][] = [];
      // Over the counter's first written-out byte, and a frame of no bytes.
      for (let counter = 0; counter < 10; counter++) {
        const plaintext = bytesOf(`frame ${counter}`, counter * 17);
        sealed.push([hex(await sealer.seal(plaintext)), hex(plaintext)]);
      }
      frames[baseKey] = sealed;
    }
    const { status, output } = verify("--frames", fileOf("frames.json", frames));
    expect(output).toContain("SFrame frame 9, KID 0");
    expect(status).toBe(0);
    const [[first]] = Object.values(frames) as [[[string, string]]];
    first[0] = first[0].replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
    expect(verify("--frames", fileOf("damaged.json", frames)).status).toBe(1);
  });

  test("a vector with one bit wrong, wherever it is, is refused", LONG, () => {
    const all = mutants(vectors[0]!);
    expect(all.length).toBeGreaterThan(35);
    const { status, output } = verify("--must-fail", fileOf("mutants.json", all));
    expect(output).toContain(`${all.length} wrong vectors refused`);
    expect(status).toBe(0);
  });

  test("and the verifier says so by the way it leaves", LONG, () => {
    const [vector] = vectors;
    const damaged = { ...vector!, root: String(wrong(vector!.root)) };
    const { status, output } = verify(fileOf("one.json", [damaged]));
    expect(output).toMatch(/WRONG Wrong root: computed/);
    expect(status).toBe(1);
    expect(verify("--must-fail", fileOf("none.json", [vector])).status).toBe(1);
  });
});
