/**
 * Padding to buckets, so that the length of a sealed message says little about its text.
 * ISO/IEC 7816-4: a 0x80 byte, then zeros.
 */

/** Bytes. The fourth holds CHAT_TEXT_MAX_CHARS of any script with its JSON, the last a description. */
export const BUCKETS = [64, 256, 1_024, 8_192, 32_768] as const;

/** undefined when it fits in no bucket. */
export function pad(message: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const size = BUCKETS.find((bucket) => message.length < bucket);
  if (size === undefined) return undefined;
  const padded = new Uint8Array(size);
  padded.set(message);
  padded[message.length] = 0x80;
  return padded;
}

/** undefined when the padding is not ours. */
export function unpad(padded: Uint8Array): Uint8Array | undefined {
  const end = padded.findLastIndex((byte) => byte !== 0);
  return padded[end] === 0x80 ? padded.subarray(0, end) : undefined;
}
