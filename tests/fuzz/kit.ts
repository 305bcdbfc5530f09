/** Deterministic chance, fast enough for a million inputs, and the loop around a target. */
import type { Bytes } from "../../e2ee/bytes.ts";

/** What `npm test` runs in all. FUZZ_RUNS sets another total, FUZZ_SEED another seed. */
export const DEFAULT_RUNS = 1_050_000;
export const TOTAL = Number(process.env["FUZZ_RUNS"] ?? DEFAULT_RUNS);
export const SEED = Number(process.env["FUZZ_SEED"] ?? 20_260_711) >>> 0;

export interface Fuzz {
  word(): number;
  below(limit: number): number;
  bytes(length: number): Bytes;
  pick<T>(choices: readonly T[]): T;
}

/** mulberry32. */
export function fuzz(seed: number): Fuzz {
  let state = seed >>> 0;
  function word(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
  const below = (limit: number): number => word() % limit;
  return {
    word,
    below,
    bytes(length) {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; at += 4) {
        const drawn = word();
        for (let i = 0; i < 4 && at + i < length; i++) bytes[at + i] = drawn >>> (8 * i);
      }
      return bytes;
    },
    pick: (choices) => choices[below(choices.length)]!,
  };
}

/** Values at which counts, lengths and signs turn over. */
const EDGES = [0, 1, 2, 7, 8, 0x10, 0x7f, 0x80, 0x81, 0xfe, 0xff];

/** A few structured changes to bytes that were valid. */
export function mutated(chance: Fuzz, original: Uint8Array): Bytes {
  let bytes: Bytes = Uint8Array.from(original);
  for (let left = 1 + chance.below(3); left > 0; left--) {
    const at = chance.below(bytes.length + 1);
    const length = chance.below(Math.min(16, bytes.length - at) + 1);
    switch (chance.below(7)) {
      case 0:
        if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8));
        break;
      case 1:
        if (at < bytes.length) bytes[at] = chance.pick(EDGES);
        break;
      case 2:
        bytes = bytes.slice(0, at);
        break;
      case 3:
        bytes = joined(bytes.subarray(0, at), chance.bytes(length), bytes.subarray(at));
        break;
      case 4:
        bytes = joined(bytes.subarray(0, at), bytes.subarray(at + length));
        break;
      case 5:
        bytes.set(chance.bytes(length), at);
        break;
      default:
        bytes.copyWithin(chance.below(bytes.length + 1), at, at + length);
    }
  }
  return bytes;
}

/** Characters that formats, parsers and browsers treat specially. */
const WORDS = [
  "\r\n",
  "\n",
  "\r",
  "\0",
  " ",
  "\t",
  "\u2028",
  "\u00e4",
  "\ud800",
  "😀",
  ":",
  "/",
  "\\",
  '"',
  "'",
  "{",
  "}",
  "[",
  "]",
  ",",
  "-1",
  "0",
  "1e999",
  "NaN",
  "null",
  "true",
  "__proto__",
  "constructor",
  "a=",
  "m=",
  "m=audio",
  "m=video",
  "m=application",
  "a=fingerprint:sha-256 ",
  "a=crypto:1 ",
  "a=rtpmap:96 ",
  "a=extmap:1 ",
  "a=candidate:",
  "candidate:1 1 udp 1 192.168.1.5 9 typ host",
  " typ relay",
  " typ host",
  " raddr 10.0.0.1",
  " rport 9",
  "c=IN IP4 10.0.0.1",
  "sha-1",
  "AB:",
];

/** The same for text. */
export function mutatedText(chance: Fuzz, original: string): string {
  let text = original;
  for (let left = 1 + chance.below(3); left > 0; left--) {
    const at = chance.below(text.length + 1);
    const end = Math.min(text.length, at + chance.below(24));
    switch (chance.below(6)) {
      case 0:
        text = text.slice(0, at) + chance.pick(WORDS) + text.slice(at);
        break;
      case 1:
        text = text.slice(0, at) + chance.pick(WORDS) + text.slice(end);
        break;
      case 2:
        text = text.slice(0, at) + text.slice(end);
        break;
      case 3:
        text = text.slice(0, at);
        break;
      case 4:
        text = text.slice(0, end) + text.slice(at);
        break;
      default:
        text = text.slice(0, at) + String.fromCharCode(chance.below(0x180)) + text.slice(at + 1);
    }
  }
  return text;
}

function joined(...parts: readonly Uint8Array[]): Bytes {
  return new Uint8Array(Buffer.concat(parts));
}

/** How an input is written when it failed. */
function shown(input: unknown): string {
  if (input instanceof Uint8Array) return `hex ${Buffer.from(input).toString("hex")}`;
  if (typeof input === "string")
    return `text, hex ${Buffer.from(input, "utf16le").toString("hex")} (UTF-16)`;
  return JSON.stringify(input) ?? String(input);
}

export interface Target<Input> {
  readonly name: string;
  /** Of all runs. */
  readonly share: number;
  input(chance: Fuzz): Input;
  /** Throws when something is wrong with what the product did. */
  check(input: Input): void | Promise<void>;
}

let executions = 0;
export const executed = (): number => executions;

/** The seed of a target does not depend on the others: one that failed can be run by itself. */
export async function hammer<Input>({ name, share, input, check }: Target<Input>): Promise<void> {
  const runs = Math.max(1, Math.round(TOTAL * share));
  let seed = SEED;
  for (const letter of name) seed = (Math.imul(seed, 31) + letter.charCodeAt(0)) >>> 0;
  const chance = fuzz(seed);
  for (let run = 0; run < runs; run++) {
    const given = input(chance);
    try {
      const pending = check(given);
      // Awaiting nothing a million times would be most of the time.
      if (pending !== undefined) await pending;
    } catch (cause) {
      throw new Error(`${name}: run ${run} of seed ${SEED} failed on ${shown(given)}`, { cause });
    }
    executions++;
  }
}

export function must(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
