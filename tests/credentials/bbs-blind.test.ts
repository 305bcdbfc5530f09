import { expect, test } from "vitest";
import { commitBlind, openCommitment, signBlind } from "../../credentials/bbs/blind.ts";
import { messagesToScalars, readPublicKey, verify } from "../../credentials/bbs/core.ts";
import { generatorsOf } from "../../credentials/bbs/generators.ts";
import { disclose, prove, verifyProof } from "../../credentials/bbs/proof.ts";
import { utf8 } from "../../credentials/bytes.ts";
import { encodeG1 } from "../../credentials/bls/points.ts";
import { flipped, hex, unhex } from "../e2ee/kit.ts";
import { describeVectors, readJson, vectorFiles } from "../e2ee/vectors.ts";
import { SUITES, replayed, scalarOf, someGenerators } from "./kit.ts";

const ROOT = "bbs-blind/fixtures/fixture_data";

interface Mock {
  readonly SEED: string;
  readonly commit?: { readonly DST: string };
  readonly proof?: { readonly DST: string };
}

interface Fixture {
  readonly caseName: string;
  readonly mockRngParameters: Mock;
  readonly header: string;
  /** null or empty where there is no commitment. */
  readonly commitmentWithProof: string | null;
  readonly committedMessages: readonly string[] | null;
  readonly proverBlind: string | null;
  readonly signature: string;
  readonly result: { readonly valid: boolean };
}

describeVectors("Blind BBS: the published vectors", () => {
  for (const { folder, suite } of SUITES) {
    const apiId = `${suite.id}BLIND_H2G_HM2S_`;
    const scheme = { suite, apiId };
    const blindGenerators = (messages: number) =>
      someGenerators(suite, `BLIND_${apiId}`, messages + 1);
    const generators = (own: number, committed: number) =>
      generatorsOf(suite.p1, [
        ...someGenerators(suite, apiId, own + 1),
        ...blindGenerators(committed),
      ]);
    /** Without a commitment the blind is a message all the same: zero. */
    const blindOf = ({ proverBlind }: Fixture) => (proverBlind ? scalarOf(proverBlind) : 0n);
    const random = (mock: Mock, step: "commit" | "proof") =>
      replayed(suite, utf8(mock.SEED), utf8(mock[step]!.DST));
    const cases = (kind: string) =>
      vectorFiles(`${ROOT}/${folder}/${kind}`).map((file) => {
        const fixture = readJson<Fixture>(`${ROOT}/${folder}/${kind}/${file}`);
        return { name: `${suite.id}: ${file} ${fixture.caseName}`, fixture };
      });

    test(`${suite.id}: generators`, () => {
      const published = readJson<
        Record<"generators" | "blindGenerators", { Q1: string; MsgGenerators: string[] }>
      >(`${ROOT}/${folder}/generators.json`);
      for (const [name, prefix] of [
        ["generators", ""],
        ["blindGenerators", "BLIND_"],
      ] as const) {
        const { Q1, MsgGenerators } = published[name];
        const made = someGenerators(suite, prefix + apiId, MsgGenerators.length + 1);
        expect(made.map((point) => hex(encodeG1(point)))).toEqual([Q1, ...MsgGenerators]);
      }
    });

    test.for(cases("commit"))("$name", ({ fixture }) => {
      const messages = messagesToScalars(scheme, (fixture.committedMessages ?? []).map(unhex));
      const points = blindGenerators(messages.length);
      const { octets, blind } = commitBlind(
        scheme,
        points,
        messages,
        random(fixture.mockRngParameters, "commit"),
      );
      expect(hex(octets)).toBe(fixture.commitmentWithProof);
      expect(blind).toBe(scalarOf(fixture.proverBlind!));
      expect(openCommitment(scheme, points, octets)).toBeDefined();
      for (let at = 0; at < octets.length; at += 7) {
        expect(openCommitment(scheme, points, flipped(octets, at))).toBeUndefined();
      }
    });

    test.for(cases("signature"))("$name", ({ fixture }) => {
      const { signerKeyPair: keys, messages: own } = fixture as Fixture & {
        signerKeyPair: { secretKey: string; publicKey: string };
        messages: string[];
      };
      const messages = messagesToScalars(scheme, own.map(unhex));
      const committed = messagesToScalars(scheme, (fixture.committedMessages ?? []).map(unhex));
      const points = generators(messages.length, committed.length);
      const octets = fixture.commitmentWithProof;
      const commitment = octets
        ? openCommitment(scheme, blindGenerators(committed.length), unhex(octets))!
        : undefined;
      const unseen = [0n, ...committed.map(() => 0n)];
      const header = unhex(fixture.header);
      const signature = signBlind(
        scheme,
        scalarOf(keys.secretKey),
        points,
        header,
        [...messages, ...unseen],
        commitment,
      );
      expect(hex(signature)).toBe(fixture.signature);
      const all = [...messages, blindOf(fixture), ...committed];
      const publicKey = readPublicKey(unhex(keys.publicKey))!;
      expect(verify(scheme, publicKey, signature, points, header, all)).toBe(true);
    });

    test.for(cases("proof"))("$name", ({ fixture }) => {
      const proofFixture = fixture as Fixture & {
        signerPublicKey: string;
        presentationHeader: string;
        revealedMessages: Record<string, string>;
        revealedCommittedMessages: Record<string, string> | null;
        proof: string;
      };
      const lists = readJson<Record<"messages" | "committedMessages", string[]> | string[]>(
        `${ROOT}/messages.json`,
      ) as Record<"messages" | "committedMessages", string[]>;
      const own = messagesToScalars(scheme, lists.messages.map(unhex));
      const committed = fixture.commitmentWithProof
        ? messagesToScalars(scheme, lists.committedMessages.map(unhex))
        : [];
      const points = generators(own.length, committed.length);
      const all = [...own, blindOf(fixture), ...committed];
      const indexes = [
        ...Object.keys(proofFixture.revealedMessages).map(Number),
        ...Object.keys(proofFixture.revealedCommittedMessages ?? {}).map(
          (index) => Number(index) + own.length + 1,
        ),
      ];
      const publicKey = readPublicKey(unhex(proofFixture.signerPublicKey))!;
      const [header, ph] = [unhex(fixture.header), unhex(proofFixture.presentationHeader)];
      const made = prove(
        scheme,
        publicKey,
        unhex(fixture.signature),
        points,
        header,
        ph,
        all,
        indexes,
        random(fixture.mockRngParameters, "proof"),
      )!;
      expect(hex(made)).toBe(proofFixture.proof);
      const proof = unhex(proofFixture.proof);
      const disclosure = disclose(all, indexes);
      expect(verifyProof(scheme, publicKey, proof, points, header, ph, disclosure)).toBe(true);
    });
  }
});
