/**
 * The few things this page remembers about a person's wishes. They stay in this browser; storage
 * that is missing, full or forbidden (private windows, blocked cookies) only means not remembering.
 */
import { type Accessor, createSignal } from "solid-js";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export interface Settings {
  readonly theme: Accessor<Theme>;
  setTheme(theme: Theme): void;
  /** Whether a connection without relay may be made; it needs the same wish on the other side. */
  readonly direct: Accessor<boolean>;
  setDirect(allowed: boolean): void;
  /** Whether all packets of the voice get one size, so that the network cannot tell speech from silence. */
  readonly hideRhythm: Accessor<boolean>;
  setHideRhythm(hide: boolean): void;
  /** Single-letter keys in a call. WCAG 2.1.4 asks for a way to turn them off. */
  readonly shortcuts: Accessor<boolean>;
  setShortcuts(on: boolean): void;
  /** The person has been past the welcome before. */
  readonly returning: Accessor<boolean>;
  setReturning(returning: boolean): void;
  /** Back to how a first visit begins, with nothing left in storage. */
  forget(): void;
}

export type Storage = Pick<globalThis.Storage, "getItem" | "setItem" | "removeItem">;

const PREFIX = "winkr.";

/** A host on which page and edge run on the same machine, so that there is no stranger's network. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
}

export function createSettings(
  storage: Storage | undefined = browserStorage(),
  hostname: string = location.hostname,
): Settings {
  const read = (key: string): string | null => {
    try {
      return storage?.getItem(PREFIX + key) ?? null;
    } catch {
      return null;
    }
  };
  const write = (key: string, value: string): void => {
    try {
      storage?.setItem(PREFIX + key, value);
    } catch {
      // Quota or policy: the wish holds until the page is closed.
    }
  };
  const flag = (key: string, byDefault: boolean) => {
    const stored = read(key);
    const [get, set] = createSignal(stored === null ? byDefault : stored === "yes");
    return {
      get,
      set(value: boolean): void {
        set(value);
        write(key, value ? "yes" : "no");
      },
      reset: () => set(byDefault),
    };
  };

  const stored = read("theme");
  const [theme, setTheme] = createSignal<Theme>(
    THEMES.find((candidate) => candidate === stored) ?? "system",
  );
  const direct = flag("direct", isLoopback(hostname));
  const hideRhythm = flag("hide-rhythm", false);
  const shortcuts = flag("shortcuts", true);
  const returning = flag("returning", false);

  return {
    theme,
    setTheme(next) {
      setTheme(next);
      write("theme", next);
    },
    direct: direct.get,
    setDirect: direct.set,
    hideRhythm: hideRhythm.get,
    setHideRhythm: hideRhythm.set,
    shortcuts: shortcuts.get,
    setShortcuts: shortcuts.set,
    returning: returning.get,
    setReturning: returning.set,
    forget() {
      setTheme("system");
      direct.reset();
      hideRhythm.reset();
      shortcuts.reset();
      returning.reset();
      for (const key of ["theme", "direct", "hide-rhythm", "shortcuts", "returning"]) {
        try {
          storage?.removeItem(PREFIX + key);
        } catch {
          // As above.
        }
      }
    },
  };
}

function browserStorage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

/** Everything that this origin keeps in this browser, whoever of our parts put it there. */
export async function forgetEverything(settings: Settings): Promise<void> {
  settings.forget();
  try {
    localStorage.clear();
    sessionStorage.clear();
  } catch {
    // Forbidden storage holds nothing.
  }
  const databases = await indexedDB.databases?.().catch(() => []);
  for (const { name } of databases ?? []) if (name !== undefined) indexedDB.deleteDatabase(name);
}
