/** Every key of the Worker, derived from the one secret by HKDF-SHA-256 (RFC 5869), one label per purpose. */
import { fromBase64url } from "../protocol/base64url.ts";
import type { Env } from "./env.ts";

const SECRET_MIN_BYTES = 32;

/** Undefined when EDGE_SECRET is missing, malformed or short: then the edge is not configured. */
export function readSecret(env: Pick<Env, "EDGE_SECRET">): Uint8Array<ArrayBuffer> | undefined {
  const secret = fromBase64url(env.EDGE_SECRET ?? "");
  return secret !== undefined && secret.length >= SECRET_MIN_BYTES ? secret : undefined;
}

export async function deriveAesKey(secret: BufferSource, label: string): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(hkdf(label), base, { name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
}

export async function deriveMacKey(secret: BufferSource, label: string): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const mac = { name: "HMAC", hash: "SHA-256", length: 256 };
  return crypto.subtle.deriveKey(hkdf(label), base, mac, false, ["sign"]);
}

function hkdf(label: string) {
  const info = new TextEncoder().encode(label);
  return { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
}
