/**
 * Makes an Opus packet longer without changing what it says (RFC 6716, 3.2.5): a packet of any kind
 * becomes one of code 3 whose padding the decoder skips. So all packets of a voice can have one
 * size, and the far side needs to know nothing of it.
 *
 *   TOC, code 3 │ V P M: variable sizes?, padding?, frames │ length of the padding │ frames │ zeros
 */
import { concat } from "../bytes.ts";
import type { Bytes } from "../bytes.ts";

const CODE = 0b11;
const VARIABLE = 0x80;
const PADDED = 0x40;
const FRAMES = 0x3f;

/**
 * The packet with exactly `extra` bytes more, extra ≥ 0. undefined for what no decoder would take
 * (RFC 6716, 3.4) as far as that shows in what is read here.
 */
export function padOpus(packet: Uint8Array, extra: number): Bytes | undefined {
  const [toc] = packet;
  if (toc === undefined) return undefined;
  if (extra === 0) return packet.slice();
  const body = packet.subarray(1);
  const head = Uint8Array.of(toc | CODE);
  switch (toc & CODE) {
    case 0: // one frame
      return counted(head, 1, body, extra - 1);
    case 1: // two of one size
      return body.length % 2 === 0 ? counted(head, 2, body, extra - 1) : undefined;
    case 2: // two of two sizes; the size of the first stands in front, as code 3 wants it
      return counted(head, VARIABLE | 2, body, extra - 1);
    default:
      return repad(packet, extra);
  }
}

/** `room`: bytes that the length of the padding and the padding itself take together. */
function counted(head: Uint8Array, count: number, frames: Uint8Array, room: number): Bytes {
  if (room === 0) return concat(head, Uint8Array.of(count), frames);
  // Each length byte of 255 stands for 254 of padding and one more length byte.
  const lengthBytes = Math.ceil(room / 255);
  const length = new Uint8Array(lengthBytes).fill(255);
  length[lengthBytes - 1] = room - 255 * lengthBytes + 254;
  const padding = new Uint8Array(room - lengthBytes);
  return concat(head, Uint8Array.of(count | PADDED), length, frames, padding);
}

/** A packet of code 3: its own padding, if it has any, is counted anew. */
function repad(packet: Uint8Array, extra: number): Bytes | undefined {
  const count = packet[1];
  if (count === undefined || (count & FRAMES) === 0) return undefined;
  let begin = 2;
  let end = packet.length;
  if (count & PADDED) {
    let byte: number | undefined;
    do {
      byte = packet[begin++];
      if (byte === undefined) return undefined;
      end -= byte === 255 ? 254 : byte;
    } while (byte === 255);
    if (end < begin) return undefined;
  }
  const frames = packet.subarray(begin, end);
  const room = packet.length + extra - 2 - frames.length;
  return counted(packet.subarray(0, 1), count & ~PADDED, frames, room);
}

/** Bytes of a block header of RED (RFC 2198, 3) that is not the last, and of the last one. */
const BLOCK_HEADER_BYTES = 4;
const LAST_HEADER_BYTES = 1;

/** The same for Opus in RED: the last block is the newest packet and has no length of its own. */
export function padRed(payload: Uint8Array, extra: number): Bytes | undefined {
  let headers = 0;
  let blocks = 0;
  while (((payload[headers] ?? 0) & 0x80) !== 0) {
    blocks += (((payload[headers + 2] ?? 0) & 0x03) << 8) | (payload[headers + 3] ?? 0);
    headers += BLOCK_HEADER_BYTES;
  }
  const newest = headers + LAST_HEADER_BYTES + blocks;
  const padded = padOpus(payload.subarray(newest), extra);
  return padded && concat(payload.subarray(0, newest), padded);
}
