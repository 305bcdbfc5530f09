/** Hashes and key derivation: those of SFrame, which keeps to itself, and the bare hash. */
import { plain } from "./bytes.ts";
import type { Bytes } from "./bytes.ts";

export { hkdfExpand, hkdfExtract, hmac } from "./sframe/hkdf.ts";
export type { Hash } from "./sframe/hkdf.ts";

export async function sha256(bytes: Uint8Array): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", plain(bytes)));
}
