/** Chooses the provider by what the operator configured; an own coturn comes first. */
import type { Env } from "../env.ts";
import { hasCloudflare, hasCoturn } from "../policy/setup.ts";
import { cloudflareTurn } from "./cloudflare.ts";
import { coturn } from "./coturn.ts";
import type { TurnProvider } from "./turn.ts";

export function turnProvider(env: Env): TurnProvider | undefined {
  if (hasCoturn(env)) return coturn(env.TURN_URLS, env.TURN_SECRET);
  if (hasCloudflare(env)) return cloudflareTurn(env.TURN_KEY_ID, env.TURN_KEY_TOKEN);
  return undefined;
}
