/** npm run boundaries: the import table holds, and the built Worker contains none of e2ee/. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { violations } from "./lib/boundaries.ts";
import { giveUp, say } from "./lib/cli.ts";
import { readGraph } from "./lib/import-graph.ts";
import { ROOT } from "./lib/places.ts";

const FOLDERS = ["protocol", "e2ee", "credentials", "durable-objects", "worker", "web"];

const graph = readGraph(ROOT, FOLDERS);
const broken = violations(graph);
for (const { file, imports, rule } of broken) say(`${file} imports ${imports} (${rule})`);
if (broken.length > 0) giveUp(`${broken.length} imports cross a boundary`);

const inputs = bundledInputs();
// The edge verifies age proofs with @noble/curves; ciphers and key exchange are the two people's alone.
const secret = inputs.filter(
  (path) => /(^|\/)e2ee\//.test(path) || /@noble\/(ciphers|post-quantum)\//.test(path),
);
if (secret.length > 0) giveUp(`The built Worker contains ${secret.join(", ")}`);
say(
  `${graph.size} files keep their boundaries; ${inputs.length} files in the Worker, none of e2ee/`,
);

/** What esbuild put into the Worker, as wrangler would deploy it. */
function bundledInputs(): string[] {
  const out = mkdtempSync(join(tmpdir(), "winkr-bundle-"));
  try {
    const metafile = join(out, "meta.json");
    const run = spawnSync(
      process.execPath,
      [
        join(ROOT, "node_modules/wrangler/bin/wrangler.js"),
        ...["deploy", "--dry-run", "--outdir", join(out, "worker"), "--metafile", metafile],
      ],
      {
        cwd: ROOT,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...process.env,
          KEEP_BUILD: "1",
          CI: "1",
          WRANGLER_SEND_METRICS: "false",
          WRANGLER_WRITE_LOGS: "false",
        },
      },
    );
    if (run.status !== 0)
      giveUp(`wrangler could not build the Worker:\n${run.stdout}${run.stderr}`);
    const meta: unknown = JSON.parse(readFileSync(metafile, "utf8"));
    const inputs = meta && typeof meta === "object" && "inputs" in meta ? meta.inputs : undefined;
    if (!inputs || typeof inputs !== "object") giveUp("wrangler wrote no list of inputs");
    const paths = Object.keys(inputs);
    // An empty or foreign list would pass every check above.
    if (!paths.some((path) => path.endsWith("worker/index.ts"))) {
      giveUp("The list of inputs does not name worker/index.ts");
    }
    return paths;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
