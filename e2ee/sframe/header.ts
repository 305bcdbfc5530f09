/**
 * The SFrame header (RFC 9605, 4.3):
 *
 *   X KKK Y CCC [KID, KKK+1 bytes if X] [CTR, CCC+1 bytes if Y]
 *
 * With X (or Y) clear, the three bits are the value itself. Both values reach 2^64-1.
 */
import type { Bytes } from "../bytes.ts";

export interface SFrameHeader {
  readonly kid: bigint;
  readonly counter: bigint;
  /** Bytes that the header takes at the front of the frame. */
  readonly length: number;
}

const MAX = 2n ** 64n - 1n;
/** What three bits hold by themselves; anything larger is written out. */
const INLINE_MAX = 7;

export function encodeHeader(kid: number | bigint, counter: number | bigint): Bytes {
  const kidBytes = magnitude(kid);
  const counterBytes = magnitude(counter);
  const header = new Uint8Array(1 + kidBytes + counterBytes);
  header[0] =
    (kidBytes === 0 ? Number(kid) << 4 : 0x80 | ((kidBytes - 1) << 4)) |
    (counterBytes === 0 ? Number(counter) : 0x08 | (counterBytes - 1));
  writeBigEndian(header, 1, kidBytes, kid);
  writeBigEndian(header, 1 + kidBytes, counterBytes, counter);
  return header;
}

/**
 * undefined for a header that is cut short, or written longer than need be: each pair of values has
 * exactly one encoding.
 */
export function decodeHeader(frame: Uint8Array): SFrameHeader | undefined {
  const config = frame[0];
  if (config === undefined) return undefined;
  const kidBytes = config & 0x80 ? ((config >> 4) & 7) + 1 : 0;
  const counterBytes = config & 0x08 ? (config & 7) + 1 : 0;
  const length = 1 + kidBytes + counterBytes;
  if (frame.length < length) return undefined;
  const kid = kidBytes === 0 ? BigInt((config >> 4) & 7) : readBigEndian(frame, 1, kidBytes);
  const counter =
    counterBytes === 0 ? BigInt(config & 7) : readBigEndian(frame, 1 + kidBytes, counterBytes);
  if (magnitude(kid) !== kidBytes || magnitude(counter) !== counterBytes) return undefined;
  return { kid, counter, length };
}

/** Bytes that a value needs after the config byte: none when it fits into three bits. */
function magnitude(value: number | bigint): number {
  if (value < 0 || value > MAX) throw new RangeError("SFrame values have 64 bits");
  if (value <= INLINE_MAX) return 0;
  let bytes = 1;
  for (let rest = BigInt(value) >> 8n; rest > 0n; rest >>= 8n) bytes++;
  return bytes;
}

function writeBigEndian(
  target: Uint8Array,
  offset: number,
  bytes: number,
  value: number | bigint,
): void {
  let rest = BigInt(value);
  for (let i = offset + bytes - 1; i >= offset; i--) {
    target[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}

function readBigEndian(source: Uint8Array, offset: number, bytes: number): bigint {
  let value = 0n;
  for (let i = offset; i < offset + bytes; i++) value = (value << 8n) | BigInt(source[i] ?? 0);
  return value;
}
