/**
 * The bytes of the rekey's four messages: number, generation in four bytes (big-endian), a body of
 * fixed length. docs/handshake.md, "Moving on". Each value has exactly one encoding.
 */
import { concat, plain } from "../bytes.ts";
import type { Bytes } from "../bytes.ts";
import { XWING_CIPHERTEXT_BYTES, XWING_PUBLIC_KEY_BYTES } from "../xwing.ts";

export const MAC_BYTES = 32;
const HEAD_BYTES = 5;

const BODY_BYTES = {
  1: XWING_PUBLIC_KEY_BYTES,
  2: XWING_PUBLIC_KEY_BYTES + XWING_CIPHERTEXT_BYTES,
  3: XWING_CIPHERTEXT_BYTES + MAC_BYTES,
  4: MAC_BYTES,
} as const;

/** R1 to R4. */
export type MessageNumber = keyof typeof BODY_BYTES;

export function encode(
  number: MessageNumber,
  generation: number,
  ...body: readonly Uint8Array[]
): Bytes {
  const head = new Uint8Array(HEAD_BYTES);
  head[0] = number;
  new DataView(head.buffer).setUint32(1, generation);
  return concat(head, ...body);
}

/** A copy of the body, if this is that message of that generation. */
export function decode(
  number: MessageNumber,
  generation: number,
  message: Uint8Array,
): Bytes | undefined {
  if (message.length !== HEAD_BYTES + BODY_BYTES[number] || message[0] !== number) return undefined;
  const view = new DataView(message.buffer, message.byteOffset);
  return view.getUint32(1) === generation ? plain(message).slice(HEAD_BYTES) : undefined;
}
