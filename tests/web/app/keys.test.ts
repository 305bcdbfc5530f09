import { describe, expect, test } from "vitest";
import {
  type KeyContext,
  type KeyPress,
  type KeyResult,
  PANIC_WINDOW_MS,
  readKey,
} from "../../../web/app/keys.ts";

const context: KeyContext = { escapedAt: undefined, inCall: true, shortcuts: true };

function press(key: string, parts: Partial<KeyPress> = {}): KeyPress {
  return {
    key,
    repeat: false,
    modified: false,
    composing: false,
    typing: false,
    at: 1_000,
    ...parts,
  };
}

function sequence(presses: readonly KeyPress[]): KeyResult["action"][] {
  let escapedAt: number | undefined;
  return presses.map((one) => {
    const result = readKey(one, { ...context, escapedAt });
    escapedAt = result.escapedAt;
    return result.action;
  });
}

describe("Escape twice leaves at once", () => {
  test("the first closes, the second leaves", () => {
    expect(sequence([press("Escape", { at: 0 }), press("Escape", { at: 300 })])).toEqual([
      "close",
      "panic",
    ]);
  });
  test("under, at and over the window", () => {
    const twice = (gap: number) =>
      sequence([press("Escape", { at: 100 }), press("Escape", { at: 100 + gap })])[1];
    expect(twice(PANIC_WINDOW_MS - 1)).toBe("panic");
    expect(twice(PANIC_WINDOW_MS)).toBe("panic");
    expect(twice(PANIC_WINDOW_MS + 1)).toBe("close");
  });
  test("a slow second press counts as a first one", () => {
    expect(
      sequence([
        press("Escape", { at: 0 }),
        press("Escape", { at: 2_000 }),
        press("Escape", { at: 2_200 }),
      ]),
    ).toEqual(["close", "close", "panic"]);
  });
  test("also while typing, and with letters in between", () => {
    expect(
      sequence([
        press("Escape", { typing: true, at: 0 }),
        press("x", { typing: true, at: 100 }),
        press("Escape", { typing: true, at: 200 }),
      ]),
    ).toEqual(["close", undefined, "panic"]);
  });
  test("also with shortcuts switched off and outside a call", () => {
    const off: KeyContext = { escapedAt: 900, inCall: false, shortcuts: false };
    expect(readKey(press("Escape"), off).action).toBe("panic");
  });
  test("holding the key down is one press", () => {
    expect(
      sequence([press("Escape", { at: 0 }), press("Escape", { at: 100, repeat: true })]),
    ).toEqual(["close", undefined]);
  });
  test("an input method's Escape belongs to the input method", () => {
    expect(sequence([press("Escape", { composing: true })])).toEqual([undefined]);
  });
});

describe("single keys in a call", () => {
  test.each([
    ["m", "microphone"],
    ["M", "microphone"],
    ["v", "camera"],
    ["c", "chat"],
    ["n", "next"],
    ["q", undefined],
  ])("%s → %s", (key, action) => {
    expect(readKey(press(key), context).action).toBe(action);
  });
  test.each([
    ["while typing", press("n", { typing: true }), context],
    ["with Ctrl, Alt or Meta", press("n", { modified: true }), context],
    ["held down", press("n", { repeat: true }), context],
    ["outside a call", press("n"), { ...context, inCall: false }],
    ["switched off", press("n"), { ...context, shortcuts: false }],
  ])("mean nothing %s", (_, key, where) => {
    expect(readKey(key, where).action).toBeUndefined();
  });
});
