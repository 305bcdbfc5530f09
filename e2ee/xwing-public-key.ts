/**
 * What makes 1216 bytes an X-Wing public key: the checks that the parts' own documents ask for or
 * allow, made before any other use, so that every browser's implementation refuses the same keys.
 */

export const XWING_PUBLIC_KEY_BYTES = 1216;

const MLKEM_VECTOR_BYTES = 1152;
const MLKEM_PUBLIC_KEY_BYTES = 1184;
const MLKEM_MODULUS = 3329;

/**
 * The x-coordinates of small order on Curve25519 and its twist (RFC 7748, 6.1), little endian:
 * whoever sends one makes the X25519 half of the secret zero.
 */
const SMALL_ORDER = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

/** 2^255-19, most significant digit first, so that it compares as text. */
const FIELD_PRIME = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed";

export function isXWingPublicKey(key: Uint8Array): boolean {
  return (
    key.length === XWING_PUBLIC_KEY_BYTES &&
    isReduced(key.subarray(0, MLKEM_VECTOR_BYTES)) &&
    isFullOrder(key.subarray(MLKEM_PUBLIC_KEY_BYTES))
  );
}

/** The modulus check of FIPS 203, 7.2: every 12-bit coefficient is below q. */
function isReduced(vector: Uint8Array): boolean {
  for (let i = 0; i < vector.length; i += 3) {
    const [a = 0, b = 0, c = 0] = vector.subarray(i, i + 3);
    if ((a | ((b & 15) << 8)) >= MLKEM_MODULUS) return false;
    if (((b >> 4) | (c << 4)) >= MLKEM_MODULUS) return false;
  }
  return true;
}

/**
 * RFC 7748 has X25519 take numbers of 2^255-19 and above, and ignore the top bit. No generated key
 * looks like that, and Firefox refuses some of them, so all of them are refused.
 */
function isFullOrder(point: Uint8Array): boolean {
  const digits = Array.from(point, (byte) => byte.toString(16).padStart(2, "0"));
  return !SMALL_ORDER.has(digits.join("")) && digits.reverse().join("") < FIELD_PRIME;
}
