/**
 * The whole man in the middle: the lobby gives each page seal keys of its own, has a certificate
 * for each, and runs a complete, correct negotiation with both. Every check that a machine can make
 * passes on both sides. What is left is the code, and the middleman cannot choose it.
 */
import { expect, test } from "vitest";
import { safetyCode } from "../../e2ee/safety-code.ts";
import { sasTranscript, sessionSecrets } from "../../e2ee/handshake/transcript.ts";
import { encodeHello, encodeM2, encodeM4 } from "../../e2ee/handshake/codec.ts";
import { createInitiator } from "../../e2ee/handshake/index.ts";
import { encapsulate, generateXWingKeyPair } from "../../e2ee/xwing.ts";
import { bytesOf } from "../e2ee/kit.ts";
import { chanceOf, couple } from "../e2ee/handshake/parties.ts";
import { people } from "./lobby.ts";
import { matchId, openPage } from "./page.ts";
import type { Page, PageSecrets } from "./page.ts";
import { quiet } from "./quiet.ts";

/** One leg: a page and the middleman's own, with flights passed between them. */
async function leg(
  initiator: PageSecrets,
  responder: PageSecrets,
  match: string,
): Promise<[Page, Page]> {
  const told = { match, policy: "relay" } as const;
  const i: Page = openPage(
    initiator,
    { ...told, role: "initiator", partnerSealKey: responder.sealKeys.publicKey },
    (body) => r.receive(body),
  );
  const r: Page = openPage(
    responder,
    { ...told, role: "responder", partnerSealKey: initiator.sealKeys.publicKey },
    (body) => i.receive(body),
  );
  await quiet();
  return [i, r];
}

test("two legs, 40 times: confirmed / confirmed, every certificate fits, and the codes differ", async () => {
  for (let run = 0; run < 40; run++) {
    const [who, middle] = await Promise.all([people(), people()]);
    const match = matchId();
    const [a, towardsA] = await leg(who.a, middle.a, match);
    const [towardsB, b] = await leg(middle.b, who.b, match);
    expect([a.sees(), b.sees()]).toEqual(["confirmed", "confirmed"]);
    expect(a.connect(middle.a.certificate)).toBe(true);
    expect(b.connect(middle.b.certificate)).toBe(true);
    // The middleman holds both roots, so nothing but the comparison stands between it and the call.
    expect(towardsA.keys()?.root).toEqual(a.keys()?.root);
    expect(towardsB.keys()?.root).toEqual(b.keys()?.root);
    expect(a.keys()?.code).not.toEqual(b.keys()?.code);
    expect(a.keys()?.root).not.toEqual(b.keys()?.root);
  }
});

test("keys of one leg do not fit the other: flights passed across are malformed / malformed", async () => {
  const [who, middle] = await Promise.all([people(), people()]);
  const match = matchId();
  const [a, towardsA] = await leg(who.a, middle.a, match);
  const [towardsB, b] = await leg(middle.b, who.b, match);
  a.receive(b.sent[1] ?? "");
  b.receive(a.sent[2] ?? "");
  await quiet();
  expect([a.sees(), b.sees()]).toEqual(["malformed", "malformed"]);
  expect([towardsA.sees(), towardsB.sees()]).toEqual(["confirmed", "confirmed"]);
});

test("ct2 drawn 200 times by the middleman: the first is taken, and none changes the code", async () => {
  const { initiator, responder } = await couple("ground");
  const a = await createInitiator(initiator.context, chanceOf("ground", "initiator"));
  const hello = encodeHello({
    version: 1,
    suite: 1,
    role: "responder",
    matchId: responder.context.matchId,
    publicKey: responder.context.keyPair.publicKey,
    nonce: bytesOf("middle", 32),
    fingerprint: responder.context.fingerprint,
    extension: responder.context.extension,
  });
  const m2 = encodeM2(hello);
  const answered = await a.receiveM2(m2, responder.context.fingerprint);
  if (!answered.ok) throw new Error("refused");
  const reveal = answered.m3.slice(5, -1_120);
  const ct1 = answered.m3.slice(-1_120);
  const secret1 = await responder.context.keyPair.decapsulate(ct1);
  const sas = await sasTranscript(a.commit(), m2, reveal);

  const drawn = [];
  for (let i = 0; i < 200; i++) {
    const { ciphertext, sharedSecret } = await encapsulate(initiator.context.keyPair.publicKey);
    const secrets = await sessionSecrets(sas, ct1, ciphertext, secret1.slice(), sharedSecret);
    drawn.push({ ciphertext, mac: secrets.macResponder });
  }
  const chosen = drawn[137];
  const done = chosen && (await a.receiveM4(encodeM4(chosen)));
  if (!done?.ok) throw new Error("refused");
  expect(done.keys.code).toEqual(await safetyCode(sas));
  // A second choice is one too many.
  expect(await a.receiveM4(encodeM4(drawn[138] ?? drawn[0]!))).toEqual({
    ok: false,
    failure: "order",
  });
});

test("the middleman's own page, with the wrong key for what it claims: refused on either leg", async () => {
  const [who, middle, other] = await Promise.all([people(), people(), generateXWingKeyPair()]);
  // Says A's seal key is B's true one (so that the extension looks right) but seals with its own.
  const pretending: PageSecrets = {
    ...middle.a,
    sealKeys: { ...other, publicKey: who.b.sealKeys.publicKey },
  };
  const [a, towardsA] = await leg(who.a, pretending, matchId());
  expect([a.sees(), towardsA.sees()]).toEqual(["waiting", "malformed"]);
});
