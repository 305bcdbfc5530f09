/** The order of steps: each happens once, in turn, and nothing happens after a failure. */
import { failed } from "./context.ts";
import type { Failed } from "./context.ts";

export interface Steps<Name extends string> {
  /**
   * Runs the step that is due. Out of order, while another runs, or after a failure: "order", and
   * the handshake is over. So it is after the last step, and if `run` throws.
   */
  take<Done extends { readonly ok: true }>(
    name: Name,
    run: () => Promise<Done | Failed>,
  ): Promise<Done | Failed>;
  /** Ends it now. */
  readonly end: () => void;
}

/** `onEnd` forgets the secrets. It may be called more than once. */
export function createSteps<Name extends string>(
  order: readonly Name[],
  onEnd: () => void,
): Steps<Name> {
  const due = [...order];
  let state: "idle" | "running" | "over" = "idle";

  function end(): void {
    state = "over";
    onEnd();
  }

  return {
    end,
    async take(name, run) {
      if (state !== "idle" || due.shift() !== name) {
        end();
        return failed("order");
      }
      state = "running";
      let isDone = false;
      try {
        const result = await run();
        // `end` may have been called while it ran; its answer is then worth nothing.
        if (state !== "running") return failed("order");
        isDone = result.ok;
        return result;
      } finally {
        // Also after the last step, and again after an `end` that came while it ran: whatever the
        // step remembered goes.
        if (isDone && due.length > 0) state = "idle";
        else end();
      }
    },
  };
}

/** undefined where a key or ciphertext from outside turns out not to be one. */
export async function attempt<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch {
    return undefined;
  }
}
