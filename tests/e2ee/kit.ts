/** Hex, and chance under a seed. */
import { createHash } from "node:crypto";
import type { Bytes } from "../../e2ee/bytes.ts";

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

export function unhex(text: string): Bytes {
  return Uint8Array.from(Buffer.from(text, "hex"));
}

/** Bytes that depend on the label alone. */
export function bytesOf(label: string, length: number): Bytes {
  return Uint8Array.from(createHash("shake256", { outputLength: length }).update(label).digest());
}

export interface Chance {
  below(limit: number): number;
  bytes(length: number): Bytes;
}

/** The same sequence for the same seed (mulberry32). */
export function seeded(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return (word ^ (word >>> 14)) >>> 0;
  };
  return {
    below: (limit) => next() % limit,
    bytes: (length) => Uint8Array.from({ length }, () => next() & 255),
  };
}

export function flipped(bytes: Uint8Array, at: number, mask = 1): Bytes {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ mask;
  return copy;
}
