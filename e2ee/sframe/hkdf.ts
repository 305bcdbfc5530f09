/**
 * HKDF (RFC 5869) in its two halves. WebCrypto's own "HKDF" only offers both at once, and the
 * handshake and SFrame need the extracted key by itself, so this is HKDF over WebCrypto's HMAC.
 */
import { concat, plain } from "./bytes.ts";
import type { Bytes } from "./bytes.ts";

export type Hash = "SHA-256" | "SHA-512";

const HASH_BYTES = { "SHA-256": 32, "SHA-512": 64 } as const;

export async function hmac(hash: Hash, key: Uint8Array, message: Uint8Array): Promise<Bytes> {
  // WebCrypto refuses an empty key. HMAC pads its key with zeros, so one zero byte is the same key.
  const raw = key.length === 0 ? new Uint8Array(1) : plain(key);
  const algorithm = { name: "HMAC", hash };
  const imported = await crypto.subtle.importKey("raw", raw, algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, plain(message)));
}

/** RFC 5869, 2.2. An absent salt is HashLen zeros, which HMAC cannot tell from the empty string. */
export function hkdfExtract(hash: Hash, salt: Uint8Array, input: Uint8Array): Promise<Bytes> {
  return hmac(hash, salt, input);
}

/** RFC 5869, 2.3. */
export async function hkdfExpand(
  hash: Hash,
  pseudorandomKey: Uint8Array,
  info: Uint8Array,
  length: number,
): Promise<Bytes> {
  const blocks = Math.ceil(length / HASH_BYTES[hash]);
  if (blocks > 255) throw new RangeError("HKDF gives at most 255 blocks");
  const output = new Uint8Array(blocks * HASH_BYTES[hash]);
  let block: Bytes = new Uint8Array(0);
  for (let i = 1; i <= blocks; i++) {
    block = await hmac(hash, pseudorandomKey, concat(block, info, Uint8Array.of(i)));
    output.set(block, (i - 1) * HASH_BYTES[hash]);
  }
  return output.slice(0, length);
}
