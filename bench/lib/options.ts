/** The words that every bench of two browsers takes. */
import { parseArgs } from "node:util";
import { giveUp } from "../../tools/lib/cli.ts";

export interface BenchOptions {
  readonly rounds: number;
  readonly firefox: boolean;
  readonly write: boolean;
}

/** `byDefault`: what holds where nothing is said. Ends with the usage for anything else. */
export function readOptions(
  words: string[],
  byDefault: Pick<BenchOptions, "rounds" | "firefox">,
  usage: string,
): BenchOptions {
  try {
    const { values } = parseArgs({
      args: words,
      allowNegative: true,
      options: {
        rounds: { type: "string", default: String(byDefault.rounds) },
        firefox: { type: "boolean", default: byDefault.firefox },
        write: { type: "boolean", default: true },
      },
    });
    const rounds = Number(values.rounds);
    if (Number.isInteger(rounds) && rounds > 0) return { ...values, rounds };
  } catch {
    // An unknown flag: as below.
  }
  return giveUp(usage);
}
