import { describe, expect, test } from "vitest";
import { DAY_MAX, cutoffDay, dayNumber, isDay, monthOf } from "../../credentials/age/calendar.ts";
import { seeded } from "../e2ee/kit.ts";

/** An independent calendar: one day after another, with the Gregorian rule spelled out. */
function walk(): { year: number; month: number; day: number }[] {
  const days: { year: number; month: number; day: number }[] = [];
  let [year, month, day] = [1900, 1, 1];
  while (days.length <= DAY_MAX) {
    days.push({ year, month, day });
    const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if (++day <= lengths[month - 1]!) continue;
    day = 1;
    if (++month <= 12) continue;
    [month, year] = [1, year + 1];
  }
  return days;
}

const DAYS = walk();
const HOUR_MS = 3_600_000;

describe("Days", () => {
  test("a million random dates have the number of an independent calendar", () => {
    const chance = seeded(20261124);
    for (let round = 0; round < 1_000_000; round++) {
      const number = 1 + chance.below(DAY_MAX);
      const { year, month, day } = DAYS[number]!;
      if (dayNumber(year, month, day) !== number) expect([year, month, day]).toBe(number);
    }
  });

  test("every 29 February of the range is there, and no other one", () => {
    for (let year = 1900; year <= 2079; year++) {
      const there = DAYS.some((d) => d.year === year && d.month === 2 && d.day === 29);
      expect([year, dayNumber(year, 2, 29) !== undefined]).toEqual([year, there]);
    }
  });

  test.for([
    [1900, 1, 1],
    [1899, 12, 31],
    [2079, 6, 7],
    [2000, 0, 1],
    [2000, 13, 1],
    [2000, 4, 31],
    [2000, 1, 0],
    [2000, 1, 1.5],
    [NaN, 1, 1],
  ] as const)("%j is no birth day", ([year, month, day]) => {
    expect(dayNumber(year, month, day)).toBeUndefined();
  });

  test("the ends of the range", () => {
    expect(dayNumber(1900, 1, 2)).toBe(1);
    expect(dayNumber(2079, 6, 6)).toBe(DAY_MAX);
    expect([0, 1, DAY_MAX, DAY_MAX + 1, 1.5].map(isDay)).toEqual([false, true, true, false, false]);
  });
});

describe("The cutoff", () => {
  /** By the rule in words: whoever's eighteenth birthday is here, with 1 March for 29 February. */
  function isAdult(birth: number, today: { year: number; month: number; day: number }): boolean {
    const born = DAYS[birth]!;
    const year = born.year + 18;
    const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    const moved = born.month === 2 && born.day === 29 && !leap;
    const [month, day] = moved ? [3, 1] : [born.month, born.day];
    const number = (y: number, m: number, d: number) => y * 10_000 + m * 100 + d;
    return number(today.year, today.month, today.day) >= number(year, month, day);
  }

  test("is the last birth day that is eighteen years ago, on every day until 2079", () => {
    for (let number = 18 * 366; number <= DAY_MAX; number++) {
      const today = DAYS[number]!;
      const noon = Date.UTC(today.year, today.month - 1, today.day, 23, 59, 59);
      const cutoff = cutoffDay(noon);
      if (!isAdult(cutoff, today) || isAdult(cutoff + 1, today)) {
        expect([today, DAYS[cutoff]]).toBe("the rule");
      }
    }
  });

  test("moves when the day has begun at UTC−12, the last place on Earth", () => {
    const midnight = Date.UTC(2026, 10, 24);
    expect(cutoffDay(midnight + 12 * HOUR_MS)).toBe(dayNumber(2008, 11, 24));
    expect(cutoffDay(midnight + 12 * HOUR_MS - 1)).toBe(dayNumber(2008, 11, 23));
  });

  test.for([
    ["28 February", [2026, 2, 28], [2008, 2, 28]],
    ["1 March", [2026, 3, 1], [2008, 3, 1]],
    ["29 February, eighteen years before had none", [2028, 2, 29], [2010, 2, 28]],
  ] as const)("born on 29 February: %s", ([, today, cutoff]) => {
    const [year, month, day] = cutoff;
    expect(cutoffDay(Date.UTC(today[0], today[1] - 1, today[2], 13))).toBe(
      dayNumber(year, month, day),
    );
  });

  test("the month of issue", () => {
    expect(monthOf(Date.UTC(2026, 10, 30, 23, 59))).toBe("2026-11");
    expect(monthOf(Date.UTC(2026, 11, 1))).toBe("2026-12");
  });
});
