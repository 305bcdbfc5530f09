/**
 * One round: Ada and Ben are in a call, Cyn waits with an offer ready, Ada taps "next" and meets her.
 * Every round begins with three people whom nobody has met (fresh sessions and memories in warm
 * pages), so neither the recents rule nor the pace of `next` plays a part.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { eventually, type Person } from "../../tests/support/browsers/person.ts";
import type { Moment, Moments, Proof, Variant } from "../page/lab.types.ts";

/** Milliseconds after the tap, on Ada's page unless it says otherwise. */
export interface Round {
  readonly said: number;
  readonly matched: number;
  readonly offerHeard: number;
  readonly answered: number;
  readonly connected: number;
  /** Sealed only: confirmations verified and certificate compared, here and at Cyn's. */
  readonly encrypted: number | undefined;
  readonly partnerConnected: number;
  readonly partnerEncrypted: number | undefined;
  /** Sealed only: the first frame of the picture leaves Cyn's worker, and Ada's. */
  readonly partnerSealed: number | undefined;
  readonly opened: number | undefined;
  readonly firstFrame: number;
  readonly firstPicture: number;
}

export class RoundError extends Error {
  override readonly name = "RoundError";
  /** Without where everybody stood. */
  readonly reason: string;
  constructor(reason: string, standings = "") {
    super(`${reason}${standings}`);
    this.reason = reason;
  }
}

/** Long enough for keys and an offer to be made ahead, as in any real call and any real wait. */
const SETTLE_MS = 1_000;
const PROOF_MS = 3_000;

export async function playRound(
  variant: Variant,
  [ada, ben, cyn]: readonly [Person, Person, Person],
): Promise<Round> {
  try {
    await arrive(ben, variant);
    await reached(ben, "offer ready");
    await arrive(ada, variant);
    await Promise.all([reached(ada, "first picture"), reached(ben, "first picture")]);
    await arrive(cyn, variant);
    await reached(cyn, "offer ready");
    await sleep(SETTLE_MS);
    await ada.evaluate(() => window.lab.next());
    await Promise.all([reached(ada, "first picture"), reached(cyn, "first picture")]);
    const [hers, theirs] = await Promise.all([momentsOf(ada), momentsOf(cyn)]);
    for (const person of [ada, cyn]) await check(variant, person);
    return measured(variant, hers, theirs);
  } catch (cause) {
    const standings = [ada, ben, cyn].map(
      async (person) => `\n  ${person.name}: ${await person.evaluate(() => window.lab.describe())}`,
    );
    // The drivers add what they were doing before it and the place in the page after it.
    const reason = String(cause)
      .split("\n")[0]!
      .replace(/^.*Error: /, "");
    throw new RoundError(reason, (await Promise.all(standings)).join(""));
  } finally {
    await Promise.all([ada, ben, cyn].map((person) => person.evaluate(() => window.lab.leave())));
    // Connections say goodbye for 150 ms; their end is nobody's round.
    await sleep(SETTLE_MS / 2);
  }
}

function arrive(person: Person, variant: Variant): Promise<void> {
  return person.evaluate((chosen) => window.lab.arrive(chosen), variant);
}

function momentsOf(person: Person): Promise<Moments> {
  return person.evaluate(() => window.lab.moments());
}

async function reached(person: Person, moment: Moment): Promise<void> {
  await person.evaluate((awaited) => window.lab.until(awaited), moment);
}

/** Statistics lag behind what they count, so they are asked until they know of the pair in use. */
async function check(variant: Variant, person: Person): Promise<void> {
  const transforms = variant === "sealed" ? "all" : "none";
  let last: Proof | undefined;
  await eventually(
    `proof of a relayed ${variant} call`,
    async () => {
      last = await person.evaluate(() => window.lab.proof());
      return last.path === "relay" && last.framesDecoded > 0 && last.transforms === transforms;
    },
    PROOF_MS,
  ).catch(() => {
    throw new RoundError(`${person.name} was in no such call: ${JSON.stringify(last)}`);
  });
}

function measured(variant: Variant, hers: Moments, theirs: Moments): Round {
  const { tap } = hers;
  if (tap === undefined) throw new RoundError("no tap");
  if (hers["received slow"] !== undefined) throw new RoundError("the lobby asked for patience");
  if (hers["received waiting"] !== undefined) throw new RoundError("nobody was waiting");
  const since = (moments: Moments, moment: Moment): number => {
    const at = moments[moment];
    if (at === undefined) throw new RoundError(`never: ${moment}`);
    return at - tap;
  };
  const sealed = variant === "sealed";
  return {
    said: since(hers, "sent next"),
    matched: since(hers, "received match"),
    offerHeard: since(hers, "received seal"),
    answered: since(hers, "sent seal"),
    connected: since(hers, "connected"),
    encrypted: sealed ? since(hers, "encrypted") : undefined,
    partnerConnected: since(theirs, "connected"),
    partnerEncrypted: sealed ? since(theirs, "encrypted") : undefined,
    partnerSealed: sealed ? since(theirs, "worker sealed video") : undefined,
    opened: sealed ? since(hers, "worker opened video") : undefined,
    firstFrame: since(hers, "first frame"),
    firstPicture: since(hers, "first picture"),
  };
}
