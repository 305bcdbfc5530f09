/**
 * The responder's side: M1 in, M2 out, M3 in, M4 out, M5 in. docs/handshake.md.
 *
 * M2 leaves after the initiator is bound and before its key and nonce are visible, so neither side
 * chose its own values knowing the other's.
 */
import { equalBytes } from "../bytes.ts";
import type { Bytes } from "../bytes.ts";
import { safetyCode } from "../safety-code.ts";
import {
  decodeM1,
  decodeM3,
  decodeM5,
  encodeHello,
  encodeM1,
  encodeM2,
  encodeM4,
} from "./codec.ts";
import { acceptHello, commonEnvelopes, failed, ownHello, SYSTEM_CHANCE } from "./context.ts";
import type { Failed, HandshakeChance, HandshakeContext, HandshakeKeys } from "./context.ts";
import { attempt, createSteps } from "./steps.ts";
import { commitmentTo, sasTranscript, sessionSecrets } from "./transcript.ts";

export interface Responder {
  receiveM1(m1: Uint8Array): Promise<{ readonly ok: true; readonly m2: Bytes } | Failed>;
  /**
   * `sdpFingerprint`: SHA-256 of the certificate that the partner's description names. Until M5
   * the keys are for opening only: nobody has shown yet that the initiator has them too.
   */
  receiveM3(
    m3: Uint8Array,
    sdpFingerprint: Uint8Array,
  ): Promise<{ readonly ok: true; readonly m4: Bytes; readonly keys: HandshakeKeys } | Failed>;
  receiveM5(m5: Uint8Array): Promise<{ readonly ok: true } | Failed>;
  /** Zeroes this object's secrets and ends it. The keys that it gave out belong to the caller. */
  wipe(): void;
}

export async function createResponder(
  context: HandshakeContext,
  chance: HandshakeChance = SYSTEM_CHANCE,
): Promise<Responder> {
  const { keyPair } = context;
  const own = ownHello(context, "responder", chance.nonce());
  const m2 = encodeM2(encodeHello(own));
  let commitment: Bytes | undefined;
  let expectedMac: Bytes | undefined;

  const steps = createSteps(["m1", "m3", "m5"], () => {
    expectedMac?.fill(0);
    expectedMac = undefined;
  });

  return {
    receiveM1: (m1) =>
      steps.take("m1", async () => {
        commitment = decodeM1(m1);
        return commitment === undefined ? failed("malformed") : { ok: true, m2: m2.slice() };
      }),

    receiveM3: (m3, sdpFingerprint) =>
      steps.take("m3", async () => {
        if (commitment === undefined) return failed("order");
        const revealed = decodeM3(m3);
        if (revealed === undefined) return failed("malformed");
        const { hello: reveal, ciphertext: ciphertext1 } = revealed;
        const claimed = sdpFingerprint.slice();
        if (!equalBytes(commitment, await commitmentTo(reveal))) return failed("commitment");
        const accepted = acceptHello(reveal, own, claimed);
        if (!accepted.ok) return accepted;
        const { hello: partner } = accepted;

        const secret1 = await attempt(keyPair.decapsulate(ciphertext1));
        const sealed = await attempt(chance.encapsulate(partner.publicKey));
        if (secret1 === undefined || sealed === undefined) return failed("malformed");
        const { ciphertext: ciphertext2, sharedSecret: secret2 } = sealed;
        const sas = await sasTranscript(encodeM1(commitment), m2, reveal);
        const secrets = await sessionSecrets(sas, ciphertext1, ciphertext2, secret1, secret2);
        const { transcript, macInitiator, macResponder, root } = secrets;
        expectedMac = macInitiator;
        const keys: HandshakeKeys = {
          code: await safetyCode(sas),
          root,
          partnerFingerprint: partner.fingerprint.slice(),
          transcript,
          envelopes: commonEnvelopes(partner, own),
        };
        return { ok: true, m4: encodeM4({ ciphertext: ciphertext2, mac: macResponder }), keys };
      }),

    receiveM5: (m5) =>
      steps.take("m5", async () => {
        if (expectedMac === undefined) return failed("order");
        const mac = decodeM5(m5);
        if (mac === undefined) return failed("malformed");
        return equalBytes(mac, expectedMac) ? { ok: true } : failed("confirmation");
      }),

    wipe: steps.end,
  };
}
