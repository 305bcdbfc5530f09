/** Byte strings as the drafts speak of them. */
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";

export type Bytes = Uint8Array<ArrayBuffer>;

export function concat(...parts: readonly Uint8Array[]): Bytes {
  return concatBytes(...parts) as Bytes;
}

export function utf8(text: string): Bytes {
  return utf8ToBytes(text) as Bytes;
}

/** I2OSP(value, 8) of RFC 8017, for lengths, counts and times: 0 … 2^53-1. */
export function i2osp8(value: number): Bytes {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError("not a 64-bit count");
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/** Eight bytes of length, then the bytes. */
export function withLength(bytes: Uint8Array): Bytes {
  return concat(i2osp8(bytes.length), bytes);
}

/** Takes the same time wherever the first difference lies. Lengths are public. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}
