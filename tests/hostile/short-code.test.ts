/**
 * How often somebody in the middle gets two equal codes. The comparison looks at the first 8 of the
 * 24 bits, so that success is frequent enough to be counted: 1/256 of the runs is what blind
 * guessing gives, and no strategy may do better. A run counts as success when those bits agree on
 * the two legs, both of which are complete and correct otherwise.
 *
 * Bound: the number of successes that blind guessing reaches, or stays below, with a probability of
 * 2.9 · 10⁻⁷, which is what five standard deviations stand for; from the binomial distribution
 * itself, because with few expected successes it is not a normal one.
 */
import { describe, expect, test } from "vitest";
import { encodeM3 } from "../../e2ee/handshake/codec.ts";
import {
  NONCE_AT,
  bytes,
  cast,
  codeOf,
  codesSeen,
  STAND_IN,
  towardsA,
  towardsB,
  X_WING,
} from "./short-code.ts";
import type { Cast } from "./short-code.ts";

const SHORT_BITS = 8;
const SLOW = { timeout: 180_000 };
const short = (code: number): number => code >>> (24 - SHORT_BITS);

const FIVE_SIGMA = 2.87e-7;

function expectGuessing(successes: number, runs: number): void {
  const chance = 2 ** -SHORT_BITS;
  let probability = (1 - chance) ** runs;
  let below = 0;
  for (let k = 0; k < successes; k++) {
    below += probability;
    probability *= ((runs - k) / (k + 1)) * (chance / (1 - chance));
  }
  // That many or more, and that many or fewer.
  expect(1 - below).toBeGreaterThan(FIVE_SIGMA);
  expect(below + probability).toBeGreaterThan(FIVE_SIGMA);
}

type Attempt = () => Promise<{
  readonly predicted: boolean;
  complete(): ReturnType<typeof codesSeen>;
}>;

/** Nonces that the middleman tries before it must speak. */
const GROUND = 8;

interface Strategy {
  readonly runs: number;
  on(stage: Cast): Attempt;
}

const STRATEGIES: Record<string, Strategy> = {
  "both legs at once, nothing chosen": {
    runs: 14_000,
    on: (stage) => async () => {
      const [toA, toB] = await Promise.all([towardsA(stage), towardsB(stage, bytes(32))]);
      return attemptOf(stage, toA, toB);
    },
  },

  "leg B first, then the nonce towards A ground against what A revealed the last time": {
    runs: 3_500,
    on: (stage) => {
      let guess: Uint8Array | undefined;
      return async () => {
        const toB = await towardsB(stage, bytes(32));
        const toA = await towardsA(stage, (m1, m2) => {
          if (guess === undefined) return;
          for (let i = 0; i < GROUND && short(codeOf(m1, m2, guess)) !== short(toB.code); i++) {
            m2.set(bytes(32), 1 + NONCE_AT);
          }
        });
        guess = toA.reveal;
        return attemptOf(stage, toA, toB);
      };
    },
  },

  "leg A first, then other hellos for the commitment that B already has": {
    runs: 3_500,
    on: (stage) => async () => {
      const toA = await towardsA(stage);
      const toB = await towardsB(stage, bytes(32));
      const reveal = toB.reveal.slice();
      for (
        let i = 0;
        i < GROUND && short(codeOf(toB.m1, toB.m2, reveal)) !== short(toA.code);
        i++
      ) {
        reveal.set(bytes(32), NONCE_AT);
      }
      // One that would hit, if only B took it.
      if (short(codeOf(toB.m1, toB.m2, reveal)) === short(toA.code) && toA.code !== toB.code) {
        await expectRefused(stage, toB.reveal, reveal);
      }
      return attemptOf(stage, toA, toB);
    },
  },
};

function attemptOf(
  stage: Cast,
  toA: Awaited<ReturnType<typeof towardsA>>,
  toB: Awaited<ReturnType<typeof towardsB>>,
): Awaited<ReturnType<Attempt>> {
  return {
    predicted: short(toA.code) === short(toB.code),
    complete: () => codesSeen(stage, toA, toB),
  };
}

/** Another responder in B's place, so that B's own handshake can go on. */
async function expectRefused(stage: Cast, committed: Uint8Array, revealed: Uint8Array) {
  const { b } = await towardsB(stage, committed.slice(NONCE_AT, NONCE_AT + 32));
  const hello = Uint8Array.from(revealed);
  const m3 = encodeM3({ hello, ciphertext: bytes(1_120) });
  const refused = await b.receiveM3(m3, stage.legB.initiator.fingerprint);
  const isSame = Buffer.from(committed).equals(revealed);
  expect(refused).toMatchObject(isSame ? { ok: true } : { ok: false, failure: "commitment" });
}

/** Runs whose codes the people really see; the middleman's prediction stands for the others. */
const COMPLETED_EVERY = 25;

async function count(attempt: Attempt, runs: number, completedEvery: number): Promise<number> {
  let successes = 0;
  for (let run = 0; run < runs; run++) {
    const { predicted, complete } = await attempt();
    if (predicted || run % completedEvery === 0) {
      const seen = await complete();
      expect(short(seen.a) === short(seen.b)).toBe(predicted);
    }
    if (predicted) successes++;
  }
  return successes;
}

describe("8 bits of the code, stand-in KEM, 21,000 handshakes of two legs", () => {
  let total = 0;
  let all = 0;

  test.each(Object.entries(STRATEGIES))("%s: 1/256", SLOW, async (name, { runs, on }) => {
    const successes = await count(on(await cast(STAND_IN)), runs, COMPLETED_EVERY);
    report(name, successes, runs);
    total += successes;
    all += runs;
    expectGuessing(successes, runs);
  });

  test("all together: 1/256", () => {
    report("all", total, all);
    expect(all).toBeGreaterThanOrEqual(20_000);
    expectGuessing(total, all);
  });
});

test("8 bits of the code, X-Wing, 501 handshakes of two complete legs: 1/256", SLOW, async () => {
  const runsEach = 167;
  let successes = 0;
  let runs = 0;
  for (const { on } of Object.values(STRATEGIES)) {
    successes += await count(on(await cast(X_WING)), runsEach, 1);
    runs += runsEach;
  }
  report("X-Wing", successes, runs);
  expectGuessing(successes, runs);
});

function report(name: string, successes: number, runs: number): void {
  console.log(`${name}: ${successes} of ${runs}; guessing gives ${(runs / 256).toFixed(1)}`);
}

/**
 * The bound is one guess per PAIR of legs. In a random call nobody expects anybody in particular, so
 * a lobby may stand in the middle of many calls at once, look at all the codes and only then decide
 * whom it joins to whom. n legs of each kind are n² guesses. docs/handshake-model.md, "Many legs".
 */
test(
  "a lobby that sees n codes of each kind before it chooses whom to join has n² guesses, not n",
  SLOW,
  async () => {
    const stage = await cast(STAND_IN);
    const LEGS = 12;
    const ROUNDS = 60;
    let pairs = 0;
    let rounds = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const a: number[] = [];
      const b: number[] = [];
      for (let i = 0; i < LEGS; i++) {
        a.push(short((await towardsA(stage)).code));
        b.push(short((await towardsB(stage, bytes(32))).code));
      }
      const hits = a.reduce((sum, code) => sum + b.filter((other) => other === code).length, 0);
      pairs += hits;
      if (hits > 0) rounds++;
    }
    console.log(
      `${LEGS} legs of each kind: a pair in ${rounds} of ${ROUNDS} rounds, ${pairs} pairs`,
    );
    // 34 are expected, with a deviation of 5.8 (two pairs are independent, also when they share a leg).
    expect(Math.abs(pairs - (ROUNDS * LEGS * LEGS) / 256)).toBeLessThan(5 * 5.8);
    // 43 % of the rounds are expected. With LEGS guesses it would be under 5 %.
    expect(rounds / ROUNDS).toBeGreaterThan(0.1);
  },
);

/** The laboratory can tell: the same middleman against two protocols that look much like ours. */
describe("control: what the counting shows for protocols that are not ours", () => {
  const RUNS = 50;
  const TRIES = 8_192;

  test(
    "no commitment (the initiator's hello in M1): a ground nonce always hits",
    SLOW,
    async () => {
      const stage = await cast(STAND_IN);
      let successes = 0;
      for (let run = 0; run < RUNS; run++) {
        const toB = await towardsB(stage, bytes(32));
        // Without a commitment the middleman would know A's hello when it chooses its nonce.
        const { m1, m2, reveal } = await towardsA(stage);
        for (let i = 0; i < TRIES && short(codeOf(m1, m2, reveal)) !== short(toB.code); i++) {
          m2.set(bytes(32), 1 + NONCE_AT);
        }
        if (short(codeOf(m1, m2, reveal)) === short(toB.code)) successes++;
      }
      expect(successes).toBe(RUNS);
    },
  );

  test("ciphertexts under the code: a ground ct2 always hits", SLOW, async () => {
    const stage = await cast(STAND_IN);
    let successes = 0;
    for (let run = 0; run < RUNS; run++) {
      const toA = await towardsA(stage);
      const toB = await towardsB(stage, bytes(32));
      const covered = new Uint8Array([...toA.m3, ...bytes(1_120)]);
      for (
        let i = 0;
        i < TRIES && short(codeOf(toA.m1, toA.m2, covered)) !== short(toB.code);
        i++
      ) {
        covered.set(bytes(32), toA.m3.length);
      }
      if (short(codeOf(toA.m1, toA.m2, covered)) === short(toB.code)) successes++;
    }
    expect(successes).toBe(RUNS);
  });
});
