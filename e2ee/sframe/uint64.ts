/**
 * Key ids and counters have 64 bits, and all but a few of them fit into a number, which is several
 * times as fast as a bigint. A UInt64 is a number up to 2^53-1 and a bigint above it, never the
 * other way round: so `===`, `<` and the keys of a Map mean what they say.
 */
export type UInt64 = number | bigint;

const WORD = 2 ** 32;
const MAX = 2n ** 64n - 1n;

/** RangeError for anything that 64 bits do not hold. */
export function uint64(value: number | bigint): UInt64 {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  // Refuses fractions with a RangeError of its own.
  const exact = BigInt(value);
  if (exact < 0n || exact > MAX) throw new RangeError("SFrame values have 64 bits");
  return exact > Number.MAX_SAFE_INTEGER ? exact : Number(exact);
}

/** Bits 32 to 63. */
export function highWord(value: UInt64): number {
  return typeof value === "number" ? Math.floor(value / WORD) : Number(value >> 32n);
}

/** Bits 0 to 31. */
export function lowWord(value: UInt64): number {
  return typeof value === "number" ? value >>> 0 : Number(value & 0xffff_ffffn);
}

export function fromWords(high: number, low: number): UInt64 {
  return high < 2 ** 21 ? high * WORD + low : (BigInt(high) << 32n) | BigInt(low);
}
