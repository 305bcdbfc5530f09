/**
 * X-Wing (draft-connolly-cfrg-xwing-kem) from ML-KEM-768 in JavaScript, X25519 in
 * WebCrypto and SHA-3 in JavaScript. For browsers without a native one, loaded only there.
 *
 * Everything here is deterministic; xwing.ts draws the randomness.
 */
import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { concat, plain } from "./bytes.ts";
import type { Bytes } from "./bytes.ts";
import { BASE_POINT, x25519 } from "./x25519.ts";

const MLKEM_PUBLIC_KEY_BYTES = 1184;
const MLKEM_CIPHERTEXT_BYTES = 1088;
/** Draws itself, in ASCII: \.//^\ */
const LABEL = Uint8Array.of(0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c);

export interface PortableKeyPair {
  readonly publicKey: Bytes;
  decapsulate(ciphertext: Uint8Array): Promise<Bytes>;
  wipe(): void;
}

/** GenerateKeyPairDerand: everything from 32 random bytes. */
export async function keyPairFromSeed(seed: Uint8Array): Promise<PortableKeyPair> {
  const expanded = shake256(seed, { dkLen: 96 });
  const mlkem = ml_kem768.keygen(expanded.subarray(0, 64));
  const secretX = plain(expanded.slice(64));
  const publicX = await x25519(secretX, BASE_POINT);
  expanded.fill(0);
  return {
    publicKey: concat(mlkem.publicKey, publicX),
    async decapsulate(ciphertext) {
      const ciphertextX = ciphertext.slice(MLKEM_CIPHERTEXT_BYTES);
      const secret = ml_kem768.decapsulate(
        ciphertext.slice(0, MLKEM_CIPHERTEXT_BYTES),
        mlkem.secretKey,
      );
      return combine(secret, await x25519(secretX, ciphertextX), ciphertextX, publicX);
    },
    wipe() {
      mlkem.secretKey.fill(0);
      secretX.fill(0);
    },
  };
}

/** EncapsulateDerand: everything from 64 random bytes, ML-KEM's half first. */
export async function encapsulateFromSeed(
  publicKey: Uint8Array,
  seed: Uint8Array,
): Promise<{ ciphertext: Bytes; sharedSecret: Bytes }> {
  const publicX = publicKey.slice(MLKEM_PUBLIC_KEY_BYTES);
  const ephemeral = plain(seed.slice(32));
  const ciphertextX = await x25519(ephemeral, BASE_POINT);
  const secretX = await x25519(ephemeral, publicX);
  const { cipherText, sharedSecret } = ml_kem768.encapsulate(
    publicKey.slice(0, MLKEM_PUBLIC_KEY_BYTES),
    seed.slice(0, 32),
  );
  ephemeral.fill(0);
  return {
    ciphertext: concat(cipherText, ciphertextX),
    sharedSecret: combine(sharedSecret, secretX, ciphertextX, publicX),
  };
}

/** The combiner. ML-KEM's ciphertext and key need not go in: its secret already binds them. */
function combine(
  secretM: Uint8Array,
  secretX: Uint8Array,
  ciphertextX: Uint8Array,
  publicX: Uint8Array,
): Bytes {
  const secret = plain(sha3_256(concat(secretM, secretX, ciphertextX, publicX, LABEL)));
  secretM.fill(0);
  secretX.fill(0);
  return secret;
}
