/**
 * A process of its own around one workerd: argv[2] is {script, objects, bindings, port} as JSON. Says
 * {url} when it listens, and ends with its standard input.
 */
import { readFileSync } from "node:fs";
import { Miniflare, convertV4MiniflareOptions } from "miniflare";

interface HostOptions {
  readonly script: string;
  readonly objects: Readonly<Record<string, string>>;
  readonly bindings: Readonly<Record<string, string>>;
  readonly port: number;
}

const { script, objects, bindings, port } = JSON.parse(process.argv[2] ?? "{}") as HostOptions;
// The flat form of the options, which this version still knows.
const options = convertV4MiniflareOptions({
  modules: [{ type: "ESModule", path: "worker.js", contents: readFileSync(script, "utf8") }],
  compatibilityDate: "2026-11-17",
  compatibilityFlags: ["nodejs_compat"],
  durableObjects: Object.fromEntries(
    Object.entries(objects).map(([binding, className]) => [
      binding,
      { className, useSQLite: true },
    ]),
  ),
  bindings: { ...bindings },
  host: "127.0.0.1",
  port,
  cf: false,
});
const workerd = new Miniflare(options);
const url = await workerd.ready;
process.stdout.write(`${JSON.stringify({ url: url.origin })}\n`);
process.stdin.resume();
process.stdin.once("end", () => void workerd.dispose().then(() => process.exit(0)));
