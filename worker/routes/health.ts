/** GET /healthz: for the operator's monitor. */
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { readSetup } from "../policy/setup.ts";

export function health(context: Context<AppEnv>): Response {
  const { kind } = readSetup(context.env, new URL(context.req.url).hostname);
  return Response.json({ ok: true, configured: kind === "ready" });
}
