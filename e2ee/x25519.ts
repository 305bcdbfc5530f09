/** X25519 (RFC 7748) in WebCrypto, from raw bytes to raw bytes. */
import { concat, plain } from "./bytes.ts";
import type { Bytes } from "./bytes.ts";

/** u = 9. X25519 of a secret with it is that secret's public key. */
export const BASE_POINT = Uint8Array.of(9, ...new Uint8Array(31));

/** RFC 8410's wrapping of a private key, the one form in which every WebCrypto takes it. */
const PKCS8_HEAD = Uint8Array.from([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20,
]);

/** Rejects when the result is zero (RFC 7748, 6.1), which only a point of small order brings about. */
export async function x25519(scalar: Uint8Array, point: Uint8Array): Promise<Bytes> {
  const { subtle } = crypto;
  const wrapped = concat(PKCS8_HEAD, scalar);
  const key = await subtle.importKey("pkcs8", wrapped, "X25519", false, ["deriveBits"]);
  wrapped.fill(0);
  const peer = await subtle.importKey("raw", plain(point), "X25519", true, []);
  return new Uint8Array(await subtle.deriveBits({ name: "X25519", public: peer }, key, 256));
}
