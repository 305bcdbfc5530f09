/**
 * The SFrame header (RFC 9605, 4.3):
 *
 *   X KKK Y CCC [KID, KKK+1 bytes if X] [CTR, CCC+1 bytes if Y]
 *
 * With X (or Y) clear, the three bits are the value itself. Both values reach 2^64-1.
 */
import type { Bytes } from "./bytes.ts";
import { fromWords, highWord, lowWord, uint64 } from "./uint64.ts";
import type { UInt64 } from "./uint64.ts";

export interface SFrameHeader<Value = bigint> {
  readonly kid: Value;
  readonly counter: Value;
  /** Bytes that the header takes at the front of the frame. */
  readonly length: number;
}

export const HEADER_BYTES_MAX = 17;
/** What three bits hold by themselves; anything larger is written out. */
const INLINE_MAX = 7;

export function encodeHeader(kid: number | bigint, counter: number | bigint): Bytes {
  const header = new Uint8Array(HEADER_BYTES_MAX);
  return header.slice(0, writeHeader(header, 0, uint64(kid), uint64(counter)));
}

export function headerLength(kid: UInt64, counter: UInt64): number {
  return 1 + magnitude(kid) + magnitude(counter);
}

/** Writes the header from `offset` on, and returns its length. */
export function writeHeader(
  target: Uint8Array,
  offset: number,
  kid: UInt64,
  counter: UInt64,
): number {
  const kidBytes = magnitude(kid);
  const counterBytes = magnitude(counter);
  target[offset] =
    (kidBytes === 0 ? Number(kid) << 4 : 0x80 | ((kidBytes - 1) << 4)) |
    (counterBytes === 0 ? Number(counter) : 0x08 | (counterBytes - 1));
  writeBigEndian(target, offset + 1, kidBytes, kid);
  writeBigEndian(target, offset + 1 + kidBytes, counterBytes, counter);
  return 1 + kidBytes + counterBytes;
}

/** As `readHeader`, for whoever wants one type of value. */
export function decodeHeader(frame: Uint8Array): SFrameHeader | undefined {
  const header = readHeader(frame);
  return header && { ...header, kid: BigInt(header.kid), counter: BigInt(header.counter) };
}

/**
 * undefined for a header that is cut short, or written longer than need be: each pair of values has
 * exactly one encoding.
 */
export function readHeader(frame: Uint8Array): SFrameHeader<UInt64> | undefined {
  const config = frame[0];
  if (config === undefined) return undefined;
  const kidBytes = config & 0x80 ? ((config >> 4) & 7) + 1 : 0;
  const counterBytes = config & 0x08 ? (config & 7) + 1 : 0;
  const length = 1 + kidBytes + counterBytes;
  if (frame.length < length) return undefined;
  const kid = kidBytes === 0 ? (config >> 4) & 7 : readBigEndian(frame, 1, kidBytes);
  const counter =
    counterBytes === 0 ? config & 7 : readBigEndian(frame, 1 + kidBytes, counterBytes);
  if (magnitude(kid) !== kidBytes || magnitude(counter) !== counterBytes) return undefined;
  return { kid, counter, length };
}

/** Bytes that a value needs after the config byte: none when it fits into three bits. */
function magnitude(value: UInt64): number {
  if (value <= INLINE_MAX) return 0;
  const high = highWord(value);
  return high === 0 ? bytesOfWord(lowWord(value)) : 4 + bytesOfWord(high);
}

function bytesOfWord(word: number): number {
  return (39 - Math.clz32(word)) >> 3;
}

function writeBigEndian(target: Uint8Array, offset: number, bytes: number, value: UInt64): void {
  const [low, high] = [lowWord(value), bytes > 4 ? highWord(value) : 0];
  for (let at = 0; at < bytes; at++) {
    target[offset + bytes - 1 - at] = (at < 4 ? low : high) >>> (8 * (at & 3));
  }
}

function readBigEndian(source: Uint8Array, offset: number, bytes: number): UInt64 {
  let [low, high] = [0, 0];
  for (let at = 0; at < bytes; at++) {
    const byte = (source[offset + bytes - 1 - at] ?? 0) << (8 * (at & 3));
    if (at < 4) low |= byte;
    else high |= byte;
  }
  return fromWords(high >>> 0, low >>> 0);
}
