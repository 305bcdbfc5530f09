import { expect, test } from "vitest";
import { encodeG1 } from "../../credentials/bls/points.ts";
import {
  calculateDomain,
  generateSecretKey,
  messagesToScalars,
  publicKeyOf,
  readPublicKey,
  sign,
  signedPoint,
  verify,
} from "../../credentials/bbs/core.ts";
import { generatorsOf } from "../../credentials/bbs/generators.ts";
import { disclose, prove, verifyProof } from "../../credentials/bbs/proof.ts";
import { createGenerators, hashToScalar } from "../../credentials/bbs/suite.ts";
import { hex, unhex } from "../e2ee/kit.ts";
import { describeVectors, readJson, vectorFiles } from "../e2ee/vectors.ts";
import { SUITES, replayed, scalarOf, someGenerators } from "./kit.ts";

const ROOT = "bbs-core/tooling/fixtures/fixture_data";

interface KeyPair {
  readonly secretKey: string;
  readonly publicKey: string;
}

describeVectors("BBS: the published vectors", () => {
  for (const { folder, suite } of SUITES) {
    const read = <T>(name: string): T => readJson<T>(`${ROOT}/${folder}/${name}`);
    const scheme = { suite, apiId: `${suite.id}H2G_HM2S_` };
    const generators = (count: number) =>
      generatorsOf(suite.p1, someGenerators(suite, scheme.apiId, count + 1));

    test(`${suite.id}: hash_to_scalar and messages_to_scalars`, () => {
      const h2s = read<{ message: string; dst: string; scalar: string }>("h2s.json");
      const dst = Buffer.from(h2s.dst, "hex").toString();
      expect(hashToScalar(scheme, unhex(h2s.message), dst)).toBe(scalarOf(h2s.scalar));
      const map = read<{ cases: { message: string; scalar: string }[] }>(
        "MapMessageToScalarAsHash.json",
      );
      const scalars = messagesToScalars(
        scheme,
        map.cases.map(({ message }) => unhex(message)),
      );
      expect(scalars).toEqual(map.cases.map(({ scalar }) => scalarOf(scalar)));
    });

    test(`${suite.id}: key pair, P1 and generators`, () => {
      const keys = read<{ keyMaterial: string; keyInfo: string; keyDst: string; keyPair: KeyPair }>(
        "keypair.json",
      );
      const dst = Buffer.from(keys.keyDst, "hex").toString();
      const [material, info] = [unhex(keys.keyMaterial), unhex(keys.keyInfo)];
      const secretKey = generateSecretKey(suite, material, info, dst);
      expect(secretKey).toBe(scalarOf(keys.keyPair.secretKey));
      expect(generateSecretKey(suite, material, info)).toBe(secretKey);
      expect(hex(publicKeyOf(secretKey))).toBe(keys.keyPair.publicKey);
      const points = read<{ P1: string; Q1: string; MsgGenerators: string[] }>("generators.json");
      expect(hex(encodeG1(suite.p1))).toBe(points.P1);
      const made = createGenerators(suite, points.MsgGenerators.length + 1, scheme.apiId);
      expect(made.map((point) => hex(encodeG1(point)))).toEqual([
        points.Q1,
        ...points.MsgGenerators,
      ]);
    });

    test(`${suite.id}: seeded random scalars`, () => {
      const mocked = read<{ seed: string; dst: string; count: number; mockedScalars: string[] }>(
        "mockedRng.json",
      );
      const scalars = replayed(suite, unhex(mocked.seed), unhex(mocked.dst))(mocked.count);
      expect(scalars).toEqual(mocked.mockedScalars.map(scalarOf));
    });

    for (const file of vectorFiles(`${ROOT}/${folder}/signature`)) {
      const fixture = read<{
        caseName: string;
        signerKeyPair: KeyPair;
        header: string;
        messages: string[];
        signature: string;
        result: { valid: boolean };
        trace: { B: string; domain: string };
      }>(`signature/${file}`);

      test(`${suite.id}: ${file} ${fixture.caseName}`, () => {
        const publicKey = readPublicKey(unhex(fixture.signerKeyPair.publicKey))!;
        const messages = messagesToScalars(scheme, fixture.messages.map(unhex));
        const points = generators(messages.length);
        const header = unhex(fixture.header);
        const signature = unhex(fixture.signature);
        expect(verify(scheme, publicKey, signature, points, header, messages)).toBe(
          fixture.result.valid,
        );
        if (!fixture.result.valid) return;
        const secretKey = scalarOf(fixture.signerKeyPair.secretKey);
        expect(hex(sign(scheme, secretKey, points, header, messages))).toBe(fixture.signature);
        const domain = calculateDomain(scheme, publicKey.octets, points, header);
        expect(domain).toBe(scalarOf(fixture.trace.domain));
        expect(hex(encodeG1(signedPoint(points, domain, messages)))).toBe(fixture.trace.B);
      });
    }

    const mock = read<{ seed: string; dst: string }>("mockedRng.json");
    for (const file of vectorFiles(`${ROOT}/${folder}/proof`)) {
      const fixture = read<{
        caseName: string;
        signerPublicKey: string;
        signature: string;
        header: string;
        presentationHeader: string;
        messages: string[];
        disclosedIndexes: number[];
        proof: string;
        result: { valid: boolean };
      }>(`proof/${file}`);

      test(`${suite.id}: ${file} ${fixture.caseName}`, () => {
        const publicKey = readPublicKey(unhex(fixture.signerPublicKey))!;
        const messages = messagesToScalars(scheme, fixture.messages.map(unhex));
        const points = generators(messages.length);
        const [header, ph] = [unhex(fixture.header), unhex(fixture.presentationHeader)];
        // One case names an index twice, which a caller could not even say.
        const disclosure = disclose(messages, [...new Set(fixture.disclosedIndexes)]);
        const proof = unhex(fixture.proof);
        expect(verifyProof(scheme, publicKey, proof, points, header, ph, disclosure)).toBe(
          fixture.result.valid,
        );
        if (!fixture.result.valid) return;
        const made = prove(
          scheme,
          publicKey,
          unhex(fixture.signature),
          points,
          header,
          ph,
          messages,
          fixture.disclosedIndexes,
          replayed(suite, unhex(mock.seed), unhex(mock.dst)),
        )!;
        expect(hex(made)).toBe(fixture.proof);
      });
    }
  }
});
