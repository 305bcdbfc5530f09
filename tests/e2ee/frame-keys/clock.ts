/** Waiting for derivations, which take no time of the clock that the keys see. */

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Until it holds, or until whatever was under way has had ample time to happen. */
export async function settled(holds?: () => boolean): Promise<void> {
  const until = performance.now() + (holds === undefined ? 30 : 5_000);
  while (!holds?.() && performance.now() < until) await turn();
}
