/**
 * coturn's shared-secret scheme (draft-uberti-behave-turn-rest-00, coturn `use-auth-secret`):
 *
 *   username   = <expiry in seconds since 1970>:<random>
 *   credential = base64(HMAC-SHA1(secret, username))
 *
 * The random part is fresh each time, so that a relay cannot tell one person's sessions apart.
 */
import { toBase64url } from "../../protocol/base64url.ts";
import { isUsableUrl, type TurnProvider } from "./turn.ts";

export function coturn(
  urls: string,
  secret: string,
  draw: () => Uint8Array = () => crypto.getRandomValues(new Uint8Array(12)),
): TurnProvider {
  const usable = urls
    .split(",")
    .map((url) => url.trim())
    .filter(isUsableUrl);
  return {
    async mint(lifetimeS, now) {
      if (usable.length === 0) return undefined;
      const username = `${Math.floor(now / 1_000) + lifetimeS}:${toBase64url(draw())}`;
      const credential = await hmacSha1(secret, username);
      return [{ urls: usable, username, credential }];
    },
  };
}

async function hmacSha1(secret: string, text: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  const raw = encoder.encode(secret);
  const key = await crypto.subtle.importKey("raw", raw, algorithm, false, ["sign"]);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text)));
  return btoa(String.fromCharCode(...mac));
}
