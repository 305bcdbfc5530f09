/** What is hashed, and what comes out. docs/handshake.md, "Transcript" and "Keys". */
import { concat, lengthPrefixed, utf8 } from "../bytes.ts";
import type { Bytes } from "../bytes.ts";
import { hkdfExpand, hkdfExtract, hmac, sha256 } from "../hkdf.ts";

/** c_I: the initiator is bound to its key and nonce before it sees the responder's. */
export function commitmentTo(reveal: Uint8Array): Promise<Bytes> {
  return sha256(concat(utf8("winkr/1 commit"), lengthPrefixed(reveal)));
}

/** Th_sas: whole messages, and no ciphertext. e2ee/safety-code.ts says why. */
export function sasTranscript(m1: Uint8Array, m2: Uint8Array, reveal: Uint8Array): Promise<Bytes> {
  return sha256(concat(utf8("winkr/1 sas"), ...[m1, m2, reveal].map(lengthPrefixed)));
}

export interface SessionSecrets {
  readonly transcript: Bytes;
  readonly macInitiator: Bytes;
  readonly macResponder: Bytes;
  readonly root: Bytes;
}

/** Secret 1 was encapsulated to the responder's key, secret 2 to the initiator's. Both are wiped. */
export async function sessionSecrets(
  sas: Uint8Array,
  ciphertext1: Uint8Array,
  ciphertext2: Uint8Array,
  secret1: Uint8Array,
  secret2: Uint8Array,
): Promise<SessionSecrets> {
  const ciphertexts = [ciphertext1, ciphertext2].map(lengthPrefixed);
  const transcript = await sha256(concat(utf8("winkr/1 transcript"), sas, ...ciphertexts));
  const secrets = concat(secret1, secret2);
  const key = await hkdfExtract("SHA-256", transcript, secrets);
  for (const bytes of [secret1, secret2, secrets]) bytes.fill(0);

  const mac = async (who: "I" | "R"): Promise<Bytes> => {
    const macKey = await hkdfExpand("SHA-256", key, utf8(`winkr/1 confirm ${who}`), 32);
    const tag = await hmac("SHA-256", macKey, transcript);
    macKey.fill(0);
    return tag;
  };
  const macInitiator = await mac("I");
  const macResponder = await mac("R");
  const root = await hkdfExpand("SHA-256", key, utf8("winkr/1 root"), 32);
  key.fill(0);
  return { transcript, macInitiator, macResponder, root };
}
