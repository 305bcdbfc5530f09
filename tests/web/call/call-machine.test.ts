import { describe, expect, test } from "vitest";
import type { MatchMessage } from "../../../protocol/messages.ts";
import { ATTEMPTS_MAX, FAILURES_MAX, step } from "../../../web/call/call-machine.ts";
import type { CallEffect, CallEvent, CallState } from "../../../web/call/call-machine.ts";
import type { SafetyCode } from "../../../web/call/view.ts";

const CODE: SafetyCode = [1, 2, 3, 4];

function match(id: string): MatchMessage {
  return {
    type: "match",
    match: id,
    role: "initiator",
    policy: "relay",
    partner: { sealKey: "k", shared: [] },
    capsules: { recent: "r", block: "b" },
  };
}

/** Plays events one second apart and gives the last state with the effects of the last event. */
function play(events: readonly CallEvent[], from: CallState = { phase: "idle" }) {
  let state = from;
  let effects: readonly CallEffect[] = [];
  events.forEach((event, index) => {
    ({ state, effects } = step(state, event, index * 1_000));
  });
  return { state, effects, does: effects.map(({ type }) => type) };
}

const toCall: CallEvent[] = [
  { type: "search" },
  { type: "lobby-open" },
  { type: "edge", message: match("m1") },
];
const toEncrypted: CallEvent[] = [
  ...toCall,
  { type: "securing" },
  { type: "encrypted", code: CODE },
];
const gone = (id: string): CallEvent => ({
  type: "edge",
  message: { type: "gone", match: id, reason: "next" },
});
const retrying = (attempt: number): CallEvent => ({
  type: "lobby-lost",
  loss: { kind: "retrying", attempt },
});

describe("searching", () => {
  test("a search connects and asks; it asks again on every new socket", () => {
    expect(play([{ type: "search" }]).does).toEqual(["connect", "seek"]);
    expect(play([{ type: "search" }, { type: "lobby-open" }]).does).toEqual(["seek"]);
  });

  test("cancelling goes home and closes the socket, so nobody waits for this page", () => {
    const { state, does } = play([{ type: "search" }, { type: "cancel" }]);
    expect(state.phase).toBe("idle");
    expect(does).toEqual(["disconnect"]);
  });

  test("a match that crosses the cancellation is refused at once", () => {
    const { state, effects } = play([
      { type: "search" },
      { type: "cancel" },
      { type: "edge", message: match("late") },
    ]);
    expect(state.phase).toBe("idle");
    expect(effects).toEqual([{ type: "bye", match: "late" }]);
  });

  test("slow pauses the search, says so, and asks again after exactly that time", () => {
    const slow: CallEvent = { type: "edge", message: { type: "slow", ms: 700 } };
    const { state, effects } = play([{ type: "search" }, { type: "lobby-open" }, slow]);
    expect(state).toMatchObject({ phase: "searching", pausedUntil: 2_700 });
    expect(effects).toEqual([{ type: "seek", afterMs: 700 }]);
    const waiting: CallEvent = {
      type: "edge",
      message: { type: "waiting", rung: "shard", level: 0, waited: 0 },
    };
    expect(play([waiting], state).state).not.toHaveProperty("pausedUntil");
  });

  test("a lobby that cannot be reached is said after a few attempts, not hidden by a spinner", () => {
    expect(play([{ type: "search" }, retrying(1)]).state).toMatchObject({
      connection: "reconnecting",
    });
    const { state } = play([{ type: "search" }, retrying(ATTEMPTS_MAX)]);
    expect(state).toEqual({ phase: "ended", reason: { kind: "edge-unreachable" } });
  });

  test("a newer socket of the same session ends the search here", () => {
    const superseded: CallEvent = { type: "lobby-lost", loss: { kind: "superseded" } };
    expect(play([{ type: "search" }, superseded]).state).toEqual({
      phase: "ended",
      reason: { kind: "other-tab" },
    });
  });

  test("without what a search needs it ends with the reason", () => {
    const { state } = play([
      { type: "search" },
      { type: "unprepared", reason: { kind: "relay-unavailable" } },
    ]);
    expect(state).toEqual({ phase: "ended", reason: { kind: "relay-unavailable" } });
  });
});

describe("in a call", () => {
  test("a match begins one session; the code comes only with encryption, and then `up`", () => {
    expect(play(toCall).does).toEqual(["begin"]);
    expect(play(toCall).state).not.toHaveProperty("code");
    const { state, effects } = play(toEncrypted);
    expect(state).toMatchObject({ stage: "encrypted", code: CODE });
    expect(effects).toEqual([{ type: "up", match: "m1" }]);
  });

  test("next leaves and asks in one breath", () => {
    const { state, effects } = play([...toEncrypted, { type: "next" }]);
    expect(state.phase).toBe("searching");
    expect(effects).toContainEqual({ type: "seek", afterMs: 0, leaving: "m1" });
    expect(effects[0]).toEqual({ type: "end-match" });
  });

  test("next pressed by both at once: the partner's going changes nothing any more", () => {
    const { state, effects } = play([...toEncrypted, { type: "next" }, gone("m1")]);
    expect(state.phase).toBe("searching");
    expect(effects).toEqual([]);
  });

  test("a partner who goes before anything was seen leads back to the search, at the old time", () => {
    const { state, does } = play([...toCall, gone("m1")]);
    expect(state).toMatchObject({ phase: "searching", startedAt: 0 });
    expect(does).toEqual(["end-match", "connect", "seek"]);
  });

  test("a partner who goes from a call ends it, without giving up the place in the queue", () => {
    const { state, does } = play([...toEncrypted, gone("m1")]);
    expect(state).toEqual({ phase: "ended", reason: { kind: "partner-left" } });
    expect(does).toEqual(["end-match"]);
  });

  test("`gone` of another match is not about this one", () => {
    expect(play([...toEncrypted, gone("m0")]).state.phase).toBe("call");
  });

  test("a lost lobby does not touch an encrypted call", () => {
    const { state, does } = play([...toEncrypted, retrying(50)]);
    expect(state).toMatchObject({ phase: "call", lobby: "reconnecting" });
    expect(does).toEqual([]);
    expect(play([{ type: "lobby-open" }], state).state).toMatchObject({ lobby: "open" });
  });

  test("a lost lobby ends a handshake and searches on", () => {
    const { state, does } = play([...toCall, retrying(1)]);
    expect(state).toMatchObject({ phase: "searching", connection: "reconnecting", startedAt: 0 });
    expect(does).toEqual(["end-match"]);
  });

  test("codes that differ end the call as a security failure", () => {
    const { state, does } = play([...toEncrypted, { type: "compare", same: false }]);
    expect(state).toEqual({
      phase: "ended",
      reason: { kind: "security", failure: "code-differs" },
    });
    expect(does).toEqual(["end-match", "bye"]);
  });

  test("nothing can be compared before there is a code", () => {
    expect(play([...toCall, { type: "compare", same: true }]).state).toMatchObject({
      stage: "connecting",
    });
  });

  test("a security failure is shown, never retried", () => {
    const failed: CallEvent = {
      type: "match-over",
      reason: { kind: "security", failure: "commitment" },
    };
    const { state, does } = play([...toCall, failed]);
    expect(state).toEqual({ phase: "ended", reason: { kind: "security", failure: "commitment" } });
    expect(does).toEqual(["end-match", "bye"]);
  });

  test("a connection that does not come up is tried with others, then told", () => {
    const failed: CallEvent = { type: "match-over", reason: { kind: "connection-failed" } };
    let { state } = play([{ type: "search" }]);
    for (let round = 1; round < FAILURES_MAX; round++) {
      ({ state } = play([{ type: "edge", message: match(`m${round}`) }, failed], state));
      expect(state.phase).toBe("searching");
    }
    ({ state } = play([{ type: "edge", message: match("last") }, failed], state));
    expect(state).toEqual({ phase: "ended", reason: { kind: "connection-failed" } });
  });

  test("blocking ends the call and remembers whom", () => {
    const { state, does } = play([...toEncrypted, { type: "block" }]);
    expect(state).toEqual({ phase: "ended", reason: { kind: "blocked" } });
    expect(does).toContain("block-partner");
  });
});

test("panic leads home from every state, ending what there is", () => {
  const starts: CallEvent[][] = [[], [{ type: "search" }], toCall, toEncrypted];
  for (const events of starts) {
    const { state, does } = play([...events, { type: "panic" }]);
    expect(state).toEqual({ phase: "idle" });
    expect(does).toContain("disconnect");
    if (events.length > 2) expect(does.slice(0, 2)).toEqual(["end-match", "bye"]);
  }
});

test("every event in every state gives a state: nothing is ever stuck or thrown", () => {
  const starts: CallState[] = [
    { phase: "idle" },
    play([{ type: "search" }]).state,
    play(toCall).state,
    play(toEncrypted).state,
    { phase: "ended", reason: { kind: "left" } },
  ];
  const events: CallEvent[] = [
    ...(["search", "cancel", "next", "stop", "panic", "block", "visible"] as const).map((type) => ({
      type,
    })),
    { type: "lobby-open" },
    retrying(1),
    { type: "lobby-lost", loss: { kind: "refused" } },
    gone("m1"),
    { type: "edge", message: match("m2") },
    { type: "edge", message: { type: "error", code: "invalid", detail: "" } },
    { type: "edge", message: { type: "slow", ms: 1 } },
    { type: "securing" },
    { type: "encrypted", code: CODE },
    { type: "link", link: "interrupted" },
    { type: "partner-media", camera: true, microphone: false },
    { type: "match-over", reason: { kind: "partner-lost" } },
  ];
  for (const start of starts) {
    for (const event of events) {
      const { state } = step(start, event, 0);
      // From wherever it leads there is a way on: home, and a new search from there.
      const home = step(state, { type: "panic" }, 0).state;
      expect(step(home, { type: "search" }, 0).state.phase).toBe("searching");
    }
  }
});
