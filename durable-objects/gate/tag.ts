/**
 * What the edge calls a person: HMAC-SHA-256(K_ban, pseudonym), its first 128 bits (RFC 2104, 5).
 * Nobody without the key can tell whose it is, even from the pseudonym itself.
 */
import { fromBase64url, toBase64url } from "../../protocol/base64url.ts";

export const TAG_BYTES = 16;

const LABEL = "winkr ban v1";

/** `secret` in base64url. Rotating it forgets every sanction. */
export async function banKey(secret: string): Promise<CryptoKey> {
  const bytes = fromBase64url(secret) ?? new Uint8Array();
  if (bytes.length < 32) throw new RangeError("no secret");
  const base = await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    {
      name: "HKDF",
      hash: "SHA-256",
      salt: new Uint8Array(),
      info: new TextEncoder().encode(LABEL),
    },
    base,
    { name: "HMAC", hash: "SHA-256", length: 256 },
    false,
    ["sign"],
  );
}

export async function tagOf(key: CryptoKey, pseudonym: Uint8Array<ArrayBuffer>): Promise<string> {
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, pseudonym));
  return toBase64url(mac.subarray(0, TAG_BYTES));
}
