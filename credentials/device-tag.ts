/**
 * The device tag of people without a credential: an oblivious PRF (RFC 9497, OPRF mode,
 * ristretto255-SHA512) over what a device says of itself. The edge evaluates without seeing the
 * input, so components never leave the device; the device cannot evaluate alone, so nobody can try
 * inputs at home.
 */
import { ristretto255_oprf } from "@noble/curves/ed25519.js";
import { randomBytes } from "@noble/hashes/utils.js";
import { withLength, concat, utf8, type Bytes } from "./bytes.ts";

const { oprf } = ristretto255_oprf;

export const BLINDED_BYTES = 32;

export interface Blinded {
  /** Stays on the device. */
  readonly blind: Bytes;
  /** 32 bytes for the edge. */
  readonly element: Bytes;
}

/** The PRF's input: every component with its length, so that no two lists read the same. */
export function deviceInput(components: readonly string[]): Bytes {
  return concat(utf8("winkr device v1"), ...components.map((text) => withLength(utf8(text))));
}

/** `random` gives that many uniform bytes: an argument, so that tests can replay. */
export function blindDevice(
  input: Uint8Array,
  random: (length?: number) => Uint8Array = randomBytes,
): Blinded {
  const { blind, blinded } = oprf.blind(input, random as typeof randomBytes);
  return { blind: blind as Bytes, element: blinded as Bytes };
}

/** The edge's key from a secret seed of 32 bytes and a public name (RFC 9497, 3.2.1). */
export function deviceKey(seed: Uint8Array, name: string): Bytes {
  return oprf.deriveKeyPair(seed, utf8(name)).secretKey as Bytes;
}

/** undefined for an element that is not one, or is the identity. */
export function evaluateDevice(secretKey: Uint8Array, element: Uint8Array): Bytes | undefined {
  if (element.length !== BLINDED_BYTES) return undefined;
  try {
    return oprf.blindEvaluate(secretKey, element) as Bytes;
  } catch {
    return undefined;
  }
}

/** 64 bytes; undefined for an answer that is no element. */
export function finishDevice(
  input: Uint8Array,
  { blind }: Blinded,
  evaluated: Uint8Array,
): Bytes | undefined {
  if (evaluated.length !== BLINDED_BYTES) return undefined;
  try {
    return oprf.finalize(input, blind, evaluated) as Bytes;
  } catch {
    return undefined;
  }
}
