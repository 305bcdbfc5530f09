/** Lets requests through to the API only when the edge can keep its promises. */
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../context.ts";
import { readSetup } from "../policy/setup.ts";
import { problem } from "../problem.ts";

export const configured = createMiddleware<AppEnv>(async (context, next) => {
  const setup = readSetup(context.env, new URL(context.req.url).hostname);
  if (setup.kind === "not-configured") return problem("not-configured");
  context.set("secret", setup.secret);
  context.set("devDirect", setup.devDirect);
  await next();
  return undefined;
});
