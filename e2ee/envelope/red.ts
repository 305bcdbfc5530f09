/**
 * RED (RFC 2198): Opus with a copy of earlier packets in each. The block headers say how long each
 * packet is, so they are sealed too, and the payload goes as one opaque piece.
 */
import type { Envelope } from "./envelope.ts";

export const red: Envelope = {
  name: "red/1",
  wrap: (sealed) => sealed,
  unwrap: (bytes) => (bytes.length === 0 ? undefined : bytes),
};
