/** What is said of a list of measured milliseconds. */

export interface Summary {
  readonly count: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly minMs: number;
  readonly maxMs: number;
}

export function summary(values: readonly number[]): Summary {
  return {
    count: values.length,
    medianMs: round(median(values)),
    p95Ms: round(quantile(values, 0.95)),
    minMs: round(Math.min(...values)),
    maxMs: round(Math.max(...values)),
  };
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Linear between the two nearest (type 7 of Hyndman and Fan, 1996). NaN of nothing. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export interface Difference {
  /** median(a) − median(b) */
  readonly ms: number;
  readonly ratio: number;
  /** 95 % of what the difference would be, were the rounds drawn again (percentile bootstrap). */
  readonly ms95: readonly [low: number, high: number];
}

const RESAMPLES = 4_000;

export function difference(a: readonly number[], b: readonly number[]): Difference {
  const draw = (values: readonly number[]): number =>
    median(values.map(() => values[Math.floor(Math.random() * values.length)]!));
  const again = Array.from({ length: RESAMPLES }, () => draw(a) - draw(b));
  return {
    ms: round(median(a) - median(b)),
    ratio: Math.round((median(a) / median(b)) * 1_000) / 1_000,
    ms95: [round(quantile(again, 0.025)), round(quantile(again, 0.975))],
  };
}

export function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}

export interface Interval {
  readonly median: number;
  /** 95 % of what the median would be, were the rounds drawn again (percentile bootstrap). */
  readonly median95: readonly [low: number, high: number];
}

/** The tenth percentile: what it takes when little disturbs it. Of many short batches only. */
export function undisturbed(values: readonly number[]): number {
  return quantile(values, 0.1);
}

/** To two decimals, in whatever unit the values have. */
export function interval(values: readonly number[]): Interval {
  const again = Array.from({ length: RESAMPLES }, () =>
    median(values.map(() => values[Math.floor(Math.random() * values.length)]!)),
  );
  const short = (value: number): number => Math.round(value * 100) / 100;
  return {
    median: short(median(values)),
    median95: [short(quantile(again, 0.025)), short(quantile(again, 0.975))],
  };
}
