/**
 * Memory of people that the edge does not keep: a partner's handle under an edge key, given to the
 * page, shown again when seeking. AES-256-GCM (NIST SP 800-38D), keys by HKDF-SHA-256 (RFC 5869).
 *
 *   capsule = nonce 12 ‖ ciphertext 16 ‖ tag 16, base64url
 *
 * Everything here is synchronous, so that nothing can happen between receiving a frame and
 * handling it.
 */
import { Buffer } from "node:buffer";
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from "node:crypto";
import { CAPSULE_BYTES } from "../../protocol/limits.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const DAY_MS = 86_400_000;

export interface Capsules {
  /** Opens today and tomorrow. */
  sealRecent(handle: string, now: number): string;
  /** Opens as long as the edge secret lives. */
  sealBlock(handle: string): string;
  /** Undefined for anything that this edge did not seal, or sealed too long ago. */
  openRecent(capsule: string, now: number): string | undefined;
  openBlock(capsule: string): string | undefined;
}

export function createCapsules(edgeSecret: string): Capsules {
  const secret = Buffer.from(edgeSecret, "base64url");
  const blockKey = deriveKey(secret, "winkr capsule block");
  const dayKeys = new Map<number, KeyObject>();

  function dayKey(day: number): KeyObject {
    const known = dayKeys.get(day);
    if (known !== undefined) return known;
    for (const old of dayKeys.keys()) if (old < day - 1) dayKeys.delete(old);
    const key = deriveKey(secret, `winkr capsule recent ${day}`);
    dayKeys.set(day, key);
    return key;
  }

  return {
    sealRecent: (handle, now) => seal(dayKey(Math.floor(now / DAY_MS)), handle),
    sealBlock: (handle) => seal(blockKey, handle),
    openRecent: (capsule, now) => {
      const today = Math.floor(now / DAY_MS);
      return open(dayKey(today), capsule) ?? open(dayKey(today - 1), capsule);
    },
    openBlock: (capsule) => open(blockKey, capsule),
  };
}

/** As an object, because from bytes the cipher would prepare the key at every use: three times the cost. */
function deriveKey(secret: Uint8Array, info: string): KeyObject {
  const key = hkdfSync("sha256", secret, new Uint8Array(0), info, KEY_BYTES);
  return createSecretKey(new Uint8Array(key));
}

function seal(key: KeyObject, handle: string): string {
  // Random 96-bit nonces: 2^32 capsules under one key keep a repeat below 2^-32 (SP 800-38D, 8.3).
  const nonce = drawNonce();
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  const sealed = Buffer.concat([cipher.update(Buffer.from(handle, "base64url")), cipher.final()]);
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString("base64url");
}

/** Drawn a few hundred at a time, because each draw is a call into the runtime. None is given twice. */
let drawn = Buffer.alloc(0);
let given = 0;
function drawNonce(): Buffer {
  if (given + NONCE_BYTES > drawn.length) {
    drawn = randomBytes(NONCE_BYTES * 256);
    given = 0;
  }
  given += NONCE_BYTES;
  return drawn.subarray(given - NONCE_BYTES, given);
}

function open(key: KeyObject, capsule: string): string | undefined {
  const bytes = Buffer.from(capsule, "base64url");
  if (bytes.length !== CAPSULE_BYTES) return undefined;
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const handle = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([handle, decipher.final()]).toString("base64url");
  } catch {
    return undefined;
  }
}
