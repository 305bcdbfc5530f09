/**
 * VP9 (RFC 9628): what the packetizer needs to know it is told by the encoder beside the frame, and
 * it never looks into it. So the sealed frame goes as it is, without a cover.
 */
import type { Envelope } from "./envelope.ts";

export const vp9: Envelope = {
  name: "vp9/1",
  wrap: (sealed) => sealed,
  unwrap: (bytes) => (bytes.length === 0 ? undefined : bytes),
};
