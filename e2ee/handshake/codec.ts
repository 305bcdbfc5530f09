/**
 * The bytes of the handshake's five messages. docs/handshake.md, "Bytes". Each value has exactly one
 * encoding: fixed widths, big-endian lengths, nothing optional, nothing left over at the end.
 */
import { concat, lengthPrefixed, plain, utf8 } from "../bytes.ts";
import type { Bytes } from "../bytes.ts";
import type { Role } from "../role.ts";
import { XWING_CIPHERTEXT_BYTES, XWING_PUBLIC_KEY_BYTES } from "../xwing.ts";

export const VERSION = 1;
/** X-Wing, HKDF-SHA-256, SFrame suite 5. Another combination gets another number. */
export const SUITE = 1;

export const HASH_BYTES = 32;
export const MATCH_ID_BYTES = 16;
const ENVELOPES_MAX = 16;
const ENVELOPE_NAME_MAX = 32;
const ENVELOPE_NAME = /^[a-z0-9]+\/[0-9]+$/;

export type RelayPolicy = "relay" | "direct";

/** What both sides must have seen alike, and what each can do. */
export interface Extension {
  readonly sealKeyInitiator: Uint8Array;
  readonly sealKeyResponder: Uint8Array;
  readonly relayPolicy: RelayPolicy;
  /** Names of the codec envelopes that this side can open, for example "vp8/1". */
  readonly envelopes: readonly string[];
}

/** What one side says of itself: M2, and what M1 commits to. */
export interface Hello {
  readonly version: number;
  readonly suite: number;
  readonly role: Role;
  readonly matchId: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly nonce: Uint8Array;
  readonly fingerprint: Uint8Array;
  readonly extension: Extension;
}

const TAG = { m1: 1, m2: 2, m3: 3, m4: 4, m5: 5 } as const;

const ROLES = ["initiator", "responder"] as const;
const POLICIES = ["relay", "direct"] as const;

export function encodeHello(hello: Hello): Bytes {
  const { extension: ext } = hello;
  const suite = Uint8Array.of(hello.suite >> 8, hello.suite);
  return concat(
    Uint8Array.of(hello.version),
    suite,
    Uint8Array.of(ROLES.indexOf(hello.role) + 1),
    hello.matchId,
    hello.publicKey,
    hello.nonce,
    hello.fingerprint,
    ext.sealKeyInitiator,
    ext.sealKeyResponder,
    Uint8Array.of(POLICIES.indexOf(ext.relayPolicy) + 1, ext.envelopes.length),
    ...ext.envelopes.map((name) => concat(Uint8Array.of(name.length), utf8(name))),
  );
}

export function decodeHello(bytes: Uint8Array): Hello | undefined {
  const reader = createReader(bytes);
  const [version, suiteHigh, suiteLow, role] = reader.take(4);
  const matchId = reader.take(MATCH_ID_BYTES);
  const publicKey = reader.take(XWING_PUBLIC_KEY_BYTES);
  const nonce = reader.take(HASH_BYTES);
  const fingerprint = reader.take(HASH_BYTES);
  const sealKeyInitiator = reader.take(XWING_PUBLIC_KEY_BYTES);
  const sealKeyResponder = reader.take(XWING_PUBLIC_KEY_BYTES);
  const [policy, count] = reader.take(2);
  const envelopes = readEnvelopes(reader, count);
  if (!reader.isExhausted() || envelopes === undefined) return undefined;
  if (version === undefined || suiteHigh === undefined || suiteLow === undefined) return undefined;
  const roleName = ROLES[(role ?? 0) - 1];
  const relayPolicy = POLICIES[(policy ?? 0) - 1];
  if (roleName === undefined || relayPolicy === undefined) return undefined;
  return {
    version,
    suite: (suiteHigh << 8) | suiteLow,
    role: roleName,
    matchId,
    publicKey,
    nonce,
    fingerprint,
    extension: { sealKeyInitiator, sealKeyResponder, relayPolicy, envelopes },
  };
}

export function areEnvelopeNames(names: readonly string[]): boolean {
  return (
    names.length <= ENVELOPES_MAX &&
    new Set(names).size === names.length &&
    names.every((name) => name.length <= ENVELOPE_NAME_MAX && ENVELOPE_NAME.test(name))
  );
}

function readEnvelopes(reader: Reader, count: number | undefined): string[] | undefined {
  if (count === undefined || count > ENVELOPES_MAX) return undefined;
  const names: string[] = [];
  for (let i = 0; i < count; i++) {
    const [length = 0] = reader.take(1);
    // Only ASCII passes areEnvelopeNames, so one character per byte is enough.
    names.push(String.fromCharCode(...reader.take(length)));
  }
  return areEnvelopeNames(names) ? names : undefined;
}

export interface Reveal {
  readonly hello: Bytes;
  readonly ciphertext: Bytes;
}

export interface Confirmation {
  readonly ciphertext: Bytes;
  readonly mac: Bytes;
}

export function encodeM1(commitment: Uint8Array): Bytes {
  return concat(Uint8Array.of(TAG.m1), commitment);
}

/** The commitment. */
export function decodeM1(bytes: Uint8Array): Bytes | undefined {
  const reader = createReader(bytes, TAG.m1);
  const commitment = reader.take(HASH_BYTES);
  return reader.isExhausted() ? commitment : undefined;
}

export function encodeM2(hello: Uint8Array): Bytes {
  return concat(Uint8Array.of(TAG.m2), hello);
}

/** The responder's hello, still encoded. */
export function decodeM2(bytes: Uint8Array): Bytes | undefined {
  return bytes[0] === TAG.m2 ? plain(bytes).slice(1) : undefined;
}

export function encodeM3({ hello, ciphertext }: Reveal): Bytes {
  return concat(Uint8Array.of(TAG.m3), lengthPrefixed(hello), ciphertext);
}

export function decodeM3(bytes: Uint8Array): Reveal | undefined {
  const reader = createReader(bytes, TAG.m3);
  const hello = reader.takePrefixed();
  const ciphertext = reader.take(XWING_CIPHERTEXT_BYTES);
  return reader.isExhausted() ? { hello, ciphertext } : undefined;
}

export function encodeM4({ ciphertext, mac }: Confirmation): Bytes {
  return concat(Uint8Array.of(TAG.m4), ciphertext, mac);
}

export function decodeM4(bytes: Uint8Array): Confirmation | undefined {
  const reader = createReader(bytes, TAG.m4);
  const ciphertext = reader.take(XWING_CIPHERTEXT_BYTES);
  const mac = reader.take(HASH_BYTES);
  return reader.isExhausted() ? { ciphertext, mac } : undefined;
}

export function encodeM5(mac: Uint8Array): Bytes {
  return concat(Uint8Array.of(TAG.m5), mac);
}

/** The initiator's mac. */
export function decodeM5(bytes: Uint8Array): Bytes | undefined {
  const reader = createReader(bytes, TAG.m5);
  const mac = reader.take(HASH_BYTES);
  return reader.isExhausted() ? mac : undefined;
}

interface Reader {
  /** Fewer bytes, and never exhausted afterwards, when the input is too short. */
  take(length: number): Bytes;
  takePrefixed(): Bytes;
  /** Every byte was taken and none was missing. */
  isExhausted(): boolean;
}

/** Reads copies: what was checked cannot change under the reader's feet. */
function createReader(bytes: Uint8Array, tag?: number): Reader {
  const own = plain(bytes).slice();
  let offset = 0;
  let isBroken = false;
  const reader: Reader = {
    take(length) {
      if (isBroken || length > own.length - offset) {
        isBroken = true;
        return new Uint8Array(0);
      }
      offset += length;
      return own.slice(offset - length, offset);
    },
    takePrefixed() {
      const prefix = reader.take(4);
      return isBroken ? prefix : reader.take(new DataView(prefix.buffer).getUint32(0));
    },
    isExhausted: () => !isBroken && offset === own.length,
  };
  if (tag !== undefined && reader.take(1)[0] !== tag) isBroken = true;
  return reader;
}
