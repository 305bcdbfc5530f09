/** Whether this edge may serve at all, and in which shape. Pure. */
import { readJurisdiction } from "../../durable-objects/directory/jurisdiction.ts";
import type { Env } from "../env.ts";
import { readSecret } from "../keys.ts";

export type Setup =
  | { readonly kind: "not-configured" }
  | {
      readonly kind: "ready";
      readonly secret: Uint8Array<ArrayBuffer>;
      /** No relay exists and pages may connect directly: a developer's machine. */
      readonly devDirect: boolean;
    };

/** `host` is the request's hostname: a development setting must not survive on a public one. */
export function readSetup(env: Env, host: string): Setup {
  const secret = readSecret(env);
  if (secret === undefined || readJurisdiction(env.JURISDICTION) === undefined) {
    return { kind: "not-configured" };
  }
  // Whoever reaches a demo issuer can be of any age: it serves a developer's own machine or nobody.
  if (env.DEMO_ISSUER_KEY && !isLocalHost(host)) return { kind: "not-configured" };
  if (env.DEV_DIRECT !== "1") return { kind: "ready", secret, devDirect: false };
  if (!isLocalHost(host)) return { kind: "not-configured" };
  return { kind: "ready", secret, devDirect: !hasRelay(env) };
}

function hasRelay(env: Env): boolean {
  return hasCoturn(env) || hasCloudflare(env);
}

export function hasCoturn(env: Env): env is Env & { TURN_URLS: string; TURN_SECRET: string } {
  return Boolean(env.TURN_URLS && env.TURN_SECRET);
}

export function hasCloudflare(
  env: Env,
): env is Env & { TURN_KEY_ID: string; TURN_KEY_TOKEN: string } {
  return Boolean(env.TURN_KEY_ID && env.TURN_KEY_TOKEN);
}

/** Loopback and private addresses (RFC 6761, 1918, 3927, 4193, 4291), as a URL spells its hostname. */
export function isLocalHost(host: string): boolean {
  const name = host.toLowerCase();
  if (name === "localhost" || name.endsWith(".localhost") || name === "[::1]") return true;
  if (/^\[f[cd][0-9a-f]{2}:/.test(name) || /^\[fe[89ab][0-9a-f]:/.test(name)) return true;
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(name);
  if (parts === null) return false;
  const [first, second] = [Number(parts[1]), Number(parts[2])];
  return (
    first === 127 ||
    first === 10 ||
    (first === 172 && second >= 16 && second <= 31) ||
    (first === 192 && second === 168) ||
    (first === 169 && second === 254)
  );
}
