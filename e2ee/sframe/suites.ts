/**
 * The AES-GCM cipher suites of SFrame (RFC 9605, 4.5, table 1), over WebCrypto. The AES-CTR-HMAC
 * suites live in suites-ctr-hmac.ts, which no call needs.
 */
import type { Bytes } from "./bytes.ts";
import { plain } from "./bytes.ts";
import type { Hash } from "./hkdf.ts";

export interface CipherSuite {
  readonly id: number;
  /** For the key derivation. */
  readonly hash: Hash;
  readonly keyBytes: number;
  readonly tagBytes: number;
  importKey(key: Uint8Array): Promise<FrameCipher>;
}

/**
 * The AEAD of one key. Whoever calls it answers for the nonce, and may write over nonce and
 * additional data as soon as the call has returned its promise: a cipher reads or copies them
 * before (WebCrypto does, by "get a copy of the bytes held by" in its normalization of algorithms).
 */
export interface FrameCipher {
  /** Ciphertext, tag last, in a buffer that is the caller's to keep. */
  seal(nonce: Bytes, additional: Bytes, plaintext: Uint8Array): Promise<ArrayBuffer>;
  /** The plaintext, in a buffer that is the caller's to keep. Rejects when it is not authentic. */
  open(nonce: Bytes, additional: Bytes, ciphertext: Uint8Array): Promise<ArrayBuffer>;
}

/** The same for every suite of the RFC. */
export const NONCE_BYTES = 12;

function aesGcm(id: number, hash: Hash, keyBytes: number): CipherSuite {
  return {
    id,
    hash,
    keyBytes,
    // What WebCrypto takes unless told otherwise.
    tagBytes: 16,
    async importKey(raw) {
      const { subtle } = crypto;
      const key = await subtle.importKey("raw", plain(raw), "AES-GCM", false, [
        "encrypt",
        "decrypt",
      ]);
      // Promises are handed on as they are: each further one costs as much as sealing 500 bytes.
      return {
        seal: (iv, additionalData, plaintext) =>
          subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plain(plaintext)),
        open: (iv, additionalData, ciphertext) =>
          subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, plain(ciphertext)),
      };
    },
  };
}

export const AES_128_GCM_SHA256_128 = /* @__PURE__ */ aesGcm(4, "SHA-256", 16);
export const AES_256_GCM_SHA512_128 = /* @__PURE__ */ aesGcm(5, "SHA-512", 32);

/** A suite by the number of the RFC, or any other suite as an object. */
export type SuiteChoice = 4 | 5 | CipherSuite;

export function resolveSuite(choice: SuiteChoice): CipherSuite {
  if (choice === 4) return AES_128_GCM_SHA256_128;
  if (choice === 5) return AES_256_GCM_SHA512_128;
  return choice;
}
