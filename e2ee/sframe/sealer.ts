/**
 * The sending half of SFrame (RFC 9605, 4.4.3). A sealer owns the counter of its key.
 */
import type { Bytes } from "../bytes.ts";
import { concat } from "../bytes.ts";
import { encodeHeader } from "./header.ts";
import { deriveFrameKey, nonceFor } from "./keys.ts";
import type { FrameKey } from "./keys.ts";
import { resolveSuite } from "./suites.ts";
import type { SuiteChoice } from "./suites.ts";

export interface Sealer {
  /**
   * One sealed frame: the SFrame header, then the ciphertext. The metadata is authenticated and
   * not sent.
   * Throws RangeError once the key is used up; the frame is then not sealed at all.
   */
  seal(plaintext: Uint8Array, metadata?: Uint8Array): Promise<Bytes>;
  /** Frames sealed so far, which is also the next frame's counter. */
  readonly counter: bigint;
}

export interface SealerOptions {
  readonly suite: SuiteChoice;
  /**
   * For this sealer alone, ever: the counter starts at zero, so a second sealer under the same base
   * key and KID would repeat its nonces. A restarted sender keeps its sealer or gets a new key.
   */
  readonly baseKey: Uint8Array;
  readonly kid: number;
  /** Frames until the key counts as used up. */
  readonly frameLimit?: number;
}

const NOTHING = new Uint8Array(0);

export async function createSealer(options: SealerOptions): Promise<Sealer> {
  const { kid, frameLimit = Number.MAX_SAFE_INTEGER } = options;
  if (!(frameLimit <= Number.MAX_SAFE_INTEGER)) throw new RangeError("the counter would wrap");
  const frameKey = await deriveFrameKey(resolveSuite(options.suite), options.baseKey, kid);
  let next = 0;
  return {
    get counter() {
      return BigInt(next);
    },
    async seal(plaintext, metadata = NOTHING) {
      if (next >= frameLimit) throw new RangeError("this key has sealed all it may");
      // Why no nonce repeats: nothing is awaited between reading the counter and raising it, so no
      // two calls take the same one; it is never lowered, not even when sealing fails; and it stops
      // at frameLimit, long before it could wrap.
      const counter = next++;
      return sealFrame(frameKey, kid, counter, plaintext, metadata);
    },
  };
}

/** For sealers and published vectors. The caller answers for the counter. */
export async function sealFrame(
  { cipher, salt }: FrameKey,
  kid: number | bigint,
  counter: number | bigint,
  plaintext: Uint8Array,
  metadata: Uint8Array,
): Promise<Bytes> {
  const header = encodeHeader(kid, counter);
  const additional = metadata.length === 0 ? header : concat(header, metadata);
  const ciphertext = await cipher.seal(nonceFor(salt, counter), additional, plaintext);
  return concat(header, ciphertext);
}
