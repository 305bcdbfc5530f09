/**
 * Seals what a page may bring back (resume.ts) under an edge key. The Worker opens it, because it
 * must know the shard before there is a lobby to ask (worker/resume.ts).
 *
 *   token = base64url(nonce 12 ‖ AES-256-GCM(JSON {until, resume}) ‖ tag 16), key by HKDF-SHA-256
 */
import { Buffer } from "node:buffer";
import { createCipheriv, createSecretKey, hkdfSync, randomBytes } from "node:crypto";
import { RESUME_CALL_MS, RESUME_PLACE_MS } from "../../protocol/limits.ts";
import type { Resume } from "./resume.ts";

export const RESUME_LABEL = "winkr resume v1";

export interface SealedResume {
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly resume: Resume;
}

/** Returns a function that seals; synchronous, as everything in a lobby is. */
export function createResumeSealer(edgeSecret: string): (resume: Resume, now: number) => string {
  const secret = Buffer.from(edgeSecret, "base64url");
  const bytes = hkdfSync("sha256", secret, new Uint8Array(0), RESUME_LABEL, 32);
  const key = createSecretKey(new Uint8Array(bytes));
  return (resume, now) => {
    const until = now + (resume.kind === "place" ? RESUME_PLACE_MS : RESUME_CALL_MS);
    // Random 96-bit nonces: 2^32 tokens under one key keep a repeat below 2^-32 (SP 800-38D, 8.3).
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: 16 });
    const plain = Buffer.from(JSON.stringify({ until, resume } satisfies SealedResume));
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString("base64url");
  };
}
