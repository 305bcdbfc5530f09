/**
 * Cloudflare's rate-limit bindings, keyed by a keyed hash of the network that changes every day:
 * the counter can tell neighbours apart, and nobody can turn it back into an address.
 */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { toBase64url } from "../../protocol/base64url.ts";
import type { AppEnv } from "../context.ts";
import type { Env } from "../env.ts";
import { deriveMacKey } from "../keys.ts";
import { networkOf } from "../policy/addresses.ts";
import { problem } from "../problem.ts";

const DAY_MS = 86_400_000;

type RateBinding = "AGE_RATE" | "SESSION_RATE" | "SOCKET_RATE" | "TURN_RATE";

/** Without the binding (or without an address, on a developer's machine) nothing is counted. */
export function rateLimit(binding: RateBinding, refuse: () => Response = tooMany) {
  return createMiddleware<AppEnv>(async (context, next) => {
    const limiter: Env[RateBinding] = context.env[binding];
    const key = await networkKey(context);
    if (limiter !== undefined && key !== undefined) {
      const { success } = await limiter.limit({ key });
      if (!success) return refuse();
    }
    await next();
    return undefined;
  });
}

/** Names the asker's network for a day; undefined where no address is known. */
export async function networkKey(context: Context<AppEnv>): Promise<string | undefined> {
  const network = networkOf(context.req.header("cf-connecting-ip") ?? "");
  if (network === undefined) return undefined;
  return rateKey(context.var.secret, network, Date.now());
}

async function rateKey(secret: BufferSource, network: string, now: number): Promise<string> {
  const day = Math.floor(now / DAY_MS);
  const key = await deriveMacKey(secret, `winkr rate ${day}`);
  const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(network));
  return toBase64url(new Uint8Array(mac).subarray(0, 16));
}

function tooMany(): Response {
  return problem("too-many-requests");
}
