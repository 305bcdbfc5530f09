/**
 * What ties a presentation to one place and one moment.
 *
 *   context = https://<host>|ban|v1     the pseudonym is the same here always, and nowhere else
 *   ph = SHA-256("age-v1" || origin || nonce 32 || expiry 8 || cutoff 8 || SHA-256(commitment))
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, i2osp8, utf8, type Bytes } from "../bytes.ts";

export const NONCE_BYTES = 32;

export interface AgeChallenge {
  /** As a browser writes it: scheme, host, port unless it is the scheme's own. */
  readonly origin: string;
  /** Single-use, from the verifier. */
  readonly nonce: Uint8Array;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** The last birth day that passes. */
  readonly cutoff: number;
  /** Names the session that the proof is for: worth nothing in another one. */
  readonly commitment: Uint8Array;
}

export function nymContextOf(host: string): Bytes {
  return utf8(`https://${host}|ban|v1`);
}

export function presentationHeader(challenge: AgeChallenge): Bytes {
  const { origin, nonce, expiresAt, cutoff, commitment } = challenge;
  if (nonce.length !== NONCE_BYTES) throw new RangeError("a nonce has 32 bytes");
  return sha256(
    concat(utf8(`age-v1${origin}`), nonce, i2osp8(expiresAt), i2osp8(cutoff), sha256(commitment)),
  ) as Bytes;
}
