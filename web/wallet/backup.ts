/**
 * The record as a file: AES-256-GCM under a key from a passphrase (PBKDF2-HMAC-SHA-256, RFC 8018).
 *
 *   "WINKRW1" ‖ salt 16 ‖ nonce 12 ‖ AES-256-GCM(JSON) ‖ tag 16
 */
import { readRecord, type WalletRecord } from "./record.ts";

const MAGIC = new TextEncoder().encode("WINKRW1");
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
/** OWASP's figure for PBKDF2-HMAC-SHA-256 (Password Storage Cheat Sheet, 2023): a third of a second. */
const ITERATIONS = 600_000;
const FILE_MAX_BYTES = 8_192;

export const PASSPHRASE_MIN_CHARS = 10;

export async function sealBackup(record: WalletRecord, passphrase: string) {
  if (passphrase.length < PASSPHRASE_MIN_CHARS) throw new RangeError("the passphrase is short");
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const plain = new TextEncoder().encode(JSON.stringify(record));
  const key = await keyFrom(passphrase, salt);
  const cipher = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain));
  const file = new Uint8Array(MAGIC.length + SALT_BYTES + NONCE_BYTES + cipher.length);
  let at = 0;
  for (const part of [MAGIC, salt, iv, cipher]) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** "other": no file of ours. "locked": damaged, or another passphrase. */
export async function openBackup(
  file: Uint8Array<ArrayBuffer>,
  passphrase: string,
): Promise<WalletRecord | "other" | "locked"> {
  const cipherAt = MAGIC.length + SALT_BYTES + NONCE_BYTES;
  if (file.length <= cipherAt || file.length > FILE_MAX_BYTES) return "other";
  if (MAGIC.some((byte, index) => file[index] !== byte)) return "other";
  const salt = file.subarray(MAGIC.length, MAGIC.length + SALT_BYTES);
  const iv = file.subarray(MAGIC.length + SALT_BYTES, cipherAt);
  try {
    const key = await keyFrom(passphrase, salt);
    const cipher = file.subarray(cipherAt);
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, cipher);
    return readRecord(new TextDecoder().decode(plain)) ?? "locked";
  } catch {
    return "locked";
  }
}

async function keyFrom(passphrase: string, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  // One spelling of what looks the same on two keyboards.
  const secret = new TextEncoder().encode(passphrase.normalize("NFKC"));
  const base = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ITERATIONS };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
}
