/**
 * What a sealed frame wears on the way. Packetizers and depacketizers read the first bytes of a
 * video frame; an envelope gives them constant bytes to read, so that none of the real ones travel
 * in clear. The whole frame, codec header included, is sealed inside.
 *
 * An envelope has a versioned name, which both sides announce in the handshake, and serves one MIME
 * type. VP9 (whole frame, no cover), AV1 (synthetic sequence header and one opaque OBU), H.264
 * (synthetic parameter sets, escaping) and RED (whole payload) belong in files beside these two and
 * in the table below.
 */
import type { Bytes } from "../bytes.ts";
import { opus } from "./opus.ts";
import { vp8 } from "./vp8.ts";

export interface Envelope {
  readonly name: string;
  /** The sealed frame as it travels: an array of its own, with nothing around it. */
  wrap(sealed: Bytes, key: boolean): Bytes;
  /** The sealed frame, as a view into `bytes`. undefined when this envelope never made them. */
  unwrap(bytes: Uint8Array): Uint8Array | undefined;
}

const ENVELOPES = { "audio/opus": opus, "video/VP8": vp8 } as const;

export type CoveredMimeType = keyof typeof ENVELOPES;

export function isCovered(mimeType: string): mimeType is CoveredMimeType {
  return Object.hasOwn(ENVELOPES, mimeType);
}

export function envelopeFor(mimeType: CoveredMimeType): Envelope {
  return ENVELOPES[mimeType];
}

/** For the handshake's extension. */
export const ENVELOPE_NAMES: readonly string[] = Object.values(ENVELOPES).map(({ name }) => name);
