/**
 * node tools/age-constants.ts: derives the generators of age-v1 and writes them as constants. Deriving
 * them at run time costs a quarter of a second. A test derives them again and compares.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { createGenerators, SHA_256_SUITE } from "../credentials/bbs/suite.ts";
import { AGE_V1, RANGE_BITS } from "../credentials/age/scheme.ts";
import { say } from "./lib/cli.ts";
import { ROOT } from "./lib/places.ts";

const LISTS = [
  ["GENERATORS", "Q_1, H_1", 2, AGE_V1.apiId],
  ["BLIND_GENERATORS", "Q_2, J_1", 2, `BLIND_${AGE_V1.apiId}`],
  ["RANGE_GENERATORS", "h, g_0 … g_15, k_0 … k_15", 1 + 2 * RANGE_BITS, `${AGE_V1.apiId}RANGE_`],
] as const;

const HEAD = `/**
 * Generators of age-v1 as affine [x, y]: create_generators of the BBS draft (4.1.1) under the three
 * names of docs/age-proof.md. Written by tools/age-constants.ts and compared by a test.
 */
type Affine = readonly [x: string, y: string];
`;

const body = LISTS.map(([name, points, count, apiId]) => {
  const rows = createGenerators(SHA_256_SUITE, count, apiId).map((point) => {
    const { x, y } = point.toAffine();
    return `["${hex(x)}", "${hex(y)}"],`;
  });
  return `\n/** ${points} */\nexport const ${name}: readonly Affine[] = [\n${rows.join("\n")}\n];\n`;
});

function hex(coordinate: bigint): string {
  return coordinate.toString(16).padStart(96, "0");
}

const file = join(ROOT, "credentials/age/constants.ts");
writeFileSync(file, HEAD + body.join(""));
execFileSync(join(ROOT, "node_modules/.bin/oxfmt"), ["--write", file]);
say(`Wrote ${file}`);
