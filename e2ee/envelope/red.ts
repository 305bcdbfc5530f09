/**
 * RED (RFC 2198): Opus with a copy of earlier packets in each. The block headers say how long each
 * packet is, so they are sealed too, and the payload goes as one opaque piece.
 */
import { bare } from "./fronted.ts";

export const red = bare("red/1");
