/**
 * The safety code: what the two people read to each other. docs/handshake.md, "Safety code".
 *
 * It covers only what was fixed before the other side's fresh nonce was visible (M1, M2 and the
 * revealed M1). No ciphertext and no session key goes in: either could be ground offline by someone
 * in the middle until two calls show the same code. As it is, one attempt hits with 2^-24.
 */
import { utf8 } from "./bytes.ts";
import { hkdfExpand, hkdfExtract } from "./hkdf.ts";

/** Four indices into a table of 64 symbols, in the order in which both people see them. */
export type SafetyCode = readonly [number, number, number, number];

const ZERO_SALT = new Uint8Array(32);

export async function safetyCode(sasTranscript: Uint8Array): Promise<SafetyCode> {
  const key = await hkdfExtract("SHA-256", ZERO_SALT, sasTranscript);
  const bytes = await hkdfExpand("SHA-256", key, utf8("winkr/1 sas emoji"), 8);
  const bits = new DataView(bytes.buffer).getUint32(0) >>> 8;
  return [bits >>> 18, (bits >>> 12) & 63, (bits >>> 6) & 63, bits & 63];
}
