/**
 * The few things this page remembers about a person's wishes. They stay in this browser; storage
 * that is missing, full or forbidden (private windows, blocked cookies) only means not remembering.
 */
import { type Accessor, createSignal } from "solid-js";
import { INTERESTS_MAX } from "../../protocol/limits.ts";
import { MODES, REACHES, type Mode, type Reach } from "../../protocol/widening.ts";

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
  /** Whom to look for. */
  readonly mode: Accessor<Mode>;
  setMode(mode: Mode): void;
  readonly reach: Accessor<Reach>;
  setReach(reach: Reach): void;
  /** In the person's own words; they stay here (interests.ts). */
  readonly interests: Accessor<readonly string[]>;
  setInterests(interests: readonly string[]): void;
  /** The person has been past the welcome before. */
  readonly returning: Accessor<boolean>;
  setReturning(returning: boolean): void;
  /** Back to how a first visit begins, with nothing left in storage. */
  forget(): void;
}

export type Storage = Pick<globalThis.Storage, "getItem" | "setItem" | "removeItem">;

const PREFIX = "winkr.";
const KEYS = [
  "theme",
  "mode",
  "reach",
  "interests",
  "direct",
  "hide-rhythm",
  "shortcuts",
  "returning",
] as const;

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

  const choice = <Value extends string>(key: string, among: readonly Value[], byDefault: Value) => {
    const stored = read(key);
    const [get, set] = createSignal<Value>(among.find((each) => each === stored) ?? byDefault);
    return {
      get,
      set(value: Value): void {
        set(() => value);
        write(key, value);
      },
      reset: () => set(() => byDefault),
    };
  };

  const theme = choice("theme", THEMES, "system");
  const mode = choice("mode", MODES, "video");
  const reach = choice("reach", REACHES, "world");
  const [interests, setInterests] = createSignal<readonly string[]>(readList(read("interests")));
  const direct = flag("direct", isLoopback(hostname));
  const hideRhythm = flag("hide-rhythm", false);
  const shortcuts = flag("shortcuts", true);
  const returning = flag("returning", false);

  return {
    theme: theme.get,
    setTheme: theme.set,
    mode: mode.get,
    setMode: mode.set,
    reach: reach.get,
    setReach: reach.set,
    interests,
    setInterests(next) {
      setInterests(next.slice(0, INTERESTS_MAX));
      write("interests", JSON.stringify(interests()));
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
      theme.reset();
      mode.reset();
      reach.reset();
      setInterests([]);
      direct.reset();
      hideRhythm.reset();
      shortcuts.reset();
      returning.reset();
      for (const key of KEYS) {
        try {
          storage?.removeItem(PREFIX + key);
        } catch {
          // As above.
        }
      }
    },
  };
}

/** Storage may hold anything: another version wrote it, or somebody by hand. */
function readList(stored: string | null): string[] {
  try {
    const value: unknown = JSON.parse(stored ?? "[]");
    if (!Array.isArray(value)) return [];
    return value.filter((each) => typeof each === "string").slice(0, INTERESTS_MAX);
  } catch {
    return [];
  }
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
