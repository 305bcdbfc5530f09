/**
 * What a key means on the page, as a function of the key and of what happened before.
 * Escape twice within `PANIC_WINDOW_MS` leaves at once, wherever the focus is.
 */
export const PANIC_WINDOW_MS = 700;

export type KeyAction = "microphone" | "camera" | "chat" | "next" | "close" | "panic";

export interface KeyPress {
  readonly key: string;
  /** Held down: one long press is not two. */
  readonly repeat: boolean;
  /** Ctrl, Alt or Meta: belongs to the browser. */
  readonly modified: boolean;
  /** An input method is at work and eats Escape and letters itself. */
  readonly composing: boolean;
  /** The focus is in a field where letters are text. */
  readonly typing: boolean;
  readonly at: number;
}

export interface KeyContext {
  /** When Escape was last pressed, if it was. */
  readonly escapedAt: number | undefined;
  readonly inCall: boolean;
  readonly shortcuts: boolean;
}

export interface KeyResult {
  readonly action: KeyAction | undefined;
  readonly escapedAt: number | undefined;
}

const LETTERS: Readonly<Record<string, KeyAction>> = {
  m: "microphone",
  v: "camera",
  c: "chat",
  n: "next",
};

export function readKey(press: KeyPress, context: KeyContext): KeyResult {
  const nothing: KeyResult = { action: undefined, escapedAt: context.escapedAt };
  if (press.composing || press.repeat) return nothing;
  if (press.key === "Escape") {
    const second =
      context.escapedAt !== undefined && press.at - context.escapedAt <= PANIC_WINDOW_MS;
    return second
      ? { action: "panic", escapedAt: undefined }
      : { action: "close", escapedAt: press.at };
  }
  if (press.modified || press.typing || !context.inCall || !context.shortcuts) return nothing;
  const action = LETTERS[press.key.toLowerCase()];
  return action === undefined ? nothing : { action, escapedAt: context.escapedAt };
}
