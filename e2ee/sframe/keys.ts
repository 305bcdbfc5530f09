/** Key derivation and nonce formation of SFrame (RFC 9605, 4.4.2 and 4.4.3). */
import type { Bytes } from "./bytes.ts";
import { concat, utf8 } from "./bytes.ts";
import { hkdfExpand, hkdfExtract } from "./hkdf.ts";
import { NONCE_BYTES } from "./suites.ts";
import type { CipherSuite, FrameCipher } from "./suites.ts";
import { highWord, lowWord } from "./uint64.ts";
import type { UInt64 } from "./uint64.ts";

export interface KeyMaterial {
  readonly secret: Bytes;
  readonly key: Bytes;
  readonly salt: Bytes;
}

/** What one KID stands for: a cipher under its key, and the nonces that its salt makes. */
export interface FrameKey {
  readonly cipher: FrameCipher;
  readonly nonceFor: NonceMaker;
}

/** Binds the derived bytes to what they are for, to the KID and to the suite. */
export function keyLabel(purpose: "key" | "salt", kid: number | bigint, suite: number): Bytes {
  const ids = new DataView(new ArrayBuffer(10));
  ids.setBigUint64(0, BigInt(kid));
  ids.setUint16(8, suite);
  return concat(utf8(`SFrame 1.0 Secret ${purpose} `), new Uint8Array(ids.buffer));
}

export async function deriveKeyMaterial(
  suite: CipherSuite,
  baseKey: Uint8Array,
  kid: number | bigint,
): Promise<KeyMaterial> {
  const { hash, id, keyBytes } = suite;
  const secret = await hkdfExtract(hash, new Uint8Array(0), baseKey);
  return {
    secret,
    key: await hkdfExpand(hash, secret, keyLabel("key", kid, id), keyBytes),
    salt: await hkdfExpand(hash, secret, keyLabel("salt", kid, id), NONCE_BYTES),
  };
}

export async function deriveFrameKey(
  suite: CipherSuite,
  baseKey: Uint8Array,
  kid: number | bigint,
): Promise<FrameKey> {
  // A base key of zeros is a wiped or forgotten one. Sealing under it would look like encryption.
  if (baseKey.every((byte) => byte === 0)) throw new RangeError("the base key is empty");
  // Copied before the first await, so that the caller may wipe its own copy at once.
  const own = baseKey.slice();
  const { secret, key, salt } = await deriveKeyMaterial(suite, own, kid);
  const cipher = await suite.importKey(key);
  own.fill(0);
  secret.fill(0);
  key.fill(0);
  return { cipher, nonceFor: createNonces(salt) };
}

export type NonceMaker = (counter: UInt64) => Bytes;

/**
 * salt XOR counter: distinct for distinct counters, which is all that AES-GCM asks for. Each nonce is
 * an array of its own: if a browser read it late, a shared one would by then hold the next nonce, and
 * two frames under one nonce give the key stream away.
 */
export function createNonces(salt: Uint8Array): NonceMaker {
  const own = Uint8Array.from(salt);
  const [atHigh, atLow] = [NONCE_BYTES - 8, NONCE_BYTES - 4];
  const view = new DataView(own.buffer);
  const [high, low] = [view.getUint32(atHigh), view.getUint32(atLow)];
  return (counter) => {
    const nonce = own.slice();
    const words = new DataView(nonce.buffer);
    words.setUint32(atHigh, high ^ highWord(counter));
    words.setUint32(atLow, low ^ lowWord(counter));
    return nonce;
  };
}
