/**
 * Who is measured: whatever turns an encoded frame into a sealed one and back, called the way a
 * TransformStream calls it.
 */

/** What of RTCEncodedVideoFrame and RTCEncodedAudioFrame anybody here reads. */
export interface BenchFrame {
  /** Absent on audio. */
  readonly type?: "key" | "delta";
  /** 32 bits, different for every frame of one contender. */
  readonly timestamp: number;
  data: ArrayBuffer;
  getMetadata(): { readonly synchronizationSource: number; readonly mimeType: string };
}

export interface Outlet {
  enqueue(frame: BenchFrame): void;
}

export type Transform = (frame: BenchFrame, outlet: Outlet) => unknown;

export type Codec = "opus" | "vp8" | "h264";

export interface Contender {
  readonly name: string;
  readonly codec: Codec;
  readonly seal: Transform;
  readonly open: Transform;
}

const MIME = { opus: "audio/opus", vp8: "video/VP8", h264: "video/H264" } as const;
const SSRC = 0x5f3a_91c7;
/** One slice of an H.264 picture, with its start code. */
const H264_SLICE = [0, 0, 0, 1, 0x41];

export function frameOf(codec: Codec, timestamp: number, data: ArrayBuffer): BenchFrame {
  const metadata = { synchronizationSource: SSRC, mimeType: MIME[codec] };
  return {
    ...(codec !== "opus" && { type: "delta" as const }),
    timestamp,
    data,
    getMetadata: () => metadata,
  };
}

/** An inter frame as that codec's encoder makes it, as far as anybody here looks into it. */
export function pictureOf(codec: Codec, bytes: number): ArrayBuffer {
  const picture = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 65_536) {
    crypto.getRandomValues(picture.subarray(at, at + 65_536));
  }
  if (codec === "h264") {
    // An encoder leaves no start code inside of a slice.
    for (let at = 0; at < bytes; at++) picture[at] ||= 0x80;
    picture.set(H264_SLICE);
  }
  if (codec === "vp8") picture[0]! |= 1;
  return picture.buffer;
}

export const BASE_KEY = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
