/**
 * Values that a page keeps for us and only we can read or make: AES-256-GCM under a key of its own
 * for each label.
 *
 *   sealed = base64url(nonce 12 ‖ AES-256-GCM(JSON) ‖ tag 16)
 */
import { fromBase64url, toBase64url } from "../protocol/base64url.ts";
import { deriveAesKey } from "./keys.ts";

const NONCE_BYTES = 12;

export async function sealJson(
  secret: BufferSource,
  label: string,
  value: unknown,
): Promise<string> {
  const key = await deriveAesKey(secret, label);
  // Random nonces: 2^32 values under one key keep a repeat below 2^-32 (SP 800-38D, 8.3).
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const plain = new TextEncoder().encode(JSON.stringify(value));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain));
  const bytes = new Uint8Array(NONCE_BYTES + sealed.length);
  bytes.set(iv);
  bytes.set(sealed, NONCE_BYTES);
  return toBase64url(bytes);
}

/** undefined for anything that was not sealed here under this label. Why is nobody's business. */
export async function openSealed(
  secret: BufferSource,
  label: string,
  sealed: string,
): Promise<unknown> {
  const bytes = fromBase64url(sealed);
  if (bytes === undefined || bytes.length <= NONCE_BYTES) return undefined;
  const key = await deriveAesKey(secret, label);
  try {
    const iv = bytes.subarray(0, NONCE_BYTES);
    const cipher = bytes.subarray(NONCE_BYTES);
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, cipher);
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return undefined;
  }
}
