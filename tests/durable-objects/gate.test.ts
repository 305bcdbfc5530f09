import { describe, expect, it } from "vitest";
import { begin, renew, type LiveSessions } from "../../durable-objects/gate/live-sessions.ts";
import { giveChallenge, takeChallenge, type Nonces } from "../../durable-objects/gate/nonces.ts";
import {
  forgetAt,
  impose,
  isForgotten,
  lift,
  sanctionAt,
  type SanctionRow,
} from "../../durable-objects/sanctions/ladder.ts";
import { SANCTIONS_SHARDS, sanctionsShardOf } from "../../durable-objects/sanctions/shard.ts";
import { CHALLENGE_LIFETIME_MS } from "../../protocol/age.ts";

const NOW = 1_700_000_000_000;
const DAY_MS = 86_400_000;

describe("A-2: challenges", () => {
  it("open once", () => {
    const nonces: Nonces = new Map();
    const given = giveChallenge(nonces, "a", 39_774, NOW);
    expect(takeChallenge(nonces, "b", NOW)).toBeUndefined();
    expect(takeChallenge(nonces, "a", NOW)).toEqual(given);
    expect(takeChallenge(nonces, "a", NOW)).toBeUndefined();
  });

  it("open until the last millisecond of their time and not after", () => {
    const nonces: Nonces = new Map();
    for (const name of ["a", "b"]) giveChallenge(nonces, name, 1, NOW);
    expect(takeChallenge(nonces, "a", NOW + CHALLENGE_LIFETIME_MS - 1)).toBeDefined();
    expect(takeChallenge(nonces, "b", NOW + CHALLENGE_LIFETIME_MS)).toBeUndefined();
    expect(nonces.size).toBe(0);
  });

  it("are refused to newcomers when there are too many, and never taken from anybody", () => {
    const nonces: Nonces = new Map();
    for (const name of ["a", "b"]) expect(giveChallenge(nonces, name, 1, NOW, 2)).toBeDefined();
    expect(giveChallenge(nonces, "c", 1, NOW, 2)).toBeUndefined();
    const later = NOW + CHALLENGE_LIFETIME_MS;
    expect(giveChallenge(nonces, "c", 1, later, 2)).toBeDefined();
    expect([...nonces.keys()]).toEqual(["c"]);
  });
});

describe("A-3: live sessions", () => {
  const until = NOW + 1_000;

  it("the newest begins, an older one is not renewed", () => {
    const live: LiveSessions = new Map();
    begin(live, "ann", { session: "1", until }, NOW);
    begin(live, "ann", { session: "2", until }, NOW);
    expect(renew(live, "ann", { session: "1", until }, NOW)).toBe(false);
    expect(renew(live, "ann", { session: "2", until: until + 1 }, NOW)).toBe(true);
    expect(live.get("ann")).toEqual({ session: "2", until: until + 1 });
  });

  it("one that could no longer be renewed holds nobody up", () => {
    const live: LiveSessions = new Map();
    begin(live, "ann", { session: "2", until }, NOW);
    expect(renew(live, "ann", { session: "1", until: until + 9 }, until)).toBe(true);
  });

  it("people do not know of each other, and who is gone is forgotten", () => {
    const live: LiveSessions = new Map();
    begin(live, "ann", { session: "1", until }, NOW);
    begin(live, "bob", { session: "2", until: until + 500 }, NOW);
    expect(renew(live, "ann", { session: "1", until: until + 900 }, NOW)).toBe(true);
    begin(live, "cyn", { session: "3", until: until + 999 }, until + 500);
    expect([...live.keys()]).toEqual(["ann", "cyn"]);
  });
});

describe("A-5: the ladder", () => {
  const decision = { reason: "spam", evidence: "E", reviewers: 0 } as const;
  const reviewed = { ...decision, reviewers: 1 };

  function climb(steps: number, by = reviewed): (number | null)[] {
    const lengths: (number | null)[] = [];
    let [row, now]: [SanctionRow | undefined, number] = [undefined, NOW];
    for (let step = 0; step < steps; step++) {
      row = impose(row, by, now);
      lengths.push(row.until === null ? null : (row.until - now) / DAY_MS);
      now = row.until ?? now;
    }
    return lengths;
  }

  it("24 hours, 7 days, 90 days, and then until a human lifts it", () => {
    expect(climb(6)).toEqual([1, 7, 90, null, null, null]);
  });

  it("is never permanent without a human who looked", () => {
    expect(climb(6, decision)).toEqual([1, 7, 90, 90, 90, 90]);
  });

  it("a sanction ends to the millisecond, and is forgotten 90 days later", () => {
    const row = impose(undefined, decision, NOW);
    const until = NOW + DAY_MS;
    expect(sanctionAt(row, until - 1)).toEqual({ reason: "spam", until });
    expect(sanctionAt(row, until)).toBeUndefined();
    expect(isForgotten(row, until + 90 * DAY_MS - 1)).toBe(false);
    expect(isForgotten(row, until + 90 * DAY_MS)).toBe(true);
    expect(forgetAt(row)).toBe(until + 90 * DAY_MS);
  });

  it("whoever was good for as long begins at the first step again", () => {
    const row = impose(impose(undefined, decision, NOW), decision, NOW);
    expect(row.step).toBe(2);
    expect(impose(row, decision, row.until! + 90 * DAY_MS - 1).step).toBe(3);
    expect(impose(row, decision, row.until! + 90 * DAY_MS).step).toBe(1);
  });

  it("an appeal that is upheld ends it, and its step does not count", () => {
    const first = impose(undefined, decision, NOW);
    expect(lift(first, NOW)).toBeUndefined();
    const second = lift(impose(first, decision, NOW), NOW)!;
    expect(sanctionAt(second, NOW)).toBeUndefined();
    expect(impose(second, decision, NOW).step).toBe(2);
    const permanent = { ...first, step: 4, until: null };
    expect(forgetAt(permanent)).toBeUndefined();
    expect(sanctionAt(lift(permanent, NOW), NOW)).toBeUndefined();
  });

  it("tags spread over all shards", () => {
    const shards = new Set(
      Array.from({ length: 256 }, (_, byte) =>
        sanctionsShardOf(Buffer.from([byte, ...new Uint8Array(15)]).toString("base64url")),
      ),
    );
    expect(shards.size).toBe(SANCTIONS_SHARDS);
  });
});
