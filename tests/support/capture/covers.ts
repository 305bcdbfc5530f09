/**
 * The constant bytes that sealed pictures wear, written down once more from the specifications: a
 * frame before sealing may begin with the same ones, as of the same size.
 */
import type { VideoMimeType } from "../../../web/call/codecs.ts";

const hex = (text: string): Uint8Array =>
  new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));

/** Key frame, delta frame. */
const COVERS: Record<VideoMimeType, readonly Uint8Array[]> = {
  "video/VP8": [hex("10 00 00 9d 01 2a 80 02 e0 01"), hex("01")],
  "video/VP9": [hex("")],
  "video/AV1": [hex("0a 0b 00 00 00 24 c4 ff df 3f fe d1 10 30"), hex("30")],
  "video/H264": [
    hex("00000001 67 42c01fda0280f640 00000001 68 ce3880 00000001 65 8880"),
    hex("00000001 41 9a80"),
  ],
};

/** Throws for a picture that does not wear its cover. */
export function withoutCover(codec: VideoMimeType, sealed: Uint8Array): Uint8Array {
  const cover = COVERS[codec].find((bytes) => bytes.every((byte, at) => sealed[at] === byte));
  if (cover === undefined) throw new Error(`a picture in ${codec} went out without its cover`);
  return sealed.subarray(cover.length);
}
