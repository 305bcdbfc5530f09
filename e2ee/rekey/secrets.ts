/** What is hashed in a rekey, and what comes out. docs/handshake.md, "Moving on". */
import { concat, lengthPrefixed, utf8 } from "../bytes.ts";
import type { Bytes } from "../bytes.ts";
import { hkdfExpand, hkdfExtract, hmac, sha256 } from "../hkdf.ts";
import { encode } from "./codec.ts";

export interface RekeySecrets {
  /** RK of the new generation. */
  readonly root: Bytes;
  readonly macInitiator: Bytes;
  readonly macResponder: Bytes;
}

/** R1 and R2 as they went, and the ciphertext of R3. */
export interface Exchanged {
  readonly first: Uint8Array;
  readonly second: Uint8Array;
  readonly ciphertext2: Uint8Array;
  readonly generation: number;
}

/**
 * Secret 1 was encapsulated to the initiator's fresh key, secret 2 to the responder's. Both are
 * wiped. The chain of the generation before is copied in the call.
 */
export async function rekeySecrets(
  chain: Uint8Array,
  { first, second, ciphertext2, generation }: Exchanged,
  secret1: Bytes,
  secret2: Bytes,
): Promise<RekeySecrets> {
  const salt = chain.slice();
  const covered = [first, second, encode(3, generation, ciphertext2)].map(lengthPrefixed);
  const transcript = await sha256(concat(utf8("winkr/1 rekey"), ...covered));
  const secrets = concat(secret1, secret2);
  const key = await hkdfExtract("SHA-256", salt, secrets);
  for (const bytes of [salt, secret1, secret2, secrets]) bytes.fill(0);

  const mac = async (who: "I" | "R"): Promise<Bytes> => {
    const macKey = await hkdfExpand("SHA-256", key, utf8(`winkr/1 rekey confirm ${who}`), 32);
    const tag = await hmac("SHA-256", macKey, transcript);
    macKey.fill(0);
    return tag;
  };
  const macInitiator = await mac("I");
  const macResponder = await mac("R");
  const root = await hkdfExpand("SHA-256", key, concat(utf8("winkr/1 root"), transcript), 32);
  key.fill(0);
  return { root, macInitiator, macResponder };
}

export function wipeSecrets(secrets: RekeySecrets | undefined): void {
  secrets?.root.fill(0);
  secrets?.macInitiator.fill(0);
  secrets?.macResponder.fill(0);
}
