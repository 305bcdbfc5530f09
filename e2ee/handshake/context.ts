/** What both sides of the handshake are given, give back and refuse alike. */
import { equalBytes } from "../bytes.ts";
import type { Bytes } from "../bytes.ts";
import { otherRole } from "../role.ts";
import type { Role } from "../role.ts";
import type { SafetyCode } from "../safety-code.ts";
import { encapsulate, isXWingPublicKey } from "../xwing.ts";
import type { XWingKeyPair } from "../xwing.ts";
import {
  areEnvelopeNames,
  decodeHello,
  encodeHello,
  HASH_BYTES,
  MATCH_ID_BYTES,
  SUITE,
  VERSION,
} from "./codec.ts";
import type { Extension, Hello } from "./codec.ts";

export interface HandshakeContext {
  readonly role: Role;
  /** 16 bytes. */
  readonly matchId: Uint8Array;
  /** SHA-256 of this side's DTLS certificate, 32 bytes. */
  readonly fingerprint: Uint8Array;
  /** For this handshake alone, and not the seal key. */
  readonly keyPair: XWingKeyPair;
  readonly extension: Extension;
}

/** Where chance comes from. Deterministic in tests. */
export interface HandshakeChance {
  nonce(): Uint8Array;
  readonly encapsulate: typeof encapsulate;
}

export const SYSTEM_CHANCE: HandshakeChance = {
  nonce: () => crypto.getRandomValues(new Uint8Array(HASH_BYTES)),
  encapsulate,
};

export type HandshakeFailure =
  /** Not the bytes of this message, or a key or ciphertext that is none. */
  | "malformed"
  /** The revealed hello is not the one that was committed to. */
  | "commitment"
  /** The partner claims this side's own key, nonce or certificate. */
  | "reflected"
  /** The certificate in the hello is not the one in the description. */
  | "fingerprint"
  /** Version, suite, role, match, seal keys or relay policy differ between the two sides. */
  | "mismatch"
  /** The two sides did not arrive at the same keys. */
  | "confirmation"
  /** Not the step that is due, or a step after a failure. */
  | "order";

export interface Failed {
  readonly ok: false;
  readonly failure: HandshakeFailure;
}

export interface HandshakeKeys {
  readonly code: SafetyCode;
  /** RK_0 of the key schedule. Whoever takes it wipes it. */
  readonly root: Bytes;
  /** To be compared with the certificate of the live connection. */
  readonly partnerFingerprint: Bytes;
  readonly transcript: Bytes;
  /** Envelope names that both sides have, in the initiator's order: the same list on both sides. */
  readonly envelopes: readonly string[];
}

export function failed(failure: HandshakeFailure): Failed {
  return { ok: false, failure };
}

/** Throws TypeError for a context that its own program filled wrongly. */
export function ownHello(context: HandshakeContext, role: Role, nonce: Uint8Array): Hello {
  const { matchId, fingerprint, keyPair, extension } = context;
  const isComplete =
    context.role === role &&
    matchId.length === MATCH_ID_BYTES &&
    fingerprint.length === HASH_BYTES &&
    nonce.length === HASH_BYTES &&
    isXWingPublicKey(keyPair.publicKey) &&
    isXWingPublicKey(extension.sealKeyInitiator) &&
    isXWingPublicKey(extension.sealKeyResponder) &&
    areEnvelopeNames(extension.envelopes);
  if (!isComplete) throw new TypeError("the handshake context is not complete");
  const { publicKey } = keyPair;
  const hello = { version: VERSION, suite: SUITE, role, matchId, publicKey, nonce, fingerprint };
  // Through the codec and back: a copy that later changes to the caller's arrays cannot reach.
  const copy = decodeHello(encodeHello({ ...hello, extension }));
  if (copy === undefined) throw new TypeError("the handshake context does not encode");
  return copy;
}

/** The partner's hello, if this side can go on with it. */
export function acceptHello(
  encoded: Uint8Array,
  own: Hello,
  sdpFingerprint: Uint8Array,
): { readonly ok: true; readonly hello: Hello } | Failed {
  const hello = decodeHello(encoded);
  if (hello === undefined || !isXWingPublicKey(hello.publicKey)) return failed("malformed");
  const isReflected = (["publicKey", "nonce", "fingerprint"] as const).some((field) =>
    equalBytes(hello[field], own[field]),
  );
  if (isReflected) return failed("reflected");
  if (!isOfOneCall(hello, own)) return failed("mismatch");
  if (!equalBytes(hello.fingerprint, sdpFingerprint)) return failed("fingerprint");
  return { ok: true, hello };
}

function isOfOneCall(theirs: Hello, ours: Hello): boolean {
  const [a, b] = [theirs.extension, ours.extension];
  return (
    theirs.version === ours.version &&
    theirs.suite === ours.suite &&
    theirs.role === otherRole(ours.role) &&
    equalBytes(theirs.matchId, ours.matchId) &&
    equalBytes(a.sealKeyInitiator, b.sealKeyInitiator) &&
    equalBytes(a.sealKeyResponder, b.sealKeyResponder) &&
    a.relayPolicy === b.relayPolicy
  );
}

export function commonEnvelopes(initiator: Hello, responder: Hello): readonly string[] {
  const { envelopes } = responder.extension;
  return initiator.extension.envelopes.filter((name) => envelopes.includes(name));
}
