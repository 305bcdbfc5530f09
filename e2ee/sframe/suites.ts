/**
 * The AES-GCM cipher suites of SFrame (RFC 9605, 4.5, table 1), over WebCrypto. The AES-CTR-HMAC
 * suites live in suites-ctr-hmac.ts, which no call needs.
 */
import type { Bytes } from "../bytes.ts";
import { plain } from "../bytes.ts";
import type { Hash } from "../hkdf.ts";

export interface CipherSuite {
  readonly id: number;
  /** For the key derivation. */
  readonly hash: Hash;
  readonly keyBytes: number;
  readonly tagBytes: number;
  importKey(key: Uint8Array): Promise<FrameCipher>;
}

/** The AEAD of one key. Whoever calls it answers for the nonce. */
export interface FrameCipher {
  /** Ciphertext, tag last. */
  seal(nonce: Bytes, additional: Bytes, plaintext: Uint8Array): Promise<Bytes>;
  /** undefined when it is not authentic. */
  open(nonce: Bytes, additional: Bytes, ciphertext: Uint8Array): Promise<Bytes | undefined>;
}

/** The same for every suite of the RFC. */
export const NONCE_BYTES = 12;

function aesGcm(id: number, hash: Hash, keyBytes: number): CipherSuite {
  return {
    id,
    hash,
    keyBytes,
    tagBytes: 16,
    async importKey(raw) {
      const { subtle } = crypto;
      const key = await subtle.importKey("raw", plain(raw), "AES-GCM", false, [
        "encrypt",
        "decrypt",
      ]);
      const parameters = (iv: Bytes, additionalData: Bytes): AesGcmParams => ({
        name: "AES-GCM",
        iv,
        additionalData,
        tagLength: 128,
      });
      return {
        async seal(nonce, additional, plaintext) {
          return new Uint8Array(
            await subtle.encrypt(parameters(nonce, additional), key, plain(plaintext)),
          );
        },
        async open(nonce, additional, ciphertext) {
          try {
            return new Uint8Array(
              await subtle.decrypt(parameters(nonce, additional), key, plain(ciphertext)),
            );
          } catch {
            // WebCrypto says "not authentic" by throwing, and says nothing more.
            return undefined;
          }
        },
      };
    },
  };
}

export const AES_128_GCM_SHA256_128 = aesGcm(4, "SHA-256", 16);
export const AES_256_GCM_SHA512_128 = aesGcm(5, "SHA-512", 32);

/** A suite by the number of the RFC, or any other suite as an object. */
export type SuiteChoice = 4 | 5 | CipherSuite;

export function resolveSuite(choice: SuiteChoice): CipherSuite {
  if (choice === 4) return AES_128_GCM_SHA256_128;
  if (choice === 5) return AES_256_GCM_SHA512_128;
  return choice;
}
