/**
 * Many handshakes with somebody in the middle, for counting. The two people run the product's own
 * handshake objects; the middleman computes what it needs from docs/handshake.md with Node's
 * synchronous primitives, because it does so very often.
 *
 * The KEM is a stand-in: keys pass the product's checks but hide nothing, so secrecy is not what
 * these runs are about. Nothing of the code depends on the KEM's secrets. tests/hostile/
 * short-code.test.ts repeats the count with X-Wing, fewer times.
 */
import { createHash, createHmac, randomBytes } from "node:crypto";
import { createInitiator, createResponder } from "../../e2ee/handshake/index.ts";
import type { HandshakeChance, HandshakeContext } from "../../e2ee/handshake/index.ts";
import { encodeHello, encodeM1, encodeM2, encodeM3 } from "../../e2ee/handshake/codec.ts";
import type { Bytes } from "../../e2ee/bytes.ts";
import type { Role } from "../../e2ee/role.ts";
import type { SafetyCode } from "../../e2ee/safety-code.ts";
import { encapsulate, generateXWingKeyPair } from "../../e2ee/xwing.ts";
import type { XWingKeyPair } from "../../e2ee/xwing.ts";

export const bytes = (length: number): Bytes => Uint8Array.from(randomBytes(length));

const sha256 = (...parts: readonly (string | Uint8Array)[]): Bytes => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return Uint8Array.from(hash.digest());
};
const hmac = (key: Uint8Array, ...parts: readonly (string | Uint8Array)[]): Bytes => {
  const mac = createHmac("sha256", key);
  for (const part of parts) mac.update(part);
  return Uint8Array.from(mac.digest());
};
const lengthOf = (part: Uint8Array): Uint8Array => {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(part.length);
  return four;
};

export interface Kem {
  keyPair(): Promise<XWingKeyPair>;
  readonly encapsulate: HandshakeChance["encapsulate"];
}

export const X_WING: Kem = { keyPair: () => generateXWingKeyPair(), encapsulate };

/** The secret is a public function of key and ciphertext. */
export const STAND_IN: Kem = {
  async keyPair() {
    const publicKey = bytes(1_216);
    // Every coefficient below the modulus (12 bits of at most cff), and a point below 2^255-19.
    for (let i = 1; i < 1_152; i += 3) publicKey[i] = (publicKey[i] ?? 0) & 0xbb;
    for (let i = 2; i < 1_152; i += 3) publicKey[i] = (publicKey[i] ?? 0) & 0xbf;
    publicKey[1_215] = (publicKey[1_215] ?? 0) & 0x3f;
    return {
      publicKey,
      decapsulate: async (ciphertext) => sha256(publicKey, ciphertext),
      wipe: () => {},
    };
  },
  async encapsulate(publicKey) {
    const ciphertext = bytes(1_120);
    return { ciphertext, sharedSecret: sha256(publicKey, ciphertext) };
  },
};

/** What stays the same over all runs: making it is slow, and the code rests on nonces alone. */
export interface Cast {
  readonly kem: Kem;
  /** One call with the middleman: who says what in it. */
  readonly legA: Leg;
  readonly legB: Leg;
}
interface Leg {
  readonly initiator: HandshakeContext;
  readonly responder: HandshakeContext;
}

export async function cast(kem: Kem): Promise<Cast> {
  const leg = async (): Promise<Leg> => {
    const [keyI, keyR, sealI, sealR] = await Promise.all([
      kem.keyPair(),
      kem.keyPair(),
      kem.keyPair(),
      kem.keyPair(),
    ]);
    const shared = {
      matchId: bytes(16),
      extension: {
        sealKeyInitiator: sealI.publicKey,
        sealKeyResponder: sealR.publicKey,
        relayPolicy: "relay",
        envelopes: ["opus/1", "vp8/1"],
      },
    } as const;
    return {
      initiator: { ...shared, role: "initiator", keyPair: keyI, fingerprint: bytes(32) },
      responder: { ...shared, role: "responder", keyPair: keyR, fingerprint: bytes(32) },
    };
  };
  const [legA, legB] = await Promise.all([leg(), leg()]);
  return { kem, legA, legB };
}

/** The bytes of a hello, as the middleman would say it with this nonce. */
function helloOf(context: HandshakeContext, role: Role, nonce: Uint8Array): Bytes {
  const { matchId, fingerprint, keyPair, extension } = context;
  const { publicKey } = keyPair;
  return encodeHello({
    version: 1,
    suite: 1,
    role,
    matchId,
    publicKey,
    nonce,
    fingerprint,
    extension,
  });
}

/** All 24 bits. */
export function codeOf(m1: Uint8Array, m2: Uint8Array, reveal: Uint8Array): number {
  const parts = [m1, m2, reveal].flatMap((part) => [lengthOf(part), part]);
  const key = hmac(ZERO_SALT, sha256("winkr/1 sas", ...parts));
  return Buffer.from(hmac(key, "winkr/1 sas emoji", Uint8Array.of(1))).readUIntBE(0, 3);
}

const ZERO_SALT = new Uint8Array(32);

/** Where the nonce stands in a hello. */
export const NONCE_AT = 1_236;

export function numberOf([a, b, c, d]: SafetyCode): number {
  return ((a * 64 + b) * 64 + c) * 64 + d;
}

/** The middleman as responder towards the real initiator A. `choose` may look at A's commitment and changes the nonce in M2. */
export async function towardsA({ kem, legA }: Cast, choose?: (m1: Bytes, m2: Bytes) => void) {
  const a = await createInitiator(legA.initiator, {
    nonce: () => bytes(32),
    encapsulate: kem.encapsulate,
  });
  const m1 = a.commit();
  const m2 = encodeM2(helloOf(legA.responder, "responder", bytes(32)));
  choose?.(m1, m2);
  const third = await a.receiveM2(m2, legA.responder.fingerprint);
  if (!third.ok) throw new Error(`A refused M2: ${third.failure}`);
  const reveal = third.m3.slice(5, -1_120);
  return { a, m1, m2, m3: third.m3, reveal, code: codeOf(m1, m2, reveal) };
}

/** The middleman as initiator towards the real responder B, up to the M2 from which it knows the code. */
export async function towardsB({ kem, legB }: Cast, nonce: Uint8Array) {
  const b = await createResponder(legB.responder, {
    nonce: () => bytes(32),
    encapsulate: kem.encapsulate,
  });
  const reveal = helloOf(legB.initiator, "initiator", nonce);
  const m1 = encodeM1(sha256("winkr/1 commit", lengthOf(reveal), reveal));
  const second = await b.receiveM1(m1);
  if (!second.ok) throw new Error(`B refused M1: ${second.failure}`);
  return { b, m1, m2: second.m2, reveal, code: codeOf(m1, second.m2, reveal) };
}

type LegToA = Awaited<ReturnType<typeof towardsA>>;
type LegToB = Awaited<ReturnType<typeof towardsB>>;

/** Finishes both legs as far as it takes for the people to see their codes. */
export async function codesSeen({ kem, legA, legB }: Cast, toA: LegToA, toB: LegToB) {
  const { ciphertext: ct1 } = await kem.encapsulate(legB.responder.keyPair.publicKey);
  const m3 = encodeM3({ hello: toB.reveal, ciphertext: ct1 });
  const seenByB = await toB.b.receiveM3(m3, legB.initiator.fingerprint);
  if (!seenByB.ok) throw new Error(`B refused M3: ${seenByB.failure}`);

  // M4 for A needs the whole key schedule; an honest responder with the middleman's key makes it.
  const fixed = toA.m2.slice(1 + NONCE_AT, 1 + NONCE_AT + 32);
  const chance = { nonce: () => fixed, encapsulate: kem.encapsulate };
  const middle = await createResponder(legA.responder, chance);
  await middle.receiveM1(toA.m1);
  const m4 = await middle.receiveM3(toA.m3, legA.initiator.fingerprint);
  if (!m4.ok) throw new Error(`the middleman failed: ${m4.failure}`);
  const seenByA = await toA.a.receiveM4(m4.m4);
  if (!seenByA.ok) throw new Error(`A refused M4: ${seenByA.failure}`);
  return { a: numberOf(seenByA.keys.code), b: numberOf(seenByB.keys.code) };
}
