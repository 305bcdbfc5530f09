/** What the rounds in one browser say. */
import { interval, median, undisturbed } from "../lib/statistics.ts";
import type { Interval } from "../lib/statistics.ts";
import type { Batch, JunkRun } from "../page/frames.types.ts";

const FLOOR = "WebCrypto alone";
/** specs/e2ee.md, "Measured". */
const GOAL = { toFloor: 1.15, junkUs: 60, openedInTime: 0.995 } as const;

interface Direction extends Interval {
  /** Absent on the floor itself. */
  readonly toFloor?: Interval;
  /** The tenth percentile of the batches, and its ratio to that of the floor. */
  readonly undisturbedUs: number;
  readonly undisturbedToFloor?: number;
}

export interface Row {
  readonly contender: string;
  readonly codec: string;
  readonly bytes: number;
  readonly seal: Direction;
  readonly open: Direction;
}

export interface JunkReport {
  readonly contender: string;
  readonly runs: number;
  /** Share of the genuine frames that came out in time, over all runs. */
  readonly openedInTime: number;
  readonly junkUs: number;
  readonly junkHandled: number;
  readonly junkAccepted: number;
  readonly withinGoal: boolean;
}

export function reportRounds(rounds: readonly (readonly Batch[])[]): Row[] {
  return (rounds[0] ?? []).map(({ contender, codec, bytes }) => {
    const found = (who: string, codecs: readonly string[]) =>
      rounds.map((round) =>
        round.find(
          (one) => one.contender === who && one.bytes === bytes && codecs.includes(one.codec),
        )!,
      );
    const own = found(contender, [codec]);
    const floor = found(FLOOR, ["vp8"]);
    const direction = (of: "sealUs" | "openUs"): Direction => {
      const us = undisturbed(own.map((batch) => batch[of]));
      return {
        ...interval(own.map((batch) => batch[of])),
        undisturbedUs: Math.round(us * 100) / 100,
        ...(contender !== FLOOR && {
          toFloor: interval(own.map((batch, round) => batch[of] / floor[round]![of])),
          undisturbedToFloor:
            Math.round((us / undisturbed(floor.map((batch) => batch[of]))) * 100) / 100,
        }),
      };
    };
    return { contender, codec, bytes, seal: direction("sealUs"), open: direction("openUs") };
  });
}

export function reportJunk(names: readonly string[], runs: readonly JunkRun[]): JunkReport[] {
  return names.map((contender) => {
    const own = runs.filter((one) => one.contender === contender);
    const sum = (of: (run: JunkRun) => number): number =>
      own.reduce((total, one) => total + of(one), 0);
    const openedInTime = round3(sum((one) => one.openedInTime) / sum((one) => one.genuine));
    const junkUs = Math.round(median(own.map((one) => one.junkUs)) * 10) / 10;
    return {
      contender,
      runs: own.length,
      openedInTime,
      junkUs,
      junkHandled: sum((one) => one.junkHandled),
      junkAccepted: sum((one) => one.junkAccepted),
      withinGoal: openedInTime >= GOAL.openedInTime && junkUs <= GOAL.junkUs,
    };
  });
}

export function table(report: {
  readonly browser: string;
  readonly rows: readonly Row[];
  readonly junk: readonly JunkReport[];
}): string {
  const cell = ({ median: us, toFloor, undisturbedUs, undisturbedToFloor }: Direction): string => {
    const left = `${us.toFixed(1).padStart(8)} µs`;
    const quiet = `${undisturbedUs.toFixed(1).padStart(6)} µs`;
    if (toFloor === undefined) return `${left}${" ".repeat(19)}${quiet}${" ".repeat(7)}`;
    const [low, high] = toFloor.median95;
    const ratio = `${toFloor.median.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`;
    return `${left} ${ratio.padStart(18)}${quiet} ${undisturbedToFloor!.toFixed(2).padStart(5)}${toFloor.median <= GOAL.toFloor ? " " : "!"}`;
  };
  const lines = report.rows.toSorted(
    (a, b) => a.bytes - b.bytes || Number(b.contender === FLOOR) - Number(a.contender === FLOOR),
  );
  return [
    `\n${report.browser}: µs per frame, median and its ratio to the floor (95 %), then both undisturbed; ! is above ${GOAL.toFloor}`,
    `${"".padEnd(34)}${"seal".padStart(11)}${"".padEnd(35)}${"open".padStart(11)}`,
    ...lines.map(
      ({ bytes, contender, codec, seal, open }) =>
        `${String(bytes).padStart(6)} B  ${`${contender} ${contender === FLOOR ? "" : codec}`.padEnd(25)}${cell(seal)}${cell(open)}`,
    ),
    `\n${report.browser}: while 10,000 forged and repeated frames a second arrive`,
    ...report.junk.map(
      ({ contender, openedInTime, junkUs, junkAccepted, withinGoal }) =>
        `  ${contender.padEnd(10)} ${(openedInTime * 100).toFixed(1).padStart(5)} % of the genuine ones in time, ${junkUs.toFixed(1)} µs per forged one, ${junkAccepted} of them let through${withinGoal ? "" : " !"}`,
    ),
    "",
  ].join("\n");
}

function round3(value: number): number {
  return Math.floor(value * 1_000) / 1_000;
}
