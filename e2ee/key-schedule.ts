/**
 * From a handshake's root to the base keys of SFrame. docs/handshake.md, "Keys".
 *
 * A root has a generation, 0 for the one that the handshake gave. Two things will move on from it:
 * - ratchet: a step of RFC 9605, 5.1, takes a base key to the next one within a generation and
 *   adds one to the step in the KID;
 * - rekey: a fresh X-Wing exchange over the data channel, mixed into the root, begins the next
 *   generation. The safety code stays.
 * Both belong in this file, and both only ever produce a KID that was never used before.
 */
import { utf8 } from "./bytes.ts";
import type { Bytes } from "./bytes.ts";
import { hkdfExpand } from "./hkdf.ts";

/** I is the initiator, R the responder. */
export type KeyDirection = "I>R" | "R>I";
export type KeyKind = "audio" | "video" | "data";

/**
 * One key per direction and kind. Each may be given to exactly one sealer in its life: the sealer's
 * counter starts at zero, so a second one under the same key would repeat its nonces.
 */
export function baseKey(root: Uint8Array, direction: KeyDirection, kind: KeyKind): Promise<Bytes> {
  return hkdfExpand("SHA-256", root, utf8(`winkr/1 sframe ${direction}${kind}`), 32);
}

/** Ratchet steps within one generation. */
const STEPS = 16;

/** The key id that travels in the SFrame header. */
export function kid(generation: number, step: number): number {
  const id = generation * STEPS + step;
  const isGeneration = Number.isInteger(generation) && generation >= 0 && Number.isSafeInteger(id);
  const isStep = Number.isInteger(step) && step >= 0 && step < STEPS;
  if (!isGeneration || !isStep) throw new RangeError("no such key generation or step");
  return id;
}
