/**
 * What a sealed frame wears on the way. Packetizers and depacketizers read the first bytes of a
 * video frame; an envelope gives them constant bytes to read, so that none of the real ones travel
 * in clear. The whole frame, codec header included, is sealed inside.
 *
 * An envelope has a versioned name, which both sides announce in the handshake, and serves one MIME
 * type. A frame of any other type cannot be sealed or opened, so it goes nowhere.
 */
import type { Bytes } from "../bytes.ts";
import { av1 } from "./av1.ts";
import { h264 } from "./h264.ts";
import { opus } from "./opus.ts";
import { red } from "./red.ts";
import { vp8 } from "./vp8.ts";
import { vp9 } from "./vp9.ts";

export interface Envelope {
  readonly name: string;
  /**
   * What stands before the sealed frame, where that is all that is added: whoever seals may leave
   * room for it and write it there.
   */
  front?(key: boolean): Bytes;
  /** The sealed frame as it travels: an array of its own, with nothing around it. */
  wrap(sealed: Bytes, key: boolean): Bytes;
  /** The sealed frame, where it can be as a view. undefined when this envelope never made them. */
  unwrap(bytes: Uint8Array): Uint8Array | undefined;
}

const ENVELOPES = {
  "audio/opus": opus,
  "audio/red": red,
  "video/VP8": vp8,
  "video/VP9": vp9,
  "video/AV1": av1,
  "video/H264": h264,
} as const;

export type CoveredMimeType = keyof typeof ENVELOPES;

export function isCovered(mimeType: string): mimeType is CoveredMimeType {
  return Object.hasOwn(ENVELOPES, mimeType);
}

export function envelopeFor(mimeType: CoveredMimeType): Envelope {
  return ENVELOPES[mimeType];
}

/** For the handshake's extension. */
export const ENVELOPE_NAMES: readonly string[] = Object.values(ENVELOPES).map(({ name }) => name);
