/**
 * The AES-CTR-HMAC cipher suites of SFrame (RFC 9605, 4.5.1): 1-3, and 6-8, which are the same with
 * AES-256 and SHA-512 (from the working group's vectors, not in the RFC). Our calls use AES-GCM; a
 * bundler leaves these out where nobody names them.
 */
import type { Bytes } from "./bytes.ts";
import { concat, equalBytes, plain } from "./bytes.ts";
import type { Hash } from "./hkdf.ts";
import { hmac } from "./hkdf.ts";
import type { CipherSuite } from "./suites.ts";

function aesCtrHmac(
  id: number,
  hash: Hash,
  encryptionBytes: number,
  authenticationBytes: number,
  tagBytes: number,
): CipherSuite {
  return {
    id,
    hash,
    keyBytes: encryptionBytes + authenticationBytes,
    tagBytes,
    async importKey(raw) {
      const { subtle } = crypto;
      const key = plain(raw).slice(0, encryptionBytes);
      const encryption = await subtle.importKey("raw", key, "AES-CTR", false, ["encrypt"]);
      const authentication = plain(raw).slice(encryptionBytes);

      /** Counter mode is its own inverse. The block counter is the last four bytes, from zero. */
      async function crypt(nonce: Bytes, text: Uint8Array): Promise<Bytes> {
        const counter = concat(nonce, new Uint8Array(4));
        const parameters = { name: "AES-CTR", counter, length: 32 };
        return new Uint8Array(await subtle.encrypt(parameters, encryption, plain(text)));
      }

      async function tag(nonce: Bytes, additional: Bytes, text: Uint8Array): Promise<Bytes> {
        const lengths = new DataView(new ArrayBuffer(24));
        lengths.setUint32(4, additional.length);
        lengths.setUint32(12, text.length);
        lengths.setUint32(20, tagBytes);
        const covered = concat(new Uint8Array(lengths.buffer), nonce, additional, text);
        return (await hmac(hash, authentication, covered)).slice(0, tagBytes);
      }

      return {
        async seal(nonce, additional, plaintext) {
          // Own copies: both are needed after the first await.
          const [iv, covered] = [nonce.slice(), additional.slice()];
          const text = await crypt(iv, plaintext);
          return concat(text, await tag(iv, covered, text)).buffer;
        },
        async open(nonce, additional, ciphertext) {
          const iv = nonce.slice();
          const text = ciphertext.subarray(0, ciphertext.length - tagBytes);
          const given = ciphertext.subarray(ciphertext.length - tagBytes);
          const isAuthentic = equalBytes(given, await tag(iv, additional, text));
          if (!isAuthentic) throw new DOMException("not authentic", "OperationError");
          return (await crypt(iv, text)).buffer;
        },
      };
    },
  };
}

export const AES_128_CTR_HMAC_SHA256_80 = /* @__PURE__ */ aesCtrHmac(1, "SHA-256", 16, 32, 10);
export const AES_128_CTR_HMAC_SHA256_64 = /* @__PURE__ */ aesCtrHmac(2, "SHA-256", 16, 32, 8);
export const AES_128_CTR_HMAC_SHA256_32 = /* @__PURE__ */ aesCtrHmac(3, "SHA-256", 16, 32, 4);
export const AES_256_CTR_HMAC_SHA512_80 = /* @__PURE__ */ aesCtrHmac(6, "SHA-512", 32, 64, 10);
export const AES_256_CTR_HMAC_SHA512_64 = /* @__PURE__ */ aesCtrHmac(7, "SHA-512", 32, 64, 8);
export const AES_256_CTR_HMAC_SHA512_32 = /* @__PURE__ */ aesCtrHmac(8, "SHA-512", 32, 64, 4);
