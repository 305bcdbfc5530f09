/** Byte strings: joining, comparing, and the one cast that WebCrypto's types need. */

export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

export function utf8(text: string): Bytes {
  return encoder.encode(text);
}

/**
 * WebCrypto's types refuse a view that might lie over a SharedArrayBuffer; so does WebCrypto itself,
 * at run time. Nothing here shares memory, so the types may be told.
 */
export function plain(bytes: Uint8Array): Bytes {
  return bytes as Bytes;
}

export function concat(...parts: readonly Uint8Array[]): Bytes {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Takes the same time wherever the first difference lies. Lengths are public. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}
