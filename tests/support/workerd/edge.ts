/** The whole edge in raw workerd, and tickets for it without asking for each. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { TICKET_LIFETIME_MS } from "../../../protocol/limits.ts";
import { ROOT } from "../../../tools/lib/places.ts";
import type { Region } from "../../../durable-objects/directory/regions.ts";
import { sealTicket } from "../../../worker/ticket.ts";
import { bundleWorker } from "./bundle.ts";
import { startWorkerd, type RunningProcess } from "./workerd.ts";

export interface RunningEdge extends RunningProcess {
  /** Everything in its memory and every socket is lost; then it runs again at the same place. */
  restart(): Promise<void>;
  /** A ticket as POST /api/session would have given it. */
  ticket(region?: Region): Promise<string>;
}

export async function startEdge(): Promise<RunningEdge> {
  const bundle = await bundleWorker(join(ROOT, "worker/index.ts"));
  const secret = randomBytes(32);
  const start = (port: number) =>
    startWorkerd({
      script: bundle.script,
      objects: { LOBBY: "Lobby", DIRECTORY: "Directory" },
      bindings: { EDGE_SECRET: secret.toString("base64url"), RELAY_POLICY: "risk" },
      port,
    });
  let workerd: RunningProcess;
  try {
    workerd = await start(0);
  } catch (cause) {
    bundle.remove();
    throw cause;
  }
  const { url } = workerd;
  return {
    url,
    cpuSeconds: () => workerd.cpuSeconds(),
    residentBytes: () => workerd.residentBytes(),
    async restart() {
      await workerd.stop();
      workerd = await start(Number(new URL(url).port));
    },
    async stop() {
      await workerd.stop();
      bundle.remove();
    },
    ticket: (region = "weur") =>
      sealTicket(new Uint8Array(secret), {
        sid: randomBytes(16).toString("base64url"),
        handle: randomBytes(16).toString("base64url"),
        tier: "open",
        region,
        relay: "direct",
        expiresAt: Date.now() + TICKET_LIFETIME_MS,
      }),
  };
}
