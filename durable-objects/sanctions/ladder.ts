/**
 * How long somebody is kept out: 24 hours, 7 days, 90 days, and then until a human lifts it. Pure.
 * A step counts for the next one as long as the row is remembered; no payment and nothing but time,
 * or an appeal that is upheld, takes a step back.
 */
import type { Sanction, SanctionReason } from "../../protocol/age.ts";

const DAY_MS = 86_400_000;

/** Lengths of the steps. After the last one only a reviewed decision may be permanent. */
const STEPS_MS = [1 * DAY_MS, 7 * DAY_MS, 90 * DAY_MS];

/** After a sanction ends, its row is kept this long so that a next step is a next one. Then nothing is left. */
const REMEMBERED_MS = 90 * DAY_MS;

/** All that is ever stored about a person. */
export interface SanctionRow {
  readonly reason: SanctionReason;
  /** Steps taken so far, 1 … 4. */
  readonly step: number;
  /** Milliseconds since 1970; null until a human lifts it. */
  readonly until: number | null;
  /** SHA-256 of what was decided on, base64url, so that an appeal is about the same thing. */
  readonly evidence: string;
  /** Humans who looked at it. */
  readonly reviewers: number;
}

export interface Decision {
  readonly reason: SanctionReason;
  readonly evidence: string;
  readonly reviewers: number;
}

/** The next step. The last is permanent only when a human decided it; without one it is 90 days again. */
export function impose(
  before: SanctionRow | undefined,
  { reason, evidence, reviewers }: Decision,
  now: number,
): SanctionRow {
  const remembered = before !== undefined && !isForgotten(before, now) ? before.step : 0;
  const longest = reviewers > 0 ? STEPS_MS.length + 1 : STEPS_MS.length;
  const step = Math.min(remembered + 1, longest);
  const length = STEPS_MS[step - 1];
  return { reason, step, until: length === undefined ? null : now + length, evidence, reviewers };
}

/** An appeal that is upheld: no longer kept out, and the step does not count. */
export function lift(before: SanctionRow, now: number): SanctionRow | undefined {
  return before.step > 1 ? { ...before, step: before.step - 1, until: now } : undefined;
}

/** What somebody is told who is kept out now. */
export function sanctionAt(row: SanctionRow | undefined, now: number): Sanction | undefined {
  if (row === undefined || (row.until !== null && row.until <= now)) return undefined;
  return { reason: row.reason, until: row.until };
}

export function isForgotten({ until }: SanctionRow, now: number): boolean {
  return until !== null && until + REMEMBERED_MS <= now;
}

/** When a row is next worth looking at. */
export function forgetAt({ until }: SanctionRow): number | undefined {
  return until === null ? undefined : until + REMEMBERED_MS;
}
