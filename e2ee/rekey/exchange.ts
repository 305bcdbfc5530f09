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
import { equalBytes, plain } from "../bytes.ts";
import type { Bytes } from "../bytes.ts";
import { chainOf } from "../key-schedule.ts";
import type { Role } from "../role.ts";
import {
  encapsulate,
  generateXWingKeyPair,
  isXWingPublicKey,
  XWING_CIPHERTEXT_BYTES,
  XWING_PUBLIC_KEY_BYTES,
} from "../xwing.ts";
import type { XWingKeyPair } from "../xwing.ts";
import { decode, encode } from "./codec.ts";
import type { MessageNumber } from "./codec.ts";
import { rekeySecrets, wipeSecrets } from "./secrets.ts";
import type { RekeySecrets } from "./secrets.ts";

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
  /** Initiator only: R1. Rejects with TypeError while an exchange is under way, and once wiped. */
  begin(): Promise<Bytes>;
  /**
   * Never throws. A message is given when the one before is answered; after a failure, and after
   * `wipe`, everything fails.
   */
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

/** What is remembered from one message to the next. */
interface Exchange {
  readonly own: XWingKeyPair;
  /** R1 as it went. */
  readonly first: Bytes;
  /** Responder: R2 as it went, and what was encapsulated in it. */
  readonly answered?: { readonly second: Bytes; readonly secret1: Bytes };
  /** Initiator, once R2 is there. */
  readonly secrets?: RekeySecrets;
}

type Answer = RekeyStep | RekeyFailed;

function failed(failure: RekeyFailure): RekeyFailed {
  return { ok: false, failure };
}

/** `root` is RK_0 of the handshake. It is copied in the call and not changed. */
export async function createRekeying(
  role: Role,
  root: Uint8Array,
  chance: RekeyChance = SYSTEM_CHANCE,
): Promise<Rekeying> {
  let chain = await chainOf(root);
  let generation = 0;
  let due: MessageNumber | undefined = role === "initiator" ? undefined : 1;
  let exchange: Exchange | undefined;
  let isBusy = false;
  let isOver = false;

  function forget(): void {
    exchange?.own.wipe();
    exchange?.answered?.secret1.fill(0);
    exchange = undefined;
  }

  function wipe(): void {
    isOver = true;
    wipeSecrets(exchange?.secrets);
    forget();
    chain.fill(0);
  }

  /** The root itself goes to the caller. */
  async function finish(secrets: RekeySecrets, next: MessageNumber | undefined): Promise<void> {
    const following = await chainOf(secrets.root);
    chain.fill(0);
    chain = following;
    generation++;
    due = next;
    forget();
  }

  const handlers: Record<MessageNumber, (body: Bytes, message: Bytes) => Promise<Answer>> = {
    async 1(publicKey, first) {
      if (!isXWingPublicKey(publicKey)) return failed("malformed");
      const own = await chance.generateKeyPair();
      exchange = { own, first };
      const { ciphertext, sharedSecret } = await chance.encapsulate(publicKey);
      const second = encode(2, generation + 1, own.publicKey, ciphertext);
      exchange = { own, first, answered: { second, secret1: sharedSecret } };
      due = 3;
      return { ok: true, generation: generation + 1, reply: second };
    },

    async 2(body, second) {
      if (exchange === undefined) return failed("malformed");
      const { own, first } = exchange;
      const publicKey = body.slice(0, XWING_PUBLIC_KEY_BYTES);
      if (!isXWingPublicKey(publicKey) || equalBytes(publicKey, own.publicKey))
        return failed("malformed");
      const secret1 = await own.decapsulate(body.slice(XWING_PUBLIC_KEY_BYTES));
      const { ciphertext, sharedSecret } = await chance.encapsulate(publicKey);
      const exchanged = { first, second, ciphertext2: ciphertext, generation: generation + 1 };
      const secrets = await rekeySecrets(chain, exchanged, secret1, sharedSecret);
      exchange = { own, first, secrets };
      due = 4;
      const reply = encode(3, generation + 1, ciphertext, secrets.macInitiator);
      return { ok: true, generation: generation + 1, open: secrets.root.slice(), reply };
    },

    async 3(body) {
      if (exchange?.answered === undefined) return failed("malformed");
      const { own, first, answered } = exchange;
      const ciphertext2 = body.slice(0, XWING_CIPHERTEXT_BYTES);
      const secret2 = await own.decapsulate(ciphertext2);
      const exchanged = {
        first,
        second: answered.second,
        ciphertext2,
        generation: generation + 1,
      };
      const secrets = await rekeySecrets(chain, exchanged, answered.secret1, secret2);
      if (!equalBytes(body.subarray(XWING_CIPHERTEXT_BYTES), secrets.macInitiator)) {
        wipeSecrets(secrets);
        return failed("confirmation");
      }
      await finish(secrets, 1);
      const reply = encode(4, generation, secrets.macResponder);
      return { ok: true, generation, open: secrets.root.slice(), seal: secrets.root, reply };
    },

    async 4(mac) {
      if (exchange?.secrets === undefined) return failed("malformed");
      const { secrets } = exchange;
      if (!equalBytes(mac, secrets.macResponder)) return failed("confirmation");
      await finish(secrets, undefined);
      return { ok: true, generation, seal: secrets.root };
    },
  };

  async function answerTo(message: Uint8Array): Promise<Answer> {
    if (isOver || isBusy || due === undefined) return failed("malformed");
    const own = plain(message).slice();
    const body = decode(due, generation + 1, own);
    if (body === undefined) return failed("malformed");
    isBusy = true;
    try {
      return await handlers[due](body, own);
    } catch {
      // A key or ciphertext of the partner's that turned out not to be one.
      return failed("malformed");
    } finally {
      isBusy = false;
    }
  }

  return {
    get generation() {
      return generation;
    },
    get isUnderWay() {
      return isBusy || exchange !== undefined;
    },
    async begin() {
      if (role !== "initiator" || isOver || isBusy || exchange !== undefined)
        throw new TypeError("no rekey can begin now");
      isBusy = true;
      try {
        const own = await chance.generateKeyPair();
        if (isOver) {
          own.wipe();
          throw new TypeError("wiped while it began");
        }
        const first = encode(1, generation + 1, own.publicKey);
        exchange = { own, first };
        due = 2;
        return first.slice();
      } finally {
        isBusy = false;
      }
    },
    async receive(message) {
      const answer = await answerTo(message);
      if (answer.ok && !isOver) return answer;
      // Wiped while the answer was made: that may have been made of zeros and says nothing.
      const wasWiped = isOver;
      // Again then, for what was remembered meanwhile.
      wipe();
      if (answer.ok) {
        answer.open?.fill(0);
        answer.seal?.fill(0);
      }
      return answer.ok || wasWiped ? failed("malformed") : answer;
    },
    wipe,
  };
}
