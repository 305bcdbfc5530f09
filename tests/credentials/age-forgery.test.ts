/**
 * People below the cutoff who know every secret but the issuer's and try to prove all the same. Each
 * one is a complete prover of its own that departs from the rules in one place.
 */
import { describe, expect, test } from "vitest";
import { birthDayNonce, drawRangeNonces, rangeOctets } from "../../credentials/age/range.ts";
import { PRESENTATION_BYTES, verifyAge } from "../../credentials/age/presentation.ts";
import { AGE_V1, RANGE_BITS, ageGenerators, rangeTables } from "../../credentials/age/scheme.ts";
import { calculateDomain, decodeSignature } from "../../credentials/bbs/core.ts";
import {
  answer,
  challengeOctets,
  commit,
  drawNonces,
  encodeProof,
} from "../../credentials/bbs/proof.ts";
import { headerWithNyms, nymPoint } from "../../credentials/bbs/pseudonym.ts";
import { hashToScalar } from "../../credentials/bbs/suite.ts";
import { concat, withLength } from "../../credentials/bytes.ts";
import { encodeG1, type G1Point } from "../../credentials/bls/points.ts";
import { encodeScalar, mod, randomScalars } from "../../credentials/bls/scalars.ts";
import { sum } from "../../credentials/bls/sums.ts";
import { seeded } from "../e2ee/kit.ts";
import { CONTEXT, CUTOFF, credentialFrom, issuerOf, scalarsFrom, statementFor } from "./people.ts";

const issuer = issuerOf("issuer");
const statement = statementFor(issuer);
const DAYS_TOO_YOUNG = 1_000;
const young = credentialFrom(issuer, CUTOFF + DAYS_TOO_YOUNG, scalarsFrom(seeded(3)));
const old = credentialFrom(issuer, CUTOFF - 77, scalarsFrom(seeded(4)));

interface Plan {
  readonly credential: typeof young;
  /** The values in the place of bits. */
  readonly bits: readonly bigint[];
  /** What the prover claims to have been born on, where that is not what was signed. */
  readonly claimed?: number;
  /** Whether the nonce of the birth day is the one that the range asks for. */
  readonly freeNonce?: boolean;
  /** Whether the factor of k_i is corrected for values that are no bits. */
  readonly squares?: boolean;
  readonly shiftAnswer?: bigint;
  /** A pseudonym from another secret than the signed one. */
  readonly nymSecret?: bigint;
}

function bitsOf(value: number): bigint[] {
  return Array.from({ length: RANGE_BITS }, (_, i) => BigInt((value >> i) & 1));
}

function present(plan: Plan): Uint8Array {
  const { credential, bits } = plan;
  const signature = decodeSignature(credential.signature)!;
  const generators = ageGenerators();
  const domain = calculateDomain(
    AGE_V1,
    issuer.publicKey.octets,
    generators,
    headerWithNyms(issuer.header, 1),
  );
  const hidden = [undefined, undefined, undefined];
  const signed = [BigInt(credential.birthDay), credential.blind, credential.nymSecret];
  const messages = plan.claimed === undefined ? signed : [BigInt(plan.claimed), ...signed.slice(1)];
  const range = drawRangeNonces(randomScalars);
  const drawn = drawNonces(randomScalars, 3);
  const first = plan.freeNonce ? drawn.messages[0]! : birthDayNonce(range);
  const nonces = { ...drawn, messages: [first, ...drawn.messages.slice(1)] };
  const made = commit(generators, signature, domain, messages, hidden, nonces);
  const nym = nymPoint(CONTEXT, [plan.nymSecret ?? credential.nymSecret]);
  const ut = nymPoint(CONTEXT, nonces.messages.slice(-1));

  const { h, g, k } = rangeTables();
  const b: G1Point = sum([
    { table: h, scalar: range.rho },
    ...g.map((table, i) => ({ table, scalar: mod(bits[i]!) })),
    ...k.map((table, i) => ({ table, scalar: mod(range.bits[i]! * (1n - 2n * bits[i]!)) })),
  ]);
  const a: G1Point = sum([
    { table: h, scalar: range.sigma },
    ...g.map((table, i) => ({ table, scalar: range.bits[i]! })),
    ...k.map((table, i) => {
      const excess = plan.squares ? bits[i]! - bits[i]! ** 2n : 0n;
      return { table, scalar: mod(excess - range.bits[i]! ** 2n) };
    }),
  ]);
  const { abar, bbar, d, t1, t2 } = made;
  const octets = concat(
    challengeOctets(hidden, [abar, bbar, d, t1, t2, nym, ut], domain, statement.ph),
    withLength(CONTEXT.octets),
    rangeOctets({ b, a }, CUTOFF),
  );
  const challenge = hashToScalar(AGE_V1, octets, `${AGE_V1.apiId}H2S_`);
  const answers = answer(signature, messages, hidden, nonces, challenge);
  const shifted = {
    ...answers,
    messages: [
      mod(answers.messages[0]! + (plan.shiftAnswer ?? 0n) * challenge),
      ...answers.messages.slice(1),
    ],
  };
  const f = bits.map((bit, i) => mod(range.bits[i]! + challenge * bit));
  return concat(
    encodeG1(nym),
    encodeProof(made, shifted),
    encodeG1(b),
    ...[...f.slice(1), mod(range.sigma + challenge * range.rho)].map(encodeScalar),
  );
}

describe("age-v1: forgeries", () => {
  test("this prover is a complete one: by the rules it passes", () => {
    const honest = present({ credential: old, bits: bitsOf(77) });
    expect(honest).toHaveLength(PRESENTATION_BYTES);
    expect(verifyAge(statement, honest).ok).toBe(true);
  });

  const negative = [-1n, ...Array.from({ length: RANGE_BITS - 1 }, () => 0n)];
  const allInOne = [BigInt(-DAYS_TOO_YOUNG), ...negative.slice(1).fill(0n)];
  const wrapped = [...bitsOf(0).slice(0, -1), mod(BigInt(-DAYS_TOO_YOUNG) * inverseOf(2n ** 15n))];
  const plans: Record<string, Plan> = {
    "a range over another day than the signed one": { credential: young, bits: bitsOf(5) },
    "the same, with a nonce of its own for the birth day": {
      credential: young,
      bits: bitsOf(5),
      freeNonce: true,
    },
    "another birth day in all equations": {
      credential: young,
      bits: bitsOf(5),
      claimed: CUTOFF - 5,
    },
    "the answer for the birth day shifted to where the range needs it": {
      credential: young,
      bits: bitsOf(5),
      shiftAnswer: BigInt(CUTOFF - 5 - young.birthDay),
    },
    "a first bit that carries the whole negative difference": { credential: young, bits: allInOne },
    "the same, with the squares made up for": { credential: young, bits: allInOne, squares: true },
    "a last bit that reaches round the group's order": { credential: young, bits: wrapped },
    "the same, with the squares made up for ": { credential: young, bits: wrapped, squares: true },
    "bits of the difference as a 16-bit two's complement": {
      credential: young,
      bits: bitsOf(65_536 - DAYS_TOO_YOUNG),
    },
    "an adult's proof under a pseudonym that is not signed": {
      credential: old,
      bits: bitsOf(77),
      nymSecret: 4_711n,
    },
  };

  test.for(Object.entries(plans))("%s is refused", ([, plan]) => {
    expect(verifyAge(statement, present(plan))).toEqual({ ok: false, refusal: "proof" });
  });

  test("parts of two people's proofs do not fit together", () => {
    const first = present({ credential: old, bits: bitsOf(77) });
    const other = credentialFrom(issuer, CUTOFF - 1, scalarsFrom(seeded(5)));
    const second = present({ credential: other, bits: bitsOf(1) });
    for (const cut of [48, 192, 416, 464, 944]) {
      const mixed = concat(first.subarray(0, cut), second.subarray(cut));
      expect(verifyAge(statement, mixed).ok).toBe(false);
    }
  });
});

function inverseOf(value: bigint): bigint {
  const order = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;
  let [result, base] = [1n, value];
  for (let power = order - 2n; power > 0n; power >>= 1n, base = (base * base) % order) {
    if (power & 1n) result = (result * base) % order;
  }
  return result;
}
