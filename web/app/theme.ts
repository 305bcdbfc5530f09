import { createEffect } from "solid-js";
import type { Settings } from "../settings/settings.ts";

/** The same as --ground in styles/tokens.css: browsers paint their own bars with it. */
const GROUND = { light: "#f6f1e5", dark: "#0c1412" } as const;

/** Puts the chosen theme on the page; "system" leaves it to the stylesheet. */
export function applyTheme(settings: Settings): void {
  createEffect(() => {
    const theme = settings.theme();
    const root = document.documentElement;
    if (theme === "system") delete root.dataset["theme"];
    else root.dataset["theme"] = theme;
    for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
      const own = meta.media.includes("dark") ? "dark" : "light";
      meta.content = GROUND[theme === "system" ? own : theme];
    }
  });
}
