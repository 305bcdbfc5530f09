/** Byte strings: those of SFrame, which keeps to itself, and what the handshake adds. */
import type { Bytes } from "./sframe/bytes.ts";

export { concat, equalBytes, plain, utf8 } from "./sframe/bytes.ts";
export type { Bytes } from "./sframe/bytes.ts";

/** `lp(x)`: four bytes of length, big-endian, then x. Makes a concatenation unambiguous. */
export function lengthPrefixed(bytes: Uint8Array): Bytes {
  const prefixed = new Uint8Array(4 + bytes.length);
  new DataView(prefixed.buffer).setUint32(0, bytes.length);
  prefixed.set(bytes, 4);
  return prefixed;
}
