/**
 * X-Wing in the browser's own WebCrypto, where it is called MLKEM768-X25519 (Modern Algorithms in
 * the Web Cryptography API; Chromium). Half a millisecond instead of several, and the secret key
 * never becomes bytes that a script could read.
 */
import { equalBytes, plain } from "./bytes.ts";
import type { Bytes } from "./bytes.ts";

const NAME = "MLKEM768-X25519";

/** TypeScript's library does not know these calls yet. */
interface KemSubtle {
  importKey(
    format: "raw-public" | "raw-seed",
    bytes: Bytes,
    algorithm: string,
    extractable: boolean,
    usages: readonly ("encapsulateBits" | "decapsulateBits")[],
  ): Promise<CryptoKey>;
  exportKey(format: "raw-public", key: CryptoKey): Promise<ArrayBuffer>;
  generateKey(
    algorithm: string,
    extractable: boolean,
    usages: readonly ("encapsulateBits" | "decapsulateBits")[],
  ): Promise<CryptoKeyPair>;
  encapsulateBits(
    algorithm: string,
    key: CryptoKey,
  ): Promise<{ readonly ciphertext: ArrayBuffer; readonly sharedKey: ArrayBuffer }>;
  decapsulateBits(algorithm: string, key: CryptoKey, ciphertext: Bytes): Promise<ArrayBuffer>;
}

function subtle(): KemSubtle {
  return crypto.subtle as unknown as KemSubtle;
}

export async function generate(): Promise<{
  readonly publicKey: Bytes;
  decapsulate(ciphertext: Uint8Array): Promise<Bytes>;
}> {
  const usages = ["encapsulateBits", "decapsulateBits"] as const;
  const pair = await subtle().generateKey(NAME, false, usages);
  return {
    publicKey: new Uint8Array(await subtle().exportKey("raw-public", pair.publicKey)),
    decapsulate: (ciphertext) => decapsulateWith(pair.privateKey, ciphertext),
  };
}

export async function encapsulateTo(
  publicKey: Uint8Array,
): Promise<{ ciphertext: Bytes; sharedSecret: Bytes }> {
  const key = await subtle().importKey("raw-public", plain(publicKey), NAME, true, [
    "encapsulateBits",
  ]);
  const { ciphertext, sharedKey } = await subtle().encapsulateBits(NAME, key);
  return { ciphertext: new Uint8Array(ciphertext), sharedSecret: new Uint8Array(sharedKey) };
}

/** With the secret key of a published or a fixed seed. Rejects where there is no native X-Wing. */
export async function decapsulateFromSeed(
  seed: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Bytes> {
  const key = await subtle().importKey("raw-seed", plain(seed), NAME, false, ["decapsulateBits"]);
  return decapsulateWith(key, ciphertext);
}

async function decapsulateWith(key: CryptoKey, ciphertext: Uint8Array): Promise<Bytes> {
  return new Uint8Array(await subtle().decapsulateBits(NAME, key, plain(ciphertext)));
}

/**
 * One question with one known answer: the seed of 32 zeros asked to open a ciphertext of zeros
 * with X25519's base point at its end. The answer passes through seed expansion, ML-KEM's implicit
 * rejection, X25519 and the combiner, so an implementation of another draft, or none, fails it.
 */
const KNOWN_ANSWER = Uint8Array.from([
  0x52, 0x8e, 0xfb, 0xeb, 0xf5, 0xc7, 0x27, 0x04, 0xda, 0xee, 0x20, 0x37, 0x12, 0xa4, 0x41, 0xfe,
  0xd9, 0xf3, 0x0b, 0xdc, 0x9a, 0x35, 0x16, 0x45, 0xf4, 0x3a, 0x5d, 0x43, 0x06, 0x19, 0xa2, 0x32,
]);

async function answersAsTheDraft(): Promise<boolean> {
  const question = new Uint8Array(1120);
  question[1088] = 9;
  try {
    return equalBytes(await decapsulateFromSeed(new Uint8Array(32), question), KNOWN_ANSWER);
  } catch {
    return false;
  }
}

let answer: Promise<boolean> | undefined;

/** Asked once. */
export function isNativeXWing(): Promise<boolean> {
  answer ??= answersAsTheDraft();
  return answer;
}
