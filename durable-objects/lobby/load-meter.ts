/** What a shard says of itself: frames per second since it last said so, and how late it is. */
import { LAG_MAX_MS } from "../../protocol/limits.ts";

/** Between two reports. Rarer: a split comes late. More often: reports are traffic themselves. */
const REPORT_EVERY_MS = 5_000;
/** A search in other lobbies does not wait for a report newer than this. */
const REPORT_FRESH_MS = 500;
/** How long one late timer counts. */
const LAG_REMEMBERED_MS = 5_000;

export interface LoadMeter {
  frames: number;
  /** Where counting began, and what it came to before. */
  countedAt: number;
  rate: number;
  reportedAt: number;
  reportedWaiting: number;
  lateAt: number;
}

export function createLoadMeter(now: number): LoadMeter {
  return {
    frames: 0,
    countedAt: now,
    rate: 0,
    reportedAt: -Infinity,
    reportedWaiting: 0,
    lateAt: -Infinity,
  };
}

export function isReportDue(meter: LoadMeter, now: number): boolean {
  // Set back or not, the clock never keeps a report away for longer than once around.
  return Math.abs(now - meter.reportedAt) >= REPORT_EVERY_MS;
}

/** Frames per second, over no less than the time between two regular reports: a short burst is no load. */
export function takeRate(meter: LoadMeter, now: number): number {
  const ms = Math.abs(now - meter.countedAt);
  if (ms < REPORT_EVERY_MS) return meter.rate;
  meter.rate = (meter.frames * 1_000) / ms;
  meter.frames = 0;
  meter.countedAt = now;
  return meter.rate;
}

/** A report just now said that people wait here. */
export function isKnownToWait(meter: LoadMeter, now: number): boolean {
  return meter.reportedWaiting > 0 && Math.abs(now - meter.reportedAt) < REPORT_FRESH_MS;
}

/** A timer that should have rung at `due` rings now. */
export function recordLag(meter: LoadMeter, due: number, now: number): void {
  if (now - due > LAG_MAX_MS) meter.lateAt = now;
}

export function isLate(meter: LoadMeter, now: number): boolean {
  return Math.abs(now - meter.lateAt) < LAG_REMEMBERED_MS;
}
