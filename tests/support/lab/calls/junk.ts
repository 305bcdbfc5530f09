/** What somebody without keys can put in front of an opening pipeline (tests/hostile/frames.test.ts). */
import { encodeHeader } from "../../../../e2ee/sframe/header.ts";
import { seededBytes } from "../../capture/seeded-bytes.ts";

export interface JunkFrame {
  data: ArrayBuffer;
  readonly type: "delta";
  getMetadata(): { mimeType: string };
}

const POOL_BYTES = 65_536;
/** Of VP8's delta frames. */
const COVER = Uint8Array.of(0x01);

export function createJunk(seed: number): (latest: readonly Uint8Array[]) => JunkFrame {
  const pool = seededBytes(seed, POOL_BYTES);
  let at = 0;
  const below = (limit: number): number => {
    at = (at + 2) % (POOL_BYTES - 1);
    return (pool[at]! * 256 + pool[at + 1]!) % limit;
  };
  const noise = (length: number): Uint8Array => {
    const from = below(POOL_BYTES - length);
    return pool.subarray(from, from + length);
  };
  const flipped = (bytes: Uint8Array): Uint8Array => {
    const copy = bytes.slice();
    copy[below(copy.length)]! ^= 1 << below(8);
    return copy;
  };
  const headed = (kid: number, counter: bigint): Uint8Array =>
    joined(COVER, encodeHeader(kid, counter), noise(60 + below(900)));

  return (latest) => {
    const some = latest[below(latest.length)]!;
    return frame(made(below(8), some, latest.at(-1)!));
  };

  function made(way: number, some: Uint8Array, last: Uint8Array): Uint8Array {
    switch (way) {
      case 0:
        return noise(1 + below(1_200));
      case 1:
      case 2:
        // Opened before.
        return some;
      case 3:
        return flipped(last);
      case 4:
        return last.subarray(0, 1 + below(last.length - 1));
      case 5:
        return headed(below(16), BigInt(below(20_000)));
      case 6:
        // Far ahead: whoever believed it would push every genuine frame out of the window.
        return headed(0, 2n ** 64n - 1n - BigInt(below(9)));
      default:
        return headed(1 + below(400), BigInt(below(300)));
    }
  }
}

function frame(bytes: Uint8Array): JunkFrame {
  const data = Uint8Array.from(bytes).buffer;
  return { data, type: "delta", getMetadata: () => ({ mimeType: "video/VP8" }) };
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
