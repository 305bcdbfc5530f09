/**
 * Opus packets and RED payloads for tests, and a reader of them written from the documents alone:
 * RFC 6716, 3.2 (with the rules R1 to R7 of 3.4) and RFC 2198, 3. It shares nothing with the padding.
 */
import { bytesOf, hex } from "../kit.ts";
import type { Chance } from "../kit.ts";

export class NoOpus extends Error {}

/** Configuration and channels as the TOC says, and the frames, as hex. */
export interface OpusFrames {
  readonly toc: number;
  readonly frames: readonly string[];
}

/** Throws NoOpus where a decoder must refuse. */
export function framesOfOpus(packet: Uint8Array): OpusFrames {
  let at = 0;
  const next = (): number => {
    const byte = packet[at++];
    if (byte === undefined) throw new NoOpus("cut short");
    return byte;
  };
  // 3.2.1: one byte below 252, otherwise two.
  const frameLength = (): number => {
    const first = next();
    return first < 252 ? first : first + 4 * next();
  };
  const toc = next();
  let end = packet.length;
  const lengths: number[] = [];
  const code = toc % 4;
  if (code === 0) {
    lengths.push(end - at);
  } else if (code === 1) {
    if ((end - at) % 2 !== 0) throw new NoOpus("R3: an odd number of bytes for two equal frames");
    lengths.push((end - at) / 2, (end - at) / 2);
  } else if (code === 2) {
    const first = frameLength();
    lengths.push(first, end - at - first);
  } else {
    const counts = next();
    const isVariable = counts >= 128;
    const isPadded = Math.floor(counts / 64) % 2 === 1;
    const count = counts % 64;
    if (count === 0) throw new NoOpus("R5: no frame");
    if (isPadded) {
      let padding: number;
      do {
        padding = next();
        end -= padding === 255 ? 254 : padding;
      } while (padding === 255);
    }
    if (isVariable) {
      for (let i = 1; i < count; i++) lengths.push(frameLength());
      lengths.push(end - at - lengths.reduce((sum, length) => sum + length, 0));
    } else {
      if (end < at || (end - at) % count !== 0) throw new NoOpus("R6: not equal frames");
      for (let i = 0; i < count; i++) lengths.push((end - at) / count);
    }
  }
  const frames = lengths.map((length) => {
    if (length < 0 || length > 1_275) throw new NoOpus("R2, R4, R7: no such length");
    at += length;
    return hex(packet.subarray(at - length, at));
  });
  if (at !== end) throw new NoOpus("bytes left over");
  return { toc: toc - code, frames };
}

/** Each block's header without its length, and what the block says. The newest is the last. */
export function framesOfRed(payload: Uint8Array): unknown[] {
  const blocks: { header: string; length?: number }[] = [];
  let at = 0;
  for (;;) {
    const first = payload[at];
    if (first === undefined) throw new NoOpus("headers cut short");
    if (first < 128) break;
    if (at + 4 > payload.length) throw new NoOpus("headers cut short");
    const [, b, c, d] = payload.subarray(at, at + 4) as unknown as [number, number, number, number];
    // Payload type in 7 bits, time offset in 14, length in 10.
    const rest = b * 65_536 + c * 256 + d;
    blocks.push({ header: `${first - 128} ${Math.floor(rest / 1_024)}`, length: rest % 1_024 });
    at += 4;
  }
  blocks.push({ header: `${payload[at++]}` });
  return blocks.map(({ header, length }) => {
    const end = length === undefined ? payload.length : at + length;
    if (end > payload.length) throw new NoOpus("a block cut short");
    const block = payload.subarray(at, end);
    at = end;
    return { header, says: framesOfOpus(block) };
  });
}

export type Packing = 0 | 1 | 2 | "equal" | "variable";

/**
 * A packet of these frame lengths in this packing, with this many bytes of padding where code 3
 * allows it (undefined: no padding flag).
 */
export function opusPacket(
  label: string,
  lengths: readonly number[],
  packing: Packing = 0,
  padding?: number,
): Uint8Array {
  const frames = bytesOf(
    label,
    lengths.reduce((sum, length) => sum + length, 0),
  );
  // Hybrid super-wideband, 10 ms, mono.
  const toc = 12 << 3;
  const short = lengths.slice(0, -1).flatMap((length) => {
    return length < 252 ? [length] : [252 + (length % 4), (length - 252 - (length % 4)) / 4];
  });
  if (packing === 0) return Uint8Array.of(toc, ...frames);
  if (packing === 1) return Uint8Array.of(toc | 1, ...frames);
  if (packing === 2) return Uint8Array.of(toc | 2, ...short, ...frames);
  const counts =
    lengths.length | (packing === "variable" ? 128 : 0) | (padding === undefined ? 0 : 64);
  const paddingLength: number[] = [];
  if (padding !== undefined) {
    let left = padding;
    for (; left > 254; left -= 254) paddingLength.push(255);
    paddingLength.push(left);
  }
  return Uint8Array.of(
    toc | 3,
    counts,
    ...paddingLength,
    ...(packing === "variable" ? short : []),
    ...frames,
    ...Array.from({ length: padding ?? 0 }, () => 0),
  );
}

/** Blocks oldest first, each 20 ms before the next. */
export function redPayload(packets: readonly Uint8Array[]): Uint8Array {
  const older = packets.slice(0, -1);
  const headers = older.flatMap(({ length }, index) => {
    const offset = 960 * (older.length - index);
    return [128 | 111, offset >> 6, ((offset & 63) << 2) | (length >> 8), length & 255];
  });
  return Uint8Array.of(...headers, 111, ...packets.flatMap((packet) => [...packet]));
}

/** Any valid packet. */
export function anyOpus(chance: Chance): Uint8Array {
  const label = `packet ${chance.below(2 ** 31)}`;
  const some = (): number => (chance.below(6) === 0 ? chance.below(1_276) : chance.below(300));
  const many = 1 + chance.below(6);
  const padding = chance.below(2) === 0 ? undefined : chance.below(800);
  switch (chance.below(5)) {
    case 0:
      return opusPacket(label, [some()]);
    case 1: {
      const length = some();
      return opusPacket(label, [length, length], 1);
    }
    case 2:
      return opusPacket(label, [some(), some()], 2);
    case 3: {
      const length = some();
      return opusPacket(label, Array(many).fill(length) as number[], "equal", padding);
    }
    default:
      return opusPacket(
        label,
        Array.from({ length: many }, () => some()),
        "variable",
        padding,
      );
  }
}
