import { expect, test } from "vitest";
import { commitBlind, openCommitment, signBlind } from "../../credentials/bbs/blind.ts";
import { messagesToScalars, readPublicKey, verify } from "../../credentials/bbs/core.ts";
import { generatorsOf } from "../../credentials/bbs/generators.ts";
import { disclose } from "../../credentials/bbs/proof.ts";
import {
  headerWithNyms,
  nymContext,
  nymPoint,
  proveWithNym,
  verifyWithNym,
} from "../../credentials/bbs/pseudonym.ts";
import { utf8 } from "../../credentials/bytes.ts";
import { encodeG1 } from "../../credentials/bls/points.ts";
import { mod } from "../../credentials/bls/scalars.ts";
import { flipped, hex, unhex } from "../e2ee/kit.ts";
import { describeVectors, readVectors, vectorFiles } from "../e2ee/vectors.ts";
import { SUITES, replayed, scalarOf, someGenerators } from "./kit.ts";

const ROOT = "bbs-nym/fixtures/fixture_data";

interface Fixture {
  readonly caseName: string;
  readonly mockRngParameters: { SEED: string; commit: { DST: string }; proof: { DST: string } };
  readonly signerKeyPair: { secretKey: string; publicKey: string };
  readonly signerPublicKey: string;
  readonly signer_nym_entropy: string;
  readonly proverNyms: string[];
  readonly nym_secrets: string[];
  readonly proverBlind: string;
  readonly commitmentWithProof: string;
  readonly header: string;
  readonly messages: string[];
  readonly committedMessages: string[];
  readonly signature: string;
  readonly presentationHeader: string;
  readonly context_id: string;
  readonly pseudonym: string;
  readonly revealedMessages: Record<string, string>;
  readonly revealedCommittedMessages: Record<string, string>;
  readonly proof: string;
}

describeVectors("Pseudonyms: the published vectors", () => {
  for (const { folder, suite } of SUITES) {
    const apiId = `${suite.id}H2G_HM2S_PSEUDONYM_`;
    const scheme = { suite, apiId };
    const blindGenerators = (messages: number) =>
      someGenerators(suite, `BLIND_${apiId}`, messages + 1);
    const generators = (own: number, committed: number) =>
      generatorsOf(suite.p1, [
        ...someGenerators(suite, apiId, own + 1),
        ...blindGenerators(committed),
      ]);
    const cases = (kind: string) =>
      vectorFiles(`${ROOT}/${folder}/${kind}`).map((file) => {
        const fixture = JSON.parse(readVectors(`${ROOT}/${folder}/${kind}/${file}`)) as Fixture;
        return { name: `${suite.id}: ${file} ${fixture.caseName}`, fixture };
      });
    const scalars = (octets: readonly string[]) => messagesToScalars(scheme, octets.map(unhex));
    const signed = (fixture: Fixture): bigint[] => [
      ...scalars(fixture.messages),
      scalarOf(fixture.proverBlind),
      ...scalars(fixture.committedMessages),
      ...fixture.nym_secrets.map(scalarOf),
    ];

    test.for(cases("nymCommit"))("$name", ({ fixture }) => {
      const { SEED, commit } = fixture.mockRngParameters;
      const secrets = [...scalars(fixture.committedMessages), ...fixture.proverNyms.map(scalarOf)];
      const points = blindGenerators(secrets.length);
      const random = replayed(suite, utf8(SEED), utf8(commit.DST));
      const { octets, blind } = commitBlind(scheme, points, secrets, random);
      expect(hex(octets)).toBe(fixture.commitmentWithProof);
      expect(blind).toBe(scalarOf(fixture.proverBlind));
      expect(openCommitment(scheme, points, octets)).toBeDefined();
    });

    test.for(cases("nymSignature"))("$name", ({ fixture }) => {
      const own = scalars(fixture.messages);
      const nyms = fixture.proverNyms.length;
      const committed = fixture.committedMessages.length + nyms;
      const points = generators(own.length, committed);
      const entropy = scalarOf(fixture.signer_nym_entropy);
      expect(mod(scalarOf(fixture.proverNyms.at(-1)!) + entropy)).toBe(
        scalarOf(fixture.nym_secrets.at(-1)!),
      );
      const commitment = openCommitment(
        scheme,
        blindGenerators(committed),
        unhex(fixture.commitmentWithProof),
      )!;
      const header = headerWithNyms(unhex(fixture.header), nyms);
      const unseen = Array.from({ length: committed }, () => 0n);
      const signature = signBlind(
        scheme,
        scalarOf(fixture.signerKeyPair.secretKey),
        points,
        header,
        [...own, ...unseen, entropy],
        commitment,
      );
      expect(hex(signature)).toBe(fixture.signature);
      const publicKey = readPublicKey(unhex(fixture.signerKeyPair.publicKey))!;
      expect(verify(scheme, publicKey, signature, points, header, signed(fixture))).toBe(true);
    });

    test.for(cases("nymProof"))("$name", ({ fixture }) => {
      const own = fixture.messages.length;
      const nyms = fixture.nym_secrets.length;
      const messages = signed(fixture);
      const points = generators(own, fixture.committedMessages.length + nyms);
      const indexes = [
        ...Object.keys(fixture.revealedMessages).map(Number),
        ...Object.keys(fixture.revealedCommittedMessages).map((index) => Number(index) + own + 1),
      ];
      const { SEED, proof: mock } = fixture.mockRngParameters;
      const publicKey = readPublicKey(unhex(fixture.signerPublicKey))!;
      const context = nymContext(scheme, unhex(fixture.context_id));
      const [header, ph] = [unhex(fixture.header), unhex(fixture.presentationHeader)];
      const made = proveWithNym(
        scheme,
        publicKey,
        unhex(fixture.signature),
        points,
        header,
        ph,
        context,
        messages,
        nyms,
        indexes,
        replayed(suite, utf8(SEED), utf8(mock.DST)),
      )!;
      expect(hex(encodeG1(made.pseudonym))).toBe(fixture.pseudonym);
      expect(hex(made.proof)).toBe(fixture.proof);

      const check = (proof: Uint8Array, pseudonym: Uint8Array): boolean =>
        verifyWithNym(
          scheme,
          publicKey,
          proof,
          points,
          header,
          ph,
          context,
          pseudonym,
          nyms,
          disclose(messages, indexes),
        );
      const [proof, pseudonym] = [unhex(fixture.proof), unhex(fixture.pseudonym)];
      expect(check(proof, pseudonym)).toBe(true);
      const other = encodeG1(nymPoint(context, [7n]));
      expect(check(proof, other)).toBe(false);
      expect(check(flipped(proof, proof.length - 1), pseudonym)).toBe(false);
    });
  }
});
