/** Waiting for derivations, which take no time of the clock that the keys see, and counting them. */

async function importsIn(
  run: () => Promise<unknown>,
  counts: (algorithm: unknown) => boolean,
): Promise<number> {
  const { subtle } = crypto;
  const original = subtle.importKey.bind(subtle);
  let imports = 0;
  subtle.importKey = ((...words: Parameters<typeof original>) => {
    if (counts(words[2])) imports++;
    return original(...words);
  }) as typeof subtle.importKey;
  try {
    await run();
    await settled();
  } finally {
    subtle.importKey = original;
  }
  return imports;
}

/** How many frame keys are made while this runs: each is imported once. */
export const keysMadeIn = (run: () => Promise<unknown>): Promise<number> =>
  importsIn(run, (algorithm) => algorithm === "AES-GCM");

/** Whether anything is derived at all. */
export const derivationsIn = (run: () => Promise<unknown>): Promise<number> =>
  importsIn(run, () => true);

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Until it holds, or until whatever was under way has had ample time to happen. */
export async function settled(holds?: () => boolean): Promise<void> {
  const until = performance.now() + (holds === undefined ? 30 : 5_000);
  while (!holds?.() && performance.now() < until) await turn();
}
