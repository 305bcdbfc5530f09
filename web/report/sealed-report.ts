/**
 * What goes to the moderator and to nobody else: encapsulated to their X-Wing key, then AES-256-GCM
 * under a key that exists for this one text, so a constant nonce never repeats under it.
 *
 *   sealed = X-Wing ciphertext 1120 ‖ AES-256-GCM(text) ‖ tag 16
 */
import { concat, utf8, type Bytes } from "../../e2ee/bytes.ts";
import { hkdfExpand, hkdfExtract } from "../../e2ee/hkdf.ts";
import { XWING_CIPHERTEXT_BYTES, encapsulate, isXWingPublicKey } from "../../e2ee/xwing.ts";

const LABEL = utf8("winkr report v1");
const NONCE = new Uint8Array(12);

export const REPORT_TEXT_MAX_BYTES = 2_000;

/** RangeError for a text that is too long, or a key that is none. */
export async function sealReport(moderator: Bytes, text: string): Promise<Bytes> {
  const plain = utf8(text);
  if (plain.length > REPORT_TEXT_MAX_BYTES) throw new RangeError("the text is too long");
  if (!isXWingPublicKey(moderator)) throw new RangeError("not a moderator's key");
  const { ciphertext, sharedSecret } = await encapsulate(moderator);
  const key = await keyFrom(sharedSecret, ciphertext, "encrypt");
  const body = await crypto.subtle.encrypt({ name: "AES-GCM", iv: NONCE }, key, plain);
  return concat(ciphertext, new Uint8Array(body));
}

/** undefined for what was not sealed to this key, or was changed. */
export async function openReport(
  decapsulate: (ciphertext: Uint8Array) => Promise<Bytes>,
  sealed: Bytes,
): Promise<string | undefined> {
  const ciphertext = sealed.subarray(0, XWING_CIPHERTEXT_BYTES);
  if (sealed.length <= XWING_CIPHERTEXT_BYTES) return undefined;
  try {
    const key = await keyFrom(await decapsulate(ciphertext), ciphertext, "decrypt");
    const body = sealed.subarray(XWING_CIPHERTEXT_BYTES);
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: NONCE }, key, body);
    return new TextDecoder().decode(plain);
  } catch {
    return undefined;
  }
}

async function keyFrom(secret: Bytes, ciphertext: Uint8Array, use: "encrypt" | "decrypt") {
  const extracted = await hkdfExtract("SHA-256", LABEL, secret);
  const raw = await hkdfExpand("SHA-256", extracted, ciphertext, 32);
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, [use]);
}
