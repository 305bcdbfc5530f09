/**
 * AV1 (AV1 bitstream 5.3 to 5.6; RTP payload format of AOMedia, 1.0): packetizer and depacketizer
 * read the headers of the OBUs, and a frame that begins with a sequence header counts as a key
 * frame. They get a constant sequence header (main profile, 640 by 480) and one frame OBU that holds
 * the sealed frame.
 *
 *   key frame    sequence header OBU ‖ 30 ‖ sealed
 *   delta frame                        30 ‖ sealed
 *
 * 30 is a frame OBU without a size field. The far side's depacketizer puts a size in (32, leb128)
 * and may put a temporal delimiter in front.
 */
import { concat, equalBytes } from "../bytes.ts";
import { fronted } from "./fronted.ts";

const SEQUENCE_HEADER = Uint8Array.of(
  ...[0x0a, 0x0b, 0x00, 0x00, 0x00, 0x24, 0xc4, 0xff, 0xdf, 0x3f, 0xfe, 0xd1, 0x10],
);
const TEMPORAL_DELIMITER = Uint8Array.of(0x12, 0x00);
const FRAME = 0x30;
const FRAME_WITH_SIZE = 0x32;
const KEY_COVER = concat(SEQUENCE_HEADER, Uint8Array.of(FRAME));
const DELTA_COVER = Uint8Array.of(FRAME);
/** A size of 28 bits is more than any frame has. */
const SIZE_BYTES_MAX = 4;

export const av1 = fronted("av1/1", { key: KEY_COVER, delta: DELTA_COVER }, (bytes) => {
  const frame = without(SEQUENCE_HEADER, without(TEMPORAL_DELIMITER, bytes));
  const content = frame[0] === FRAME_WITH_SIZE ? sized(frame.subarray(1)) : frame.subarray(1);
  const isFrame = frame[0] === FRAME || frame[0] === FRAME_WITH_SIZE;
  return isFrame && content !== undefined && content.length > 0 ? content : undefined;
});

function without(prefix: Uint8Array, bytes: Uint8Array): Uint8Array {
  const { length } = prefix;
  return equalBytes(bytes.subarray(0, length), prefix) ? bytes.subarray(length) : bytes;
}

/** What follows a leb128 that counts all of it (AV1, 4.10.5), in its shortest spelling. */
function sized(bytes: Uint8Array): Uint8Array | undefined {
  let size = 0;
  for (let i = 0; i < SIZE_BYTES_MAX; i++) {
    const byte = bytes[i];
    if (byte === undefined) return undefined;
    size |= (byte & 0x7f) << (7 * i);
    if (byte & 0x80) continue;
    if (byte === 0 && i > 0) return undefined;
    const content = bytes.subarray(i + 1);
    return content.length === size ? content : undefined;
  }
  return undefined;
}
