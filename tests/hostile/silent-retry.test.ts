/**
 * Whether an attacker gets more guesses than the people are told of. A middleman knows the code of
 * its leg with the initiator as soon as M3 left, and of its leg with the responder as soon as M2
 * left. If the two differ it would rather drop the match than be seen, and have another.
 */
import { describe, expect, test } from "vitest";
import type { MatchMessage } from "../../protocol/messages.ts";
import { ATTEMPTS_MAX, FAILURES_MAX, step } from "../../web/call/call-machine.ts";
import type { CallEvent, CallState } from "../../web/call/call-machine.ts";
import { meet } from "./lobby.ts";
import { matchId } from "./page.ts";
import { quiet } from "./quiet.ts";

describe("within one match there is one handshake", () => {
  test.each([
    ["offer", 0],
    ["reveal", 1],
    ["finish", 2],
  ] as const)("after a refused %s no page sends anything again", async (_, index) => {
    const genuine: string[] = [];
    const { a, b } = await meet({
      relay({ from, index: at, body }) {
        if (from === "initiator" && at === index) {
          genuine.push(body);
          return ["AAAA"];
        }
        return [body];
      },
    });
    expect(b.shown()).toEqual({ kind: "security", failure: "malformed" });
    const before = [a.sent.length, b.sent.length];
    for (const body of [...genuine, ...a.sent]) b.receive(body);
    await quiet();
    expect([a.sent.length, b.sent.length]).toEqual(before);
    expect(b.isConfirmed()).toBe(false);
  });
});

/** A visit, told event after event. */
function visit() {
  let state: CallState = step({ phase: "idle" }, { type: "search" }, 0).state;
  const tell = (event: CallEvent): void => {
    state = step(state, event, 0).state;
  };
  tell({ type: "lobby-open" });
  return { tell, state: () => state };
}

function match(): MatchMessage {
  return {
    type: "match",
    match: matchId(),
    role: "initiator",
    policy: "relay",
    partner: { sealKey: "", shared: [] },
    capsules: { recent: "", block: "" },
  };
}

/** Matches that a lobby can drop in this way before the person is shown anything. */
function unseen(drop: (match: string, tell: (event: CallEvent) => void) => void): number {
  const { tell, state } = visit();
  for (let dropped = 0; dropped < 1_000; dropped++) {
    const message = match();
    tell({ type: "edge", message });
    // The first flight of the partner came: the handshake is under way.
    tell({ type: "securing" });
    drop(message.match, tell);
    if (state().phase === "ended") return dropped;
  }
  return 1_000;
}

describe("from match to match", () => {
  test("a security failure is shown at once and ends the search", () => {
    const failure = { kind: "security", failure: "confirmation" } as const;
    expect(unseen((_, tell) => tell({ type: "match-over", reason: failure }))).toBe(0);
  });

  test("a handshake that runs into the deadline is shown at the third", () => {
    const reason = { kind: "connection-failed" } as const;
    expect(unseen((_, tell) => tell({ type: "match-over", reason }))).toBe(FAILURES_MAX - 1);
  });

  test("a match that the lobby drops during the handshake is counted and shown", () => {
    const drops = unseen((gone, tell) =>
      tell({ type: "edge", message: { type: "gone", match: gone, reason: "left" } }),
    );
    expect(drops).toBeLessThanOrEqual(FAILURES_MAX);
  });

  test("a socket that the lobby closes during the handshake is counted and shown", () => {
    const drops = unseen((_, tell) => {
      tell({ type: "lobby-lost", loss: { kind: "retrying", attempt: 1 } });
      tell({ type: "lobby-open" });
    });
    expect(drops).toBeLessThanOrEqual(Math.max(FAILURES_MAX, ATTEMPTS_MAX));
  });
});
