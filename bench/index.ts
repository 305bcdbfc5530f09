/** npm run bench -- <name> [flags]: measures one thing and writes bench/results/<name>.json. */
import { giveUp } from "../tools/lib/cli.ts";

const BENCHES: Readonly<Record<string, () => Promise<{ run(flags: string[]): Promise<void> }>>> = {
  call: () => import("./call/call.ts"),
  "first-frame": () => import("./first-frame/first-frame.ts"),
  frames: () => import("./frames/frames.ts"),
  proofs: () => import("./proofs/proofs.ts"),
  lobby: () => import("./lobby/lobby.ts"),
  simulate: () => import("./simulate/simulate.ts"),
};

const [name = "", ...flags] = process.argv.slice(2);
const load = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (load === undefined) {
  giveUp(`Usage: npm run bench -- <name> [flags]\nNames: ${Object.keys(BENCHES).join(", ")}`);
}
await (await load()).run(flags);
