/**
 * Only our own pages may ask. Browsers send Origin with every POST and every WebSocket, so its
 * absence is refused as well: nothing of ours would come without it.
 */
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../context.ts";
import { problem } from "../problem.ts";

export const ownOrigin = createMiddleware<AppEnv>(async (context, next) => {
  const origin = URL.parse(context.req.header("origin") ?? "");
  if (origin === null || origin.host !== new URL(context.req.url).host) {
    return problem("bad-origin");
  }
  await next();
  return undefined;
});
