import { describe, expect, test } from "vitest";
import {
  mayInterrupt,
  screenOf,
  type TabState,
  type Whereabouts,
} from "../../../web/app/navigation.ts";
import type { CallPhase, EndedView } from "../../../web/call/view.ts";

const idle: CallPhase = { phase: "idle" };
const searching: CallPhase = {
  phase: "searching",
  connection: "open",
  rung: "shard",
  startedAt: 0,
};
const ended: EndedView = { phase: "ended", reason: { kind: "partner-left" } };

function at(parts: Partial<Whereabouts>): Whereabouts {
  return { place: "green-room", tab: "here", phase: idle, dismissed: undefined, ...parts };
}

describe("the screen follows the call", () => {
  test("welcome until Start, whatever the call says", () => {
    for (const phase of [idle, searching, ended])
      expect(screenOf(at({ place: "welcome", phase }))).toBe("welcome");
  });
  test("idle is the green room, a search is the search, an ending is the ending", () => {
    expect(screenOf(at({}))).toBe("green-room");
    expect(screenOf(at({ phase: searching }))).toBe("searching");
    expect(screenOf(at({ phase: ended }))).toBe("ended");
  });
  test("an ending that was left behind does not come back, the next one does", () => {
    expect(screenOf(at({ phase: ended, dismissed: ended }))).toBe("green-room");
    const next: EndedView = { phase: "ended", reason: { kind: "partner-left" } };
    expect(screenOf(at({ phase: next, dismissed: ended }))).toBe("ended");
  });
});

describe("one live tab", () => {
  test.each(["elsewhere", "taken"] satisfies TabState[])("%s covers every live screen", (tab) => {
    for (const phase of [idle, searching, ended]) expect(screenOf(at({ tab, phase }))).toBe(tab);
  });
  test("the welcome may be open in any number of tabs", () => {
    expect(screenOf(at({ place: "welcome", tab: "elsewhere" }))).toBe("welcome");
  });
});

test("an update is never offered during a search or a call", () => {
  expect(mayInterrupt("searching")).toBe(false);
  expect(mayInterrupt("call")).toBe(false);
  for (const screen of ["welcome", "green-room", "ended"] as const)
    expect(mayInterrupt(screen)).toBe(true);
});
