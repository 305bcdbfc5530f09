/** What the calls say. */
import { createSealer } from "../../e2ee/sframe/index.ts";
import { interval } from "../lib/statistics.ts";
import type { Interval } from "../lib/statistics.ts";
import type { CallVariant } from "../page/lab.types.ts";

export const VARIANTS = ["sealed", "empty", "ordinary"] as const satisfies readonly CallVariant[];
/** specs/e2ee.md: bytes that the encryption may add to an Opus frame. */
const OVERHEAD_GOAL = 19;

export interface Call {
  readonly variant: CallVariant;
  readonly cpuMsPerSecond: number;
  readonly opusBytes: number;
  readonly opusPackets: number;
  readonly videoFramesPerSecond: number;
  readonly videoKilobitsPerSecond: number;
}

export interface CallReport {
  readonly variants: readonly {
    readonly variant: CallVariant;
    readonly calls: number;
    readonly cpuMsPerSecond: Interval;
    /** Of the rounds, each against the call without transforms of the same round. */
    readonly toOrdinary: Interval;
    readonly opusBytes: Interval;
    readonly videoFramesPerSecond: Interval;
    readonly videoKilobitsPerSecond: Interval;
  }[];
}

export function reportCalls(calls: readonly Call[]): CallReport {
  const of = (variant: CallVariant): Call[] => calls.filter((call) => call.variant === variant);
  const ordinary = of("ordinary");
  return {
    variants: VARIANTS.map((variant) => {
      const own = of(variant);
      const all = (what: Exclude<keyof Call, "variant">): Interval =>
        interval(own.map((call) => call[what]));
      return {
        variant,
        calls: own.length,
        cpuMsPerSecond: all("cpuMsPerSecond"),
        toOrdinary: interval(
          own.map((call, round) => call.cpuMsPerSecond / ordinary[round]!.cpuMsPerSecond),
        ),
        opusBytes: all("opusBytes"),
        videoFramesPerSecond: all("videoFramesPerSecond"),
        videoKilobitsPerSecond: all("videoKilobitsPerSecond"),
      };
    }),
  };
}

export interface Overhead {
  readonly kid: number;
  readonly counter: number;
  readonly bytes: number;
  readonly withinGoal: boolean;
}

const OPUS_BYTES = 120;

/** Of the first frames under a key, and of the last before a key of 30 seconds is followed by the next. */
export async function overheads(): Promise<Overhead[]> {
  const found: Overhead[] = [];
  for (const kid of [0, 7, 16]) {
    const sealer = await createSealer({ suite: 5, baseKey: new Uint8Array(32).fill(1), kid });
    for (let counter = 0; counter <= 1_500; counter++) {
      const { length } = await sealer.seal(new Uint8Array(OPUS_BYTES));
      if (counter !== 0 && counter !== 255 && counter !== 1_500) continue;
      const bytes = length - OPUS_BYTES;
      found.push({ kid, counter, bytes, withinGoal: bytes <= OVERHEAD_GOAL });
    }
  }
  return found;
}

export function table(report: CallReport & { readonly opusOverhead: readonly Overhead[] }): string {
  const lines = report.variants.map(
    ({ variant, cpuMsPerSecond: cpu, toOrdinary, opusBytes, videoKilobitsPerSecond }) =>
      `  ${variant.padEnd(9)} ${cpu.median.toFixed(0).padStart(5)} ms/s (${cpu.median95.map((ms) => ms.toFixed(0)).join("-")}), ${toOrdinary.median.toFixed(2)} of ordinary (${toOrdinary.median95.join("-")}); Opus ${opusBytes.median.toFixed(1)} B a packet, picture ${videoKilobitsPerSecond.median.toFixed(0)} kbit/s`,
  );
  const added = report.opusOverhead.map(
    ({ kid, counter, bytes, withinGoal }) =>
      `  kid ${kid}, frame ${counter}: ${bytes} bytes${withinGoal ? "" : ` ! above ${OVERHEAD_GOAL}`}`,
  );
  return [
    "\nProcessor time of two Chromiums in a call, for each second of it",
    ...lines,
    "Bytes that sealing adds to an Opus frame",
    ...added,
    "",
  ].join("\n");
}
