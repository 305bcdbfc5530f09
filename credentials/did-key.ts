/**
 * An issuer's public key as others write it: Multikey (W3C Controlled Identifiers 1.0, 2.2.2) and
 * did:key. Multicodec 0xeb01 is a compressed point of BLS12-381's G2; base58btc begins with "z", so
 * every one of these keys begins with "zUC7".
 */
import { equalBytes, type Bytes } from "./bytes.ts";
import { G2_BYTES } from "./bls/points.ts";

const CODEC = Uint8Array.of(0xeb, 0x01);
const DID_KEY = "did:key:";
const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/** 98 bytes never need more characters of base58. */
const MULTIBASE_MAX_CHARS = 135;

export function encodeMultikey(publicKey: Uint8Array): string {
  if (publicKey.length !== G2_BYTES) throw new RangeError("not a compressed point of G2");
  let number = 0n;
  for (const byte of [...CODEC, ...publicKey]) number = (number << 8n) | BigInt(byte);
  let text = "";
  // The codec's first byte is not zero, so there are no leading zeros to keep.
  for (; number > 0n; number /= 58n) text = ALPHABET[Number(number % 58n)] + text;
  return `z${text}`;
}

/** 96 bytes that still are to be read as a point; undefined for anything but a Multikey of G2. */
export function decodeMultikey(multikey: string): Bytes | undefined {
  if (!multikey.startsWith("z") || multikey.length > MULTIBASE_MAX_CHARS + 1) return undefined;
  let number = 0n;
  for (const character of multikey.slice(1)) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return undefined;
    number = number * 58n + BigInt(digit);
  }
  const bytes = new Uint8Array(CODEC.length + G2_BYTES);
  for (let at = bytes.length - 1; at >= 0; at--, number >>= 8n) bytes[at] = Number(number & 0xffn);
  // Leading "1"s would be a second spelling of the same key.
  if (number !== 0n || multikey[1] === "1") return undefined;
  if (!equalBytes(bytes.subarray(0, CODEC.length), CODEC)) return undefined;
  return bytes.slice(CODEC.length);
}

export function didKeyOf(publicKey: Uint8Array): string {
  return DID_KEY + encodeMultikey(publicKey);
}

/** did:key names its one key by itself: the fragment is the identifier again. */
export function keyIdOf(didKey: string): string {
  return didKey.slice(DID_KEY.length);
}

export function publicKeyOfDid(did: string): Bytes | undefined {
  return did.startsWith(DID_KEY) ? decodeMultikey(keyIdOf(did)) : undefined;
}
