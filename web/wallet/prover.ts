/** The page's side of the wallet worker: started at the first question, ended after the last. */
import type { Numbered, WalletAnswers, WalletQuestion } from "./worker-messages.ts";

export interface Prover {
  /** Rejects when the worker could not be loaded or broke. */
  ask<Type extends WalletQuestion["type"]>(
    question: Extract<WalletQuestion, { type: Type }>,
  ): Promise<WalletAnswers[Type]>;
  end(): void;
}

export function createProver(
  start: () => Worker = () =>
    new Worker(new URL("./wallet-worker.ts", import.meta.url), { type: "module" }),
): Prover {
  let worker: Worker | undefined;
  let count = 0;
  const waiting = new Map<number, { resolve(value: unknown): void; reject(cause: Error): void }>();

  function fail(): void {
    worker?.terminate();
    worker = undefined;
    for (const { reject } of waiting.values()) reject(new Error("the wallet worker broke"));
    waiting.clear();
  }

  function running(): Worker {
    if (worker !== undefined) return worker;
    worker = start();
    worker.onerror = fail;
    worker.onmessage = ({ data }: MessageEvent<Numbered<unknown>>) => {
      waiting.get(data.number)?.resolve(data.content);
      waiting.delete(data.number);
    };
    return worker;
  }

  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        const number = count++;
        // The worker answers each type with its own answer.
        waiting.set(number, { resolve: resolve as (value: unknown) => void, reject });
        running().postMessage({ number, content: question } satisfies Numbered<WalletQuestion>);
      }),
    end() {
      worker?.terminate();
      worker = undefined;
      waiting.clear();
    },
  };
}
