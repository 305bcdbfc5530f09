/**
 * The first flights, sealed to the partner's seal key. After HPKE's base mode (RFC 9180) with X-Wing
 * as the KEM, HKDF-SHA-256 and AES-256-GCM, once per direction. docs/handshake.md, "Sealed flights".
 *
 *   first flight   01 ‖ ct[1120] ‖ AES-256-GCM(key, counter 0)
 *   later flights  02 ‖ AES-256-GCM(key, counter 1, 2, …)
 *
 * It keeps SDP, addresses and handshake values from an edge that follows the protocol. One that
 * swaps the seal keys reads them, and is then exposed: both keys stand in the handshake's transcript.
 */
import { concat, equalBytes, lengthPrefixed, plain, utf8 } from "./bytes.ts";
import type { Bytes } from "./bytes.ts";
import { hkdfExpand, hkdfExtract } from "./hkdf.ts";
import { otherRole } from "./role.ts";
import type { Role } from "./role.ts";
import { encapsulate, isXWingPublicKey, XWING_CIPHERTEXT_BYTES } from "./xwing.ts";
import type { XWingKeyPair } from "./xwing.ts";

export interface SealedSignaling {
  /** Flights must be sent in the order of the calls. */
  seal(plaintext: Uint8Array): Promise<Bytes>;
  /**
   * undefined, and nothing changed, for whatever is not the partner's next flight: replayed, out of
   * order, reflected, from another match, altered. Never throws.
   */
  open(sealed: Uint8Array): Promise<Bytes | undefined>;
}

export interface SealedSignalingOptions {
  readonly role: Role;
  readonly matchId: Uint8Array;
  /** This match's seal key, made for nothing else. */
  readonly own: XWingKeyPair;
  /** The partner's, as the edge gave it. */
  readonly partnerKey: Uint8Array;
  /** Deterministic in tests. */
  readonly encapsulateTo?: typeof encapsulate;
}

const FIRST = 1;
const LATER = 2;
const TAG_BYTES = 16;

/** undefined when the partner's key is no X-Wing key, or one's own handed back. */
export function createSealedSignaling(
  options: SealedSignalingOptions,
): SealedSignaling | undefined {
  const { role, own, encapsulateTo = encapsulate } = options;
  const matchId = options.matchId.slice();
  const partnerKey = plain(options.partnerKey).slice();
  if (!isXWingPublicKey(partnerKey) || equalBytes(partnerKey, own.publicKey)) return undefined;

  /** Under the key: who speaks, in which match, between which keys, by which encapsulation. */
  async function directionKey(sender: Role, secret: Uint8Array, ciphertext: Uint8Array) {
    const [from, to] = sender === role ? [own.publicKey, partnerKey] : [partnerKey, own.publicKey];
    const covered = [matchId, from, to, ciphertext].map(lengthPrefixed);
    const info = concat(utf8(`winkr/1 sealed ${sender} `), ...covered);
    const extracted = await hkdfExtract("SHA-256", new Uint8Array(0), secret);
    const raw = await hkdfExpand("SHA-256", extracted, info, 32);
    const usages = ["encrypt", "decrypt"] as const;
    const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, usages);
    for (const bytes of [secret, extracted, raw]) bytes.fill(0);
    return key;
  }

  const sending = inTurn();
  let sendKey: CryptoKey | undefined;
  let sent = 0;

  const receiving = inTurn();
  let receiveKey: CryptoKey | undefined;
  let received = 0;

  return {
    seal: (plaintext) =>
      sending(async () => {
        let head: Bytes = Uint8Array.of(LATER);
        if (sendKey === undefined) {
          const { ciphertext, sharedSecret } = await encapsulateTo(partnerKey);
          head = concat(Uint8Array.of(FIRST), ciphertext);
          sendKey = await directionKey(role, sharedSecret, ciphertext);
        }
        // Why no nonce repeats: the key comes from this object's own fresh encapsulation and serves
        // one direction; calls take turns; the counter only rises, and rises before it is used.
        const parameters = aead(sent++, head);
        const body = await crypto.subtle.encrypt(parameters, sendKey, plain(plaintext));
        return concat(head, new Uint8Array(body));
      }),

    open: (sealed) =>
      receiving(async () => {
        const isFirst = received === 0;
        const headBytes = isFirst ? 1 + XWING_CIPHERTEXT_BYTES : 1;
        if (sealed[0] !== (isFirst ? FIRST : LATER)) return undefined;
        if (sealed.length < headBytes + TAG_BYTES) return undefined;
        const head = plain(sealed).slice(0, headBytes);
        try {
          if (isFirst) {
            const ciphertext = head.subarray(1);
            const secret = await own.decapsulate(ciphertext);
            receiveKey = await directionKey(otherRole(role), secret, ciphertext);
          }
          if (receiveKey === undefined) return undefined;
          const body = plain(sealed.subarray(headBytes));
          const opened = await crypto.subtle.decrypt(aead(received, head), receiveKey, body);
          received++;
          return new Uint8Array(opened);
        } catch {
          // No such ciphertext, or not authentic: both are the sender's doing.
          return undefined;
        }
      }),
  };
}

function aead(counter: number, head: Bytes): AesGcmParams {
  const iv = new Uint8Array(12);
  new DataView(iv.buffer).setBigUint64(4, BigInt(counter));
  return { name: "AES-GCM", iv, additionalData: head, tagLength: 128 };
}

/** Runs tasks one after another, in the order in which they were given. */
function inTurn(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task);
    last = result.catch(() => {});
    return result;
  };
}
