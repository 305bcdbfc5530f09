/**
 * The sending half of SFrame (RFC 9605, 4.4.3). A sealer owns the counter of its key.
 */
import { associatedData } from "./associated-data.ts";
import type { Bytes } from "./bytes.ts";
import { headerLength, writeHeader } from "./header.ts";
import { deriveFrameKey } from "./keys.ts";
import type { FrameKey } from "./keys.ts";
import { resolveSuite } from "./suites.ts";
import type { SuiteChoice } from "./suites.ts";
import { uint64 } from "./uint64.ts";
import type { UInt64 } from "./uint64.ts";

export interface Sealer {
  /**
   * One sealed frame, in a buffer of its own: the SFrame header, then the ciphertext. The metadata
   * is authenticated and not sent. With `headroom`, that many zero bytes stand before the header,
   * for whatever else goes in front: writing there later costs no second copy.
   * Rejects with RangeError once the key is used up; the frame is then not sealed at all.
   */
  seal(plaintext: Uint8Array, metadata?: Uint8Array, headroom?: number): Promise<Bytes>;
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
  readonly kid: number | bigint;
  /** Frames until the key counts as used up. */
  readonly frameLimit?: number;
}

const NOTHING = new Uint8Array(0);

export async function createSealer(options: SealerOptions): Promise<Sealer> {
  const { frameLimit = Number.MAX_SAFE_INTEGER } = options;
  if (!(frameLimit <= Number.MAX_SAFE_INTEGER)) throw new RangeError("the counter would wrap");
  const kid = uint64(options.kid);
  const frameKey = await deriveFrameKey(resolveSuite(options.suite), options.baseKey, kid);
  let next = 0;
  return {
    get counter() {
      return BigInt(next);
    },
    seal(plaintext, metadata = NOTHING, headroom = 0) {
      if (next >= frameLimit) {
        return Promise.reject(new RangeError("this key has sealed all it may"));
      }
      // Why no nonce repeats: nothing is awaited between reading the counter and raising it, so no
      // two calls take the same one; it is never lowered, not even when sealing fails; and it stops
      // at frameLimit, long before it could wrap.
      const counter = next++;
      return sealFrame(frameKey, kid, counter, plaintext, metadata, headroom);
    },
  };
}

/** For sealers and published vectors. The caller answers for the counter. */
export async function sealFrame(
  { cipher, nonceFor }: FrameKey,
  kid: UInt64,
  counter: UInt64,
  plaintext: Uint8Array,
  metadata: Uint8Array,
  headroom = 0,
): Promise<Bytes> {
  const additional = associatedData(kid, counter, metadata);
  const ciphertext = await cipher.seal(nonceFor(counter), additional, plaintext);
  return withFront(ciphertext, kid, counter, headroom);
}

/**
 * Puts the header in front. That takes one copy: where it can, `transfer` grows the buffer in its
 * place, and elsewhere it gives the old one back at once. The header is written anew and not kept
 * from before, because other frames were sealed meanwhile.
 */
function withFront(ciphertext: ArrayBuffer, kid: UInt64, counter: UInt64, headroom: number): Bytes {
  const { byteLength } = ciphertext;
  const front = headroom + headerLength(kid, counter);
  const frame = new Uint8Array(ciphertext.transfer(front + byteLength));
  frame.copyWithin(front, 0, byteLength);
  frame.fill(0, 0, headroom);
  writeHeader(frame, headroom, kid, counter);
  return frame;
}
