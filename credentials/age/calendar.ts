/**
 * Days as age-v1 counts them: whole days since 1900-01-01 in the Gregorian calendar. Pure; the time
 * is an argument.
 */
const DAY_MS = 86_400_000;
const EPOCH_MS = Date.UTC(1900, 0, 1);
/** A day has begun everywhere on Earth only when it has begun at UTC−12. */
const LAST_ZONE_MS = 12 * 3_600_000;

const ADULT_YEARS = 18;

/** What 16 bits hold; 2079-06-06 is the last. */
export const DAY_MAX = 65_535;

/** Undefined for a date that is none, or that cannot be written in 16 bits. Month and day count from 1. */
export function dayNumber(year: number, month: number, day: number): number | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  // Date rolls the 31st of a short month over into the next.
  const same =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const number = (date.getTime() - EPOCH_MS) / DAY_MS;
  return same && isDay(number) ? number : undefined;
}

/** Birth days are 1 … 65535. */
export function isDay(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= DAY_MAX;
}

/**
 * The last birth day that is eighteen years ago everywhere on Earth at `now` (milliseconds since
 * 1970). Whoever was born on 29 February comes of age on 1 March: on 28 February the cutoff is a
 * 28th, and on a 29th it is one too when eighteen years before had none.
 */
export function cutoffDay(now: number): number {
  const today = new Date(now - LAST_ZONE_MS);
  const year = today.getUTCFullYear() - ADULT_YEARS;
  const month = today.getUTCMonth() + 1;
  const day = today.getUTCDate();
  const cutoff = dayNumber(year, month, day) ?? dayNumber(year, month, day - 1);
  if (cutoff === undefined) throw new RangeError("a day that 16 bits do not hold");
  return cutoff;
}

/** "YYYY-MM" of a moment, as headers name the month of issue. */
export function monthOf(now: number): string {
  return new Date(now).toISOString().slice(0, 7);
}
