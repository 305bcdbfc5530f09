import { expect, test } from "vitest";
import {
  presentAge,
  verifyAge,
  ageContext,
  PRESENTATION_BYTES,
} from "../../credentials/age/presentation.ts";
import { isCredential, issueCredential } from "../../credentials/age/issuance.ts";
import { openCommitment } from "../../credentials/bbs/blind.ts";
import { readPublicKey, publicKeyOf } from "../../credentials/bbs/core.ts";
import { AGE_V1, ageBlindGenerators } from "../../credentials/age/scheme.ts";
import { mod } from "../../credentials/bls/scalars.ts";
import { hex, unhex } from "../e2ee/kit.ts";
import { describeVectors, readJson } from "../e2ee/vectors.ts";
import { scalarOf } from "./kit.ts";

interface Case {
  readonly name: string;
  readonly birthDay: number;
  readonly cutoffDay: number;
  readonly proverNym: string;
  readonly signerNymEntropy: string;
  readonly nymSecret: string;
  readonly secretProverBlind: string;
  readonly commitmentWithProof: string;
  readonly signature: string;
  readonly proof: string;
  readonly pseudonym: string;
  readonly header?: string;
  readonly context?: string;
  readonly ph?: string;
  readonly valid: boolean;
}

interface Vectors {
  readonly suite: string;
  readonly api_id: string;
  readonly secretKey: string;
  readonly publicKey: string;
  readonly header: string;
  readonly context: string;
  readonly ph: string;
  readonly proofBytes: number;
  readonly cases: readonly Case[];
}

describeVectors("age-v1: cases of an independent implementation", () => {
  const vectors = readJson<Vectors>("age-v1/age-v1.json");
  const secretKey = scalarOf(vectors.secretKey);
  const publicKey = readPublicKey(unhex(vectors.publicKey))!;

  function statementOf(made: Case) {
    return {
      publicKey,
      header: unhex(made.header ?? vectors.header),
      cutoff: made.cutoffDay,
      context: ageContext(unhex(made.context ?? vectors.context)),
      ph: unhex(made.ph ?? vectors.ph),
    };
  }

  test("names and lengths", () => {
    expect([AGE_V1.suite.id, AGE_V1.apiId]).toEqual([vectors.suite, vectors.api_id]);
    expect(PRESENTATION_BYTES).toBe(vectors.proofBytes);
    expect(hex(publicKeyOf(secretKey))).toBe(vectors.publicKey);
  });

  test.for(vectors.cases)("verifying: $name", (made) => {
    const verdict = verifyAge(statementOf(made), unhex(made.proof));
    expect(verdict.ok).toBe(made.valid);
    if (verdict.ok) expect(hex(verdict.nym)).toBe(made.pseudonym);
  });

  test.for(vectors.cases.filter(({ valid }) => valid))("issuing and proving: $name", (made) => {
    const commitment = unhex(made.commitmentWithProof);
    expect(openCommitment(AGE_V1, ageBlindGenerators(), commitment)).toBeDefined();
    const entropy = scalarOf(made.signerNymEntropy);
    const header = unhex(vectors.header);
    const issued = issueCredential(secretKey, header, made.birthDay, commitment, entropy)!;
    expect(hex(issued.signature)).toBe(made.signature);

    const nymSecret = scalarOf(made.nymSecret);
    expect(mod(scalarOf(made.proverNym) + entropy)).toBe(nymSecret);
    const credential = {
      header,
      birthDay: made.birthDay,
      signature: unhex(made.signature),
      blind: scalarOf(made.secretProverBlind),
      nymSecret,
    };
    expect(isCredential(publicKey, credential)).toBe(true);
    const statement = statementOf(made);
    const presentation = presentAge(statement, credential)!;
    // Another proof every time, and always the same pseudonym.
    expect(hex(presentation)).not.toBe(made.proof);
    const verdict = verifyAge(statement, presentation);
    expect(verdict).toEqual({ ok: true, nym: unhex(made.pseudonym) });
  });
});
