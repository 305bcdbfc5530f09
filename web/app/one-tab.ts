/**
 * One live tab per browser, kept by a Web Lock that ends with its tab however that one ends. On a
 * loopback host two tabs may call each other, which is how the product is tried out.
 */
import { type Accessor, createSignal, onCleanup } from "solid-js";
import { isLoopback } from "../settings/settings.ts";
import type { TabState } from "./navigation.ts";

const LOCK = "winkr-live-tab";

export interface OneTab {
  readonly state: Accessor<TabState>;
  /** Ask to be the live tab. */
  enter(): void;
  /** Take it from whichever tab is live. */
  steal(): void;
  /** Let another tab be the live one. */
  leave(): void;
}

export function createOneTab(options: {
  readonly locks?: LockManager | undefined;
  readonly hostname?: string;
  /** Another tab took over: everything that is live here must stop. */
  onTaken(): void;
}): OneTab {
  const hostname = options.hostname ?? location.hostname;
  // Absent outside secure contexts, where no camera works either.
  const locks = options.locks ?? (navigator.locks as LockManager | undefined);
  const free = isLoopback(hostname) || locks === undefined;
  const [state, setState] = createSignal<TabState>("here");
  let letGo: (() => void) | undefined;

  const request = (how: LockOptions): void => {
    if (locks === undefined) return;
    if (letGo !== undefined) return;
    setState("asking");
    let mine: (() => void) | undefined;
    locks
      .request(LOCK, how, (lock) => {
        if (lock === null) {
          setState("elsewhere");
          return undefined;
        }
        setState("here");
        // Held until this promise settles.
        return new Promise<void>((resolve) => {
          mine = resolve;
          letGo = resolve;
        });
      })
      .catch(() => {
        // Only a theft rejects while the lock is held.
        if (letGo !== mine || mine === undefined) return;
        letGo = undefined;
        setState("taken");
        options.onTaken();
      });
  };
  const leave = (): void => {
    letGo?.();
    letGo = undefined;
    setState("here");
  };
  onCleanup(leave);

  return {
    state,
    enter: () => {
      if (!free) request({ ifAvailable: true });
    },
    steal: () => {
      if (!free) request({ steal: true });
    },
    leave,
  };
}
