/**
 * From a handshake's root to the base keys of SFrame. docs/handshake.md, "Keys" and "Moving on".
 *
 * A root has a generation, 0 for the one that the handshake gave. Two things move on from it:
 * - ratchet: a step (RFC 9605, 5.1) takes a base key to the next one within a generation;
 * - rekey: a fresh X-Wing exchange, mixed into the chain, begins the next generation (e2ee/rekey).
 * Both only ever produce a KID that was never used before. The safety code stays through both.
 */
import { utf8 } from "./bytes.ts";
import type { Bytes } from "./bytes.ts";
import { hkdfExpand, hkdfExtract } from "./hkdf.ts";

/** I is the initiator, R the responder. */
export type KeyDirection = "I>R" | "R>I";
export type KeyKind = "audio" | "video" | "data";

/**
 * One key per direction and kind. Each may be given to exactly one sealer in its life: the sealer's
 * counter starts at zero, so a second one under the same key would repeat its nonces.
 */
export function baseKey(root: Uint8Array, direction: KeyDirection, kind: KeyKind): Promise<Bytes> {
  return fromRoot(root, `winkr/1 sframe ${direction}${kind}`);
}

/** What is kept of a root for the rekey that follows; the base keys cannot be had from it. */
export function chainOf(root: Uint8Array): Promise<Bytes> {
  return fromRoot(root, "winkr/1 chain");
}

/** The root is copied in the call. Rejects with RangeError for a wiped one: everybody knows zeros. */
async function fromRoot(root: Uint8Array, label: string): Promise<Bytes> {
  if (root.every((byte) => byte === 0)) throw new RangeError("the root is empty");
  const own = root.slice();
  const derived = await hkdfExpand("SHA-256", own, utf8(label), 32);
  own.fill(0);
  return derived;
}

/** Nh of SFrame suite 5. */
const RATCHETED_BYTES = 64;

/**
 * The next step's base key (RFC 9605, 5.1). The given one cannot be had from it.
 * Throws RangeError for a wiped key: what follows from zeros, everybody knows.
 */
export async function ratchet(current: Uint8Array): Promise<Bytes> {
  if (current.every((byte) => byte === 0)) throw new RangeError("the base key is empty");
  // Copied before the first await, so that the caller may wipe its own copy meanwhile.
  const own = current.slice();
  const extracted = await hkdfExtract("SHA-512", new Uint8Array(0), own);
  const next = await hkdfExpand("SHA-512", extracted, utf8("SFrame 1.0 Ratchet"), RATCHETED_BYTES);
  own.fill(0);
  extracted.fill(0);
  return next;
}

/** Ratchet steps within one generation: four bits of the KID. */
export const STEPS = 16;

/** Where a key stands: which root, and how often it was ratcheted. */
export interface KeyPlace {
  readonly generation: number;
  readonly step: number;
}

/** The key id that travels in the SFrame header. */
export function kid(generation: number, step: number): number {
  const id = generation * STEPS + step;
  const isGeneration = Number.isInteger(generation) && generation >= 0 && Number.isSafeInteger(id);
  const isStep = Number.isInteger(step) && step >= 0 && step < STEPS;
  if (!isGeneration || !isStep) throw new RangeError("no such key generation or step");
  return id;
}

export function placeOf(id: number): KeyPlace {
  return { generation: Math.floor(id / STEPS), step: id % STEPS };
}
