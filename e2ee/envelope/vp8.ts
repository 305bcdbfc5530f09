/**
 * VP8 (RFC 6386, 9.1): the packetizer and the jitter buffer read whether a frame is a key frame
 * and, if so, its size. They get a constant 640 by 480; the real header is sealed with the frame.
 */
import { equalBytes } from "../bytes.ts";
import { fronted } from "./fronted.ts";

/** Frame tag of a shown key frame, start code 9d 01 2a, width 640, height 480. */
const KEY_COVER = Uint8Array.of(0x10, 0x00, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01);
/** First byte of an inter frame's tag. Its lowest bit alone tells the two covers apart. */
const DELTA_COVER = Uint8Array.of(0x01);

export const vp8 = fronted("vp8/1", { key: KEY_COVER, delta: DELTA_COVER }, (bytes) => {
  for (const cover of [DELTA_COVER, KEY_COVER]) {
    const { length } = cover;
    if (bytes.length > length && equalBytes(bytes.subarray(0, length), cover)) {
      return bytes.subarray(length);
    }
  }
  return undefined;
});
