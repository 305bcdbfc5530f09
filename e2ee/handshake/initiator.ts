/**
 * The initiator's side: M1 out, M2 in, M3 out, M4 in, M5 out. docs/handshake.md.
 *
 * One object is one handshake. It accepts one M2 for its commitment, so an attacker gets one guess
 * at the safety code per object; whoever makes a new one after a failure counts and shows that.
 */
import { equalBytes } from "../bytes.ts";
import type { Bytes } from "../bytes.ts";
import { safetyCode } from "../safety-code.ts";
import {
  decodeM2,
  decodeM4,
  encodeHello,
  encodeM1,
  encodeM2,
  encodeM3,
  encodeM5,
} from "./codec.ts";
import type { Hello } from "./codec.ts";
import { acceptHello, commonEnvelopes, failed, ownHello, SYSTEM_CHANCE } from "./context.ts";
import type { Failed, HandshakeChance, HandshakeContext, HandshakeKeys } from "./context.ts";
import { attempt, createSteps } from "./steps.ts";
import { commitmentTo, sasTranscript, sessionSecrets } from "./transcript.ts";

export interface Initiator {
  /** M1. The same bytes however often it is asked. */
  commit(): Bytes;
  /** `sdpFingerprint`: SHA-256 of the certificate that the partner's description names. */
  receiveM2(
    m2: Uint8Array,
    sdpFingerprint: Uint8Array,
  ): Promise<{ readonly ok: true; readonly m3: Bytes } | Failed>;
  receiveM4(
    m4: Uint8Array,
  ): Promise<{ readonly ok: true; readonly m5: Bytes; readonly keys: HandshakeKeys } | Failed>;
  /** Zeroes this object's secrets and ends it. The keys that it gave out belong to the caller. */
  wipe(): void;
}

/** What is remembered between M2 and M4. */
interface AfterM2 {
  readonly partner: Hello;
  readonly sas: Bytes;
  readonly ciphertext1: Bytes;
  readonly secret1: Bytes;
}

export async function createInitiator(
  context: HandshakeContext,
  chance: HandshakeChance = SYSTEM_CHANCE,
): Promise<Initiator> {
  const { keyPair } = context;
  const own = ownHello(context, "initiator", chance.nonce());
  const reveal = encodeHello(own);
  const m1 = encodeM1(await commitmentTo(reveal));
  let afterM2: AfterM2 | undefined;

  const steps = createSteps(["m2", "m4"], () => {
    afterM2?.secret1.fill(0);
    afterM2 = undefined;
  });

  return {
    commit: () => m1.slice(),

    receiveM2: (m2, sdpFingerprint) =>
      steps.take("m2", async () => {
        const encoded = decodeM2(m2);
        if (encoded === undefined) return failed("malformed");
        const accepted = acceptHello(encoded, own, sdpFingerprint);
        if (!accepted.ok) return accepted;
        const sas = await sasTranscript(m1, encodeM2(encoded), reveal);
        const sealed = await attempt(chance.encapsulate(accepted.hello.publicKey));
        if (sealed === undefined) return failed("malformed");
        const { ciphertext, sharedSecret } = sealed;
        const { hello: partner } = accepted;
        afterM2 = { partner, sas, ciphertext1: ciphertext, secret1: sharedSecret };
        return { ok: true, m3: encodeM3({ hello: reveal, ciphertext }) };
      }),

    receiveM4: (m4) =>
      steps.take("m4", async () => {
        if (afterM2 === undefined) return failed("order");
        const confirmation = decodeM4(m4);
        if (confirmation === undefined) return failed("malformed");
        const { partner, sas, ciphertext1, secret1 } = afterM2;
        const { ciphertext: ciphertext2, mac } = confirmation;
        const secret2 = await attempt(keyPair.decapsulate(ciphertext2));
        if (secret2 === undefined) return failed("malformed");
        const secrets = await sessionSecrets(sas, ciphertext1, ciphertext2, secret1, secret2);
        const { transcript, macInitiator, macResponder, root } = secrets;
        if (!equalBytes(mac, macResponder)) {
          root.fill(0);
          return failed("confirmation");
        }
        const keys: HandshakeKeys = {
          code: await safetyCode(sas),
          root,
          partnerFingerprint: partner.fingerprint.slice(),
          transcript,
          envelopes: commonEnvelopes(own, partner),
        };
        return { ok: true, m5: encodeM5(macInitiator), keys };
      }),

    wipe: steps.end,
  };
}
