/** One person in front of one real browser, the same for every engine, so a test is written once. */

export type Engine = "chromium" | "firefox";

export interface PersonOptions {
  /** Runs in the page before any of its own scripts. */
  readonly initScripts?: readonly string[];
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: "light" | "dark";
  /** Put in front of every script whose URL matches, as a saboteur or an observer would. Chromium only. */
  readonly prefixScripts?: { readonly url: RegExp; readonly source: string };
}

export interface Person {
  readonly engine: Engine;
  readonly name: string;
  /** What the page wrote to its console, and errors it did not catch. */
  readonly console: readonly string[];
  open(url: string): Promise<void>;
  /** Waits for the element with this data-testid, then clicks it. */
  click(testId: string, timeoutMs?: number): Promise<void>;
  type(testId: string, text: string): Promise<void>;
  press(key: "Escape" | "Enter" | "Tab"): Promise<void>;
  /** Text of an element, undefined while it is not there. */
  text(testId: string): Promise<string | undefined>;
  attribute(testId: string, name: string): Promise<string | undefined>;
  evaluate<Result, Argument = undefined>(
    body: (argument: Argument) => Result | Promise<Result>,
    argument?: Argument,
  ): Promise<Result>;
  screenshot(path: string): Promise<void>;
  /** Closes the tab as a person would: the page gets no chance to say goodbye at leisure. */
  closeTab(): Promise<void>;
  close(): Promise<void>;
}

/** Waits until `probe` gives something; names what it waited for when it does not. */
export async function eventually<Value>(
  what: string,
  probe: () => Promise<Value | undefined | false | null> | Value | undefined | false | null,
  timeoutMs = 20_000,
): Promise<Value> {
  const end = Date.now() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false && value !== null) return value;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() > end) {
      const cause = lastError instanceof Error ? ` (${lastError.message})` : "";
      throw new Error(`waited ${timeoutMs} ms for: ${what}${cause}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
