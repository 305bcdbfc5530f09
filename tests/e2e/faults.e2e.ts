/**
 * What breaks in one side's encryption never lets a frame through, run after run: transforms withheld,
 * unconnected, a task late, throwing; a worker killed in the middle; wrong keys. Real sessions, real
 * relay, both sides on one page of the laboratory (tests/support/lab/calls), so that many run at once
 * and the media workers' counts of both sides can be held against each other.
 *
 * A few runs of each here; the full series with
 *
 *   FAULT_RUNS=100 npx vitest run --project e2e tests/e2e/faults.e2e.ts
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine, Person } from "../support/browsers/person.ts";
import { serversOf } from "../support/lab/calls/drive.ts";
import { useCallsScene } from "../support/lab/calls/scene.ts";
import type { Fault, Outcome } from "../support/lab/calls/faults.ts";
import type { SideStatus } from "../support/lab/calls/side.ts";

const RUNS = Number(process.env["FAULT_RUNS"] ?? 10);
const AT_ONCE = 5;
const TIMEOUT_MS = 60_000 + RUNS * 6_000;

const scene = useCallsScene();

function reasons(outcomes: readonly Outcome[], side: "faulty" | "partner"): string {
  const count = new Map<string, number>();
  for (const { [side]: status } of outcomes) {
    const { reason, stage } = status;
    const word = reason?.kind === "security" ? `security: ${reason.failure}` : reason?.kind;
    count.set(word ?? stage, (count.get(word ?? stage) ?? 0) + 1);
  }
  return [...count].map(([word, times]) => `${times} ${word}`).join(", ");
}

/**
 * On a machine that is busy with something else a call may not come about in time, and the watchdog of
 * a side without a fault may stop one, since its worker does not answer. Such a run says nothing about
 * the fault.
 */
function isDisturbed(fault: Fault, { faulty, partner }: Outcome): boolean {
  const isStopped = ({ reason }: SideStatus): boolean => reason?.kind === "encryption-stopped";
  const isUnmet = ({ reason }: SideStatus): boolean =>
    reason?.kind === "connection-failed" || reason?.kind === "relay-unavailable";
  if (isUnmet(faulty) || isUnmet(partner)) return true;
  return isStopped(partner) || (isStopped(faulty) && MILD.includes(fault));
}
/** Those that end no call. */
const MILD: readonly Fault[] = ["none", "late", "wrong-key"];

describe.each<Engine>(["chromium", "firefox"])("%s", (engine) => {
  let person: Person;
  beforeAll(async () => {
    person = await scene.crowd.invite(engine, "Ada");
    await person.open(scene.lab.url);
  });
  afterAll(() => scene.crowd.leave());

  async function series(fault: Fault): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    let disturbed = 0;
    while (outcomes.length < RUNS) {
      const calls = Math.min(AT_ONCE, RUNS - outcomes.length);
      const servers = await Promise.all(
        Array.from({ length: 2 * calls }, () => serversOf(scene.relay)),
      );
      const batch = await person.evaluate(
        ([what, many, lists]) => window.calls.fault(what, many, lists),
        [fault, calls, servers] as const,
      );
      const undisturbed = batch.filter((outcome) => !isDisturbed(fault, outcome));
      disturbed += batch.length - undisturbed.length;
      outcomes.push(...undisturbed);
      expect(disturbed, "calls that a busy machine ended").toBeLessThanOrEqual(RUNS);
    }
    const sum = (pick: (outcome: Outcome) => number): number =>
      outcomes.reduce((total, outcome) => total + pick(outcome), 0);
    console.log(
      `${engine}  ${fault}: ${outcomes.length} runs, ${disturbed} left out; ` +
        `sealed ${sum(({ faulty }) => faulty.sealed)}, ` +
        `arrived ${sum(({ partner }) => partner.arrived)}, ` +
        `opened ${sum(({ partner }) => partner.opened)}; ` +
        `faulty side: ${reasons(outcomes, "faulty")}; partner: ${reasons(outcomes, "partner")}`,
    );
    return outcomes;
  }

  it(
    "no fault: the calls of this laboratory are calls",
    async () => {
      for (const { faulty, partner } of await series("none")) {
        expect([faulty.stage, partner.stage]).toEqual(["encrypted", "encrypted"]);
        expect(partner.openedPictures).toBeGreaterThan(0);
        expect(faulty.openedPictures).toBeGreaterThan(0);
        expect(partner.opened).toBeLessThanOrEqual(faulty.sealed);
      }
    },
    TIMEOUT_MS,
  );

  it(
    "transform withheld: nothing leaves, nothing arrives, and the page ends",
    async () => {
      for (const { faulty, partner } of await series("withheld")) {
        expect(faulty.reason).toEqual({ kind: "encryption-stopped" });
        expect(faulty.sealed).toBe(0);
        expect(partner.arrived).toBe(0);
        expect(partner.visible).toBe(false);
      }
    },
    TIMEOUT_MS,
  );

  it(
    "transform never connected: nothing opens at the partner, and the page ends",
    async () => {
      for (const { faulty, partner } of await series("unconnected")) {
        expect(faulty.reason).toEqual({ kind: "encryption-stopped" });
        expect(faulty.sealed).toBe(0);
        expect(partner.opened).toBe(0);
        expect(partner.visible).toBe(false);
        // Without a transform Chromium sends nothing. Firefox sends black and silence, which is all
        // that a sender carries until its frames were seen to leave sealed.
        if (engine === "chromium") expect(partner.arrived).toBe(0);
      }
    },
    TIMEOUT_MS,
  );

  it(
    "attached a task late: every frame that arrives was sealed",
    async () => {
      for (const { faulty, partner } of await series("late")) {
        expect(partner.opened).toBeLessThanOrEqual(faulty.sealed);
        expect(partner.arrived).toBeLessThanOrEqual(faulty.sealed);
      }
    },
    TIMEOUT_MS,
  );

  it(
    "worker killed in the middle of a call: no frame more than it had sealed, and the page ends",
    async () => {
      for (const { faulty, partner, sealedBefore } of await series("killed")) {
        expect(sealedBefore).toBeGreaterThan(0);
        expect(partner.openedPictures).toBeGreaterThanOrEqual(20);
        expect(partner.arrived).toBeLessThanOrEqual(faulty.sealed);
        expect(faulty.reason).toEqual({ kind: "encryption-stopped" });
        expect(partner.stage).toBe("ended");
      }
    },
    TIMEOUT_MS,
  );

  it(
    "wrong key in the worker: frames arrive and none of them opens",
    async () => {
      for (const { faulty, partner } of await series("wrong-key")) {
        expect(faulty.sealed).toBeGreaterThan(0);
        expect(partner.arrived).toBeGreaterThan(0);
        expect(partner.opened).toBe(0);
        expect(partner.visible).toBe(false);
      }
    },
    TIMEOUT_MS,
  );

  it(
    "wrong secret in the handshake: the call never begins, and one side says why",
    async () => {
      for (const { faulty, partner } of await series("wrong-secret")) {
        expect([faulty.sealed, partner.sealed, partner.arrived]).toEqual([0, 0, 0]);
        const failures = [faulty, partner].map(({ reason }) => reason);
        expect(failures).toContainEqual({ kind: "security", failure: "confirmation" });
      }
    },
    TIMEOUT_MS,
  );

  it(
    "the constructor throws: the call never begins, and the page says why",
    async () => {
      for (const { faulty, partner } of await series("throwing")) {
        expect([faulty.sealed, partner.arrived]).toEqual([0, 0]);
        expect(faulty.reason).toEqual({ kind: "encryption-stopped" });
      }
    },
    TIMEOUT_MS,
  );
});
