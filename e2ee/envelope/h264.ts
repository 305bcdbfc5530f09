/**
 * H.264 (ITU-T H.264, annex B; RFC 6184): the packetizer cuts the frame at start codes, and the far
 * side reads parameter sets and the first bits of a slice. They get constant ones (constrained
 * baseline, level 3.1, 640 by 480) and one slice NAL unit that holds the sealed frame, escaped so
 * that no start code can occur in it (7.4.1.1).
 *
 *   key frame    SPS ‖ PPS ‖ start code ‖ 65 88 80 ‖ escaped(sealed) ‖ 80
 *   delta frame              start code ‖ 41 9a 80 ‖ escaped(sealed) ‖ 80
 *
 * The three bytes are the NAL unit's header and a slice header's beginning: first macroblock 0, an
 * I or P slice, parameter set 0. The last one keeps zeros at the end from being taken for padding.
 * The far side may rewrite the parameter sets (usability information) and may shorten start codes to
 * three bytes: before the slice anything may stand that holds no picture.
 */
import { concat } from "../bytes.ts";
import type { Bytes } from "../bytes.ts";
import type { Envelope } from "./envelope.ts";

const START_CODE = [0x00, 0x00, 0x00, 0x01] as const;
const SPS = [0x67, 0x42, 0xc0, 0x1f, 0xda, 0x02, 0x80, 0xf6, 0x40] as const;
const PPS = [0x68, 0xce, 0x38, 0x80] as const;
const KEY_SLICE = [0x65, 0x88, 0x80] as const;
const DELTA_SLICE = [0x41, 0x9a, 0x80] as const;

const KEY_COVER = Uint8Array.of(
  ...START_CODE,
  ...SPS,
  ...START_CODE,
  ...PPS,
  ...START_CODE,
  ...KEY_SLICE,
);
const DELTA_COVER = Uint8Array.of(...START_CODE, ...DELTA_SLICE);
const END = 0x80;
const ESCAPE = 0x03;
/** Rewritten parameter sets are a few bytes longer; the slice begins well before this. */
const SEARCHED_BYTES = 256;

export const h264: Envelope = {
  name: "h264/1",
  wrap: (sealed, key) => concat(key ? KEY_COVER : DELTA_COVER, escape(sealed), Uint8Array.of(END)),
  unwrap(bytes) {
    const begin = sliceContent(bytes);
    const end = bytes.length - 1;
    if (begin === undefined || end <= begin || bytes[end] !== END) return undefined;
    return unescape(bytes.subarray(begin, end));
  },
};

/** Types of NAL units that may stand before the slice: messages, parameter sets, delimiter. */
function isNoPicture(header: number): boolean {
  const type = header & 0x1f;
  return type >= 6 && type <= 9;
}

/** Where the content of the one slice begins. */
function sliceContent(bytes: Uint8Array): number | undefined {
  if (bytes[0] !== 0 || bytes[1] !== 0) return undefined;
  const last = Math.min(bytes.length - 6, SEARCHED_BYTES);
  for (let at = 0; at <= last; at++) {
    if (bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== 1) continue;
    for (const slice of [DELTA_SLICE, KEY_SLICE]) {
      if (slice.every((byte, index) => bytes[at + 3 + index] === byte)) return at + 6;
    }
    if (!isNoPicture(bytes[at + 3] ?? 0)) return undefined;
  }
  return undefined;
}

/** 00 00 followed by 00, 01, 02 or 03 gets a 03 in between. */
function escape(bytes: Uint8Array): Bytes {
  // At worst every second byte pair needs one.
  const escaped = new Uint8Array(bytes.length + (bytes.length >> 1) + 1);
  let length = 0;
  let zeros = 0;
  for (const byte of bytes) {
    if (zeros === 2 && byte <= ESCAPE) {
      escaped[length++] = ESCAPE;
      zeros = 0;
    }
    escaped[length++] = byte;
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return escaped.subarray(0, length);
}

/** undefined for what `escape` does not give: an escape that is missing, or one without need. */
function unescape(bytes: Uint8Array): Bytes | undefined {
  const plain = new Uint8Array(bytes.length);
  let length = 0;
  let zeros = 0;
  for (let at = 0; at < bytes.length; at++) {
    let byte = bytes[at]!;
    if (zeros === 2 && byte <= ESCAPE) {
      const next = bytes[++at];
      if (byte !== ESCAPE || next === undefined || next > ESCAPE) return undefined;
      byte = next;
      zeros = 0;
    }
    plain[length++] = byte;
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return plain.subarray(0, length);
}
