/**
 * `t()` is the text in the person's language. English is in the first bundle because something
 * must be readable at once; every other language is loaded when the browser asks for it.
 */
import { createSignal } from "solid-js";
import { en, type Text } from "./en.ts";

export type { Text } from "./en.ts";

interface Language {
  readonly direction: "ltr" | "rtl";
  load(): Promise<Text>;
}

/** BCP 47 primary subtag → how to get the sentences. */
export const LANGUAGES: Readonly<Record<string, Language>> = {
  en: { direction: "ltr", load: () => Promise.resolve(en) },
};

/** The first wanted language that we speak; English when we speak none of them. */
export function chooseLanguage(
  wanted: readonly string[],
  spoken: readonly string[] = Object.keys(LANGUAGES),
): string {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split("-")[0] ?? "";
    if (spoken.includes(primary)) return primary;
  }
  return "en";
}

const [text, setText] = createSignal<Text>(en);

export const t = text;

/** Switches the page to the best language for `wanted`; English stays when loading fails. */
export async function speak(wanted: readonly string[]): Promise<void> {
  const code = chooseLanguage(wanted);
  const language = LANGUAGES[code];
  if (language === undefined) return;
  const sentences = await language.load();
  setText(() => sentences);
  document.documentElement.lang = code;
  document.documentElement.dir = language.direction;
}
