/** SFrame (RFC 9605). Knows nothing of calls, codecs or handshakes. README.md shows its use. */
export { createSealer } from "./sealer.ts";
export type { Sealer, SealerOptions } from "./sealer.ts";
export { createOpener } from "./opener.ts";
export type { Opened, OpenFailure, Opener } from "./opener.ts";
export { decodeHeader, encodeHeader } from "./header.ts";
export type { SFrameHeader } from "./header.ts";
export { AES_128_GCM_SHA256_128, AES_256_GCM_SHA512_128 } from "./suites.ts";
export type { CipherSuite, FrameCipher, SuiteChoice } from "./suites.ts";
export {
  AES_128_CTR_HMAC_SHA256_32,
  AES_128_CTR_HMAC_SHA256_64,
  AES_128_CTR_HMAC_SHA256_80,
  AES_256_CTR_HMAC_SHA512_32,
  AES_256_CTR_HMAC_SHA512_64,
  AES_256_CTR_HMAC_SHA512_80,
} from "./suites-ctr-hmac.ts";
