/**
 * Fresh keys in a running call: a second X-Wing exchange, both ways, whose messages travel sealed
 * under the keys that it replaces. docs/handshake.md, "Moving on".
 *
 *   R1  I→R  generation, pk_I
 *   R2  R→I  generation, pk_R, ct1     ct1, ss1 = Encapsulate(pk_I)
 *   R3  I→R  generation, ct2, mac_I    ct2, ss2 = Encapsulate(pk_R)
 *   R4  R→I  generation, mac_R
 *
 * Whoever recorded the call and later learns a key of one generation learns nothing of the next, and
 * nothing of the one before. The safety code stays: the first keys vouch for the second ones.
 *
 * A side opens under the new keys before the other can seal under them: I before it sends R3, R when
 * it has R3; R seals with R4, I after it. So no frame is lost.
 */
import { concat, equalBytes, lengthPrefixed, plain, utf8 } from "./bytes.ts";
import type { Bytes } from "./bytes.ts";
import { hkdfExpand, hkdfExtract, hmac, sha256 } from "./hkdf.ts";
import { chainOf } from "./key-schedule.ts";
import type { Role } from "./role.ts";
import {
  encapsulate,
  generateXWingKeyPair,
  isXWingPublicKey,
  XWING_CIPHERTEXT_BYTES,
  XWING_PUBLIC_KEY_BYTES,
} from "./xwing.ts";
import type { XWingKeyPair } from "./xwing.ts";

/** What is to be done, in this order. Whoever takes the root wipes it. */
export interface RekeyStep {
  readonly ok: true;
  readonly generation: number;
  /** Open under this root from now on, before `reply` goes out. */
  readonly open?: Bytes;
  /** Seal under this root from now on, after `reply` is out. */
  readonly seal?: Bytes;
  readonly reply?: Bytes;
}

export type RekeyFailure =
  /** Not the bytes of the message that is due, or a key that is none or one's own. */
  | "malformed"
  /** The two sides did not arrive at the same keys. */
  | "confirmation";

export interface RekeyFailed {
  readonly ok: false;
  readonly failure: RekeyFailure;
}

export interface Rekeying {
  /** Initiator only: R1. Throws TypeError while an exchange is under way. */
  begin(): Promise<Bytes>;
  /** Messages must be given one after another. After a failure everything fails. */
  receive(message: Uint8Array): Promise<RekeyStep | RekeyFailed>;
  /** Of the newest keys that both sides confirmed. */
  readonly generation: number;
  /** An exchange was begun and is not finished. */
  readonly isUnderWay: boolean;
  wipe(): void;
}

/** Where chance comes from. Deterministic in tests. */
export interface RekeyChance {
  readonly generateKeyPair: () => Promise<XWingKeyPair>;
  readonly encapsulate: typeof encapsulate;
}

const SYSTEM_CHANCE: RekeyChance = { generateKeyPair: () => generateXWingKeyPair(), encapsulate };

const MAC_BYTES = 32;
const LENGTHS = {
  1: XWING_PUBLIC_KEY_BYTES,
  2: XWING_PUBLIC_KEY_BYTES + XWING_CIPHERTEXT_BYTES,
  3: XWING_CIPHERTEXT_BYTES + MAC_BYTES,
  4: MAC_BYTES,
} as const;
type Tag = keyof typeof LENGTHS;

/** `root` is RK_0 of the handshake; it is not changed. */
export async function createRekeying(
  role: Role,
  root: Uint8Array,
  chance: RekeyChance = SYSTEM_CHANCE,
): Promise<Rekeying> {
  let chain = await chainOf(root);
  let generation = 0;
  let due: Tag | undefined = role === "initiator" ? undefined : 1;
  let own: XWingKeyPair | undefined;
  /** R1 and R2 as they went, and what came of them. */
  let sent: { readonly first: Bytes; readonly secret?: Bytes; readonly second?: Bytes } | undefined;
  let fresh: Secrets | undefined;
  let isOver = false;

  function forget(): void {
    own?.wipe();
    own = undefined;
    sent?.secret?.fill(0);
    sent = undefined;
  }

  function fail(failure: RekeyFailure): RekeyFailed {
    wipe();
    return { ok: false, failure };
  }

  function wipe(): void {
    isOver = true;
    forget();
    for (const bytes of [chain, fresh?.root, fresh?.macInitiator, fresh?.macResponder])
      bytes?.fill(0);
  }

  async function finished(secrets: Secrets): Promise<void> {
    chain.fill(0);
    chain = await chainOf(secrets.root);
    generation++;
    fresh = undefined;
    forget();
  }

  const handlers: Record<Tag, (body: Bytes, message: Bytes) => Promise<RekeyStep | RekeyFailed>> = {
    async 1(publicKey, first) {
      if (!isXWingPublicKey(publicKey)) return fail("malformed");
      own = await chance.generateKeyPair();
      const { ciphertext, sharedSecret } = await chance.encapsulate(publicKey);
      const second = encode(2, generation + 1, own.publicKey, ciphertext);
      sent = { first, second, secret: sharedSecret };
      due = 3;
      return { ok: true, generation: generation + 1, reply: second };
    },

    async 2(body, second) {
      const publicKey = body.slice(0, XWING_PUBLIC_KEY_BYTES);
      if (own === undefined || sent === undefined) return fail("malformed");
      if (!isXWingPublicKey(publicKey) || equalBytes(publicKey, own.publicKey))
        return fail("malformed");
      const secret1 = await own.decapsulate(body.subarray(XWING_PUBLIC_KEY_BYTES));
      const { ciphertext, sharedSecret } = await chance.encapsulate(publicKey);
      fresh = await secretsOf(chain, generation + 1, sent.first, second, ciphertext, [
        secret1,
        sharedSecret,
      ]);
      due = 4;
      const reply = encode(3, generation + 1, ciphertext, fresh.macInitiator);
      return { ok: true, generation: generation + 1, open: fresh.root.slice(), reply };
    },

    async 3(body) {
      if (own === undefined || sent?.second === undefined || sent.secret === undefined)
        return fail("malformed");
      const ciphertext = body.slice(0, XWING_CIPHERTEXT_BYTES);
      const secret2 = await own.decapsulate(ciphertext);
      const secrets = await secretsOf(chain, generation + 1, sent.first, sent.second, ciphertext, [
        sent.secret,
        secret2,
      ]);
      if (!equalBytes(body.subarray(XWING_CIPHERTEXT_BYTES), secrets.macInitiator)) {
        secrets.root.fill(0);
        return fail("confirmation");
      }
      const { root: next, macResponder } = secrets;
      await finished(secrets);
      due = 1;
      const reply = encode(4, generation, macResponder);
      return { ok: true, generation, open: next.slice(), seal: next, reply };
    },

    async 4(mac) {
      if (fresh === undefined) return fail("malformed");
      if (!equalBytes(mac, fresh.macResponder)) return fail("confirmation");
      const { root: next } = fresh;
      await finished(fresh);
      due = undefined;
      return { ok: true, generation, seal: next };
    },
  };

  return {
    get generation() {
      return generation;
    },
    get isUnderWay() {
      return sent !== undefined;
    },
    async begin() {
      if (role !== "initiator" || sent !== undefined || isOver)
        throw new TypeError("no rekey can begin now");
      const first = { first: new Uint8Array(0) };
      sent = first;
      own = await chance.generateKeyPair();
      const message = encode(1, generation + 1, own.publicKey);
      sent = { first: message };
      due = 2;
      return message;
    },
    async receive(message) {
      const tag = due;
      if (isOver || tag === undefined) return fail("malformed");
      const body = decode(tag, generation + 1, message);
      if (body === undefined) return fail("malformed");
      try {
        return await handlers[tag](body, plain(message).slice());
      } catch {
        // A key or ciphertext from the partner that turned out not to be one.
        return fail("malformed");
      }
    },
    wipe,
  };
}

interface Secrets {
  readonly root: Bytes;
  readonly macInitiator: Bytes;
  readonly macResponder: Bytes;
}

/**
 *   Th_g  = SHA-256("winkr/1 rekey" ‖ lp(R1) ‖ lp(R2) ‖ lp(ct2))
 *   PRK_g = HKDF-Extract(chain, ss1 ‖ ss2)
 *   mac_X = HMAC(HKDF-Expand(PRK_g, "winkr/1 rekey confirm X", 32), Th_g)
 *   RK_g  = HKDF-Expand(PRK_g, "winkr/1 root" ‖ Th_g, 32)
 */
async function secretsOf(
  chain: Uint8Array,
  generation: number,
  first: Uint8Array,
  second: Uint8Array,
  ciphertext2: Uint8Array,
  [secret1, secret2]: readonly [Bytes, Bytes],
): Promise<Secrets> {
  const covered = [first, second, encode(3, generation, ciphertext2)].map(lengthPrefixed);
  const transcript = await sha256(concat(utf8("winkr/1 rekey"), ...covered));
  const secrets = concat(secret1, secret2);
  const key = await hkdfExtract("SHA-256", chain, secrets);
  for (const bytes of [secret1, secret2, secrets]) bytes.fill(0);
  const mac = async (who: "I" | "R"): Promise<Bytes> => {
    const macKey = await hkdfExpand("SHA-256", key, utf8(`winkr/1 rekey confirm ${who}`), 32);
    const tag = await hmac("SHA-256", macKey, transcript);
    macKey.fill(0);
    return tag;
  };
  const macInitiator = await mac("I");
  const macResponder = await mac("R");
  const root = await hkdfExpand("SHA-256", key, concat(utf8("winkr/1 root"), transcript), 32);
  key.fill(0);
  return { root, macInitiator, macResponder };
}

/** tag ‖ generation in four bytes, big-endian ‖ body */
function encode(tag: Tag, generation: number, ...body: readonly Uint8Array[]): Bytes {
  const head = new Uint8Array(5);
  head[0] = tag;
  new DataView(head.buffer).setUint32(1, generation);
  return concat(head, ...body);
}

/** The body of the message that is due, of the generation that is due. */
function decode(tag: Tag, generation: number, message: Uint8Array): Bytes | undefined {
  if (message.length !== 5 + LENGTHS[tag] || message[0] !== tag) return undefined;
  const view = new DataView(message.buffer, message.byteOffset);
  return view.getUint32(1) === generation ? plain(message).slice(5) : undefined;
}
