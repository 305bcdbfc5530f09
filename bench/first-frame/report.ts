/** What the rounds of one pair of browsers say, in milliseconds after the tap. */
import { difference, round, summary } from "../lib/statistics.ts";
import type { Difference, Summary } from "../lib/statistics.ts";
import type { Variant } from "../page/lab.types.ts";
import type { Round } from "./round.ts";

export type Rounds = Readonly<Record<Variant, readonly Round[]>>;

/** specs/e2ee.md, "Latency": what the encryption may add at the median. */
const GOAL_MS = 20;

const STAGES = {
  "tap → next said": ({ said }: Round) => said,
  "next said → matched": ({ said, matched }: Round) => matched - said,
  "matched → offer heard": ({ matched, offerHeard }: Round) => offerHeard - matched,
  "offer heard → answered": ({ offerHeard, answered }: Round) => answered - offerHeard,
  "answered → connected": ({ answered, connected }: Round) => connected - answered,
  "connected → partner connected": ({ connected, partnerConnected }: Round) =>
    partnerConnected - connected,
  "connected → first frame": ({ connected, firstFrame }: Round) => firstFrame - connected,
  "first frame → first picture": ({ firstFrame, firstPicture }: Round) => firstPicture - firstFrame,
} as const;

/** How the sealed picture comes; the partner's page has a clock of its own, a millisecond apart. */
const SEALED_STAGES = {
  "partner: connected → encrypted": ({ partnerConnected, partnerEncrypted = NaN }: Round) =>
    partnerEncrypted - partnerConnected,
  "partner: encrypted → first sealed": ({ partnerEncrypted = NaN, partnerSealed = NaN }: Round) =>
    partnerSealed - partnerEncrypted,
  "partner's first sealed → opened": ({ partnerSealed = NaN, opened = NaN }: Round) =>
    opened - partnerSealed,
  "opened → first frame": ({ opened = NaN, firstFrame }: Round) => firstFrame - opened,
} as const;

interface VariantReport {
  readonly firstFrame: Summary;
  readonly firstPicture: Summary;
  /** Medians; those of parts need not add up to that of the whole. */
  readonly stagesMs: Readonly<Record<string, number>>;
  readonly rounds: readonly Readonly<Partial<Record<keyof Round, number>>>[];
}

export interface PairReport {
  readonly tapper: string;
  readonly partner: string;
  /** Share of the cores that was busy in the second before each turn. */
  readonly busyBefore: readonly number[];
  readonly variants: Readonly<Record<Variant, VariantReport>>;
  readonly encryptionAdds: {
    readonly goalMs: number;
    readonly withinGoal: boolean;
    /** sealed − plain, to the first frame: the encryption layer. */
    readonly toFirstFrame: Difference;
    /** sealed − ordinary: the encryption layer and showing nothing before it stands. */
    readonly toFirstFrameOverOrdinary: Difference;
    readonly toFirstPictureOverOrdinary: Difference;
  };
}

export function reportPair(
  tapper: string,
  partner: string,
  rounds: Rounds,
  busyBefore: readonly number[],
): PairReport {
  const frames = (variant: Variant) => rounds[variant].map(({ firstFrame }) => firstFrame);
  const pictures = (variant: Variant) => rounds[variant].map(({ firstPicture }) => firstPicture);
  const toFirstFrame = difference(frames("sealed"), frames("plain"));
  return {
    tapper,
    partner,
    busyBefore,
    encryptionAdds: {
      goalMs: GOAL_MS,
      withinGoal: toFirstFrame.ms <= GOAL_MS,
      toFirstFrame,
      toFirstFrameOverOrdinary: difference(frames("sealed"), frames("ordinary")),
      toFirstPictureOverOrdinary: difference(pictures("sealed"), pictures("ordinary")),
    },
    variants: {
      sealed: reportVariant(rounds.sealed),
      plain: reportVariant(rounds.plain),
      ordinary: reportVariant(rounds.ordinary),
    },
  };
}

function reportVariant(rounds: readonly Round[]): VariantReport {
  const medians: Record<string, number> = {};
  const add = (name: string, values: readonly number[]): void => {
    medians[name] = summary(values).medianMs;
  };
  for (const [name, stage] of Object.entries(STAGES)) add(name, rounds.map(stage));
  for (const [name, stage] of Object.entries(SEALED_STAGES)) {
    const values = rounds.map(stage).filter((ms) => !Number.isNaN(ms));
    if (values.length > 0) add(name, values);
  }
  return {
    firstFrame: summary(rounds.map(({ firstFrame }) => firstFrame)),
    firstPicture: summary(rounds.map(({ firstPicture }) => firstPicture)),
    stagesMs: medians,
    rounds: rounds.map((one) =>
      Object.fromEntries(
        Object.entries(one).flatMap(([name, ms]: [string, number | undefined]) =>
          ms === undefined ? [] : [[name, round(ms)]],
        ),
      ),
    ),
  };
}
