/**
 * X-Wing, the hybrid of ML-KEM-768 and X25519 (draft-connolly-cfrg-xwing-kem). Public key 1216
 * bytes, ciphertext 1120, shared secret 32. Secret against whoever breaks only one of the two.
 *
 * The browser's own implementation where it gives the draft's bytes, otherwise a portable one that
 * is loaded then. Both interoperate. Functions reject with RangeError for input that is no key or
 * no ciphertext; ask isXWingPublicKey first where that is to be expected.
 */
import type { Bytes } from "./bytes.ts";
import { encapsulateTo, generate, isNativeXWing } from "./xwing-native.ts";
import { isXWingPublicKey } from "./xwing-public-key.ts";

export { isXWingPublicKey, XWING_PUBLIC_KEY_BYTES } from "./xwing-public-key.ts";

export const XWING_CIPHERTEXT_BYTES = 1120;

export interface XWingKeyPair {
  readonly publicKey: Bytes;
  decapsulate(ciphertext: Uint8Array): Promise<Bytes>;
  /** Forgets the secret key: `decapsulate` rejects from here on. */
  wipe(): void;
}

export interface Encapsulation {
  readonly ciphertext: Bytes;
  readonly sharedSecret: Bytes;
}

/** "best" is native where there is one. The others are for comparing the two. */
export type XWingImplementation = "best" | "native" | "portable";

async function usesNative(implementation: XWingImplementation): Promise<boolean> {
  return implementation === "native" || (implementation === "best" && (await isNativeXWing()));
}

export async function generateXWingKeyPair(
  implementation: XWingImplementation = "best",
): Promise<XWingKeyPair> {
  if (await usesNative(implementation)) return guarded({ ...(await generate()), wipe: () => {} });
  const { keyPairFromSeed } = await import("./xwing-portable.ts");
  const seed = crypto.getRandomValues(new Uint8Array(32));
  const pair = await keyPairFromSeed(seed);
  seed.fill(0);
  return guarded(pair);
}

export async function encapsulate(
  publicKey: Uint8Array,
  implementation: XWingImplementation = "best",
): Promise<Encapsulation> {
  if (!isXWingPublicKey(publicKey)) throw new RangeError("not an X-Wing public key");
  if (await usesNative(implementation)) return encapsulateTo(publicKey);
  const { encapsulateFromSeed } = await import("./xwing-portable.ts");
  const seed = crypto.getRandomValues(new Uint8Array(64));
  const encapsulation = await encapsulateFromSeed(publicKey, seed);
  seed.fill(0);
  return encapsulation;
}

/** The same refusals whichever implementation stands behind the key. */
function guarded(pair: XWingKeyPair): XWingKeyPair {
  let secret: XWingKeyPair | undefined = pair;
  return {
    publicKey: pair.publicKey,
    async decapsulate(ciphertext) {
      if (secret === undefined) throw new RangeError("this key pair was wiped");
      if (ciphertext.length !== XWING_CIPHERTEXT_BYTES) throw new RangeError("not a ciphertext");
      return secret.decapsulate(ciphertext);
    },
    wipe() {
      secret?.wipe();
      secret = undefined;
    },
  };
}
