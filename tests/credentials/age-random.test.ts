/**
 * Random people, random days, random proofs, and a mutant of each: none wrongly accepted, none wrongly
 * refused. WINKR_PROOFS sets the number (1,000 took five minutes on two busy cores), WINKR_SEED the run.
 */
import { expect, test } from "vitest";
import { DAY_MAX } from "../../credentials/age/calendar.ts";
import { presentAge, verifyAge, type Statement } from "../../credentials/age/presentation.ts";
import { concat, utf8 } from "../../credentials/bytes.ts";
import { flipped, seeded, type Chance } from "../e2ee/kit.ts";
import { credentialFrom, issuerOf, scalarsFrom, statementFor } from "./people.ts";

const PROOFS = Number(process.env["WINKR_PROOFS"] ?? 40);
const SEED = Number(process.env["WINKR_SEED"] ?? 20261124);

interface Sample {
  readonly statement: Statement;
  readonly presentation: Uint8Array;
}

const STRANGER = issuerOf("another issuer");

type Mutation = (made: Sample, other: Sample, chance: Chance) => Sample;

const MUTATIONS: Record<string, Mutation> = {
  "one bit flipped": ({ statement, presentation }, _, chance) => ({
    statement,
    presentation: flipped(presentation, chance.below(presentation.length), 1 << chance.below(8)),
  }),
  "some bytes replaced": ({ statement, presentation }, _, chance) => {
    const at = chance.below(presentation.length - 4);
    const copy = presentation.slice();
    copy.set(chance.bytes(4), at);
    return { statement, presentation: copy };
  },
  "another's pseudonym": ({ statement, presentation }, other) => ({
    statement,
    presentation: concat(other.presentation.subarray(0, 48), presentation.subarray(48)),
  }),
  "another's range": ({ statement, presentation }, other) => ({
    statement,
    presentation: concat(presentation.subarray(0, 416), other.presentation.subarray(416)),
  }),
  "another nonce, origin, expiry or session": ({ statement, presentation }, _, chance) => ({
    statement: { ...statement, ph: flipped(statement.ph, chance.below(32)) },
    presentation,
  }),
  "another cutoff": ({ statement, presentation }, _, chance) => ({
    statement: { ...statement, cutoff: (statement.cutoff + 1 + chance.below(9)) % DAY_MAX },
    presentation,
  }),
  "another header": ({ statement, presentation }, _, chance) => ({
    statement: { ...statement, header: flipped(statement.header, chance.below(40)) },
    presentation,
  }),
  "another issuer": ({ statement, presentation }) => ({
    statement: { ...statement, publicKey: STRANGER.publicKey },
    presentation,
  }),
  "cut short or longer": ({ statement, presentation }, _, chance) => ({
    statement,
    presentation: chance.below(2) === 0 ? presentation.slice(1) : concat(presentation, utf8("x")),
  }),
};

test(`${PROOFS} random proofs and as many mutants (seed ${SEED})`, { timeout: 3_600_000 }, () => {
  const chance = seeded(SEED);
  const random = scalarsFrom(chance);
  const issuers = [issuerOf(`a ${SEED}`), issuerOf(`b ${SEED}`)];
  const kinds = Object.entries(MUTATIONS);
  let previous: Sample | undefined;
  for (let round = 0; round < PROOFS; round++) {
    const issuer = issuers[round % 2]!;
    const cutoff = 1 + chance.below(DAY_MAX);
    const passes = chance.below(4) !== 0;
    const birthDay = passes
      ? 1 + chance.below(cutoff)
      : Math.min(cutoff + 1 + chance.below(DAY_MAX), DAY_MAX);
    const statement = statementFor(issuer, { cutoff, nonce: chance.bytes(32) });
    const presentation = presentAge(statement, credentialFrom(issuer, birthDay, random), random);
    const label = `round ${round}: born ${birthDay}, cutoff ${cutoff}`;
    expect([label, presentation !== undefined]).toEqual([label, birthDay <= cutoff]);
    if (presentation === undefined) continue;
    const made = { statement, presentation };
    expect([label, verifyAge(statement, presentation).ok]).toEqual([label, true]);
    if (previous !== undefined) {
      const [name, mutate] = kinds[chance.below(kinds.length)]!;
      const mutant = mutate(made, previous, chance);
      const verdict = verifyAge(mutant.statement, mutant.presentation);
      expect([label, name, verdict.ok]).toEqual([label, name, false]);
    }
    previous = made;
  }
});
