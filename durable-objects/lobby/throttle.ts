/** Token bucket: a burst, then one token every `refillMs`. */
export interface Pace {
  readonly burst: number;
  readonly refillMs: number;
}

export interface Throttle {
  tokens: number;
  /** When `tokens` was last brought up to date, in milliseconds. */
  at: number;
}

export function createThrottle(pace: Pace, now: number): Throttle {
  return { tokens: pace.burst, at: now };
}

/** Takes one token and returns 0, or takes nothing and returns the milliseconds until there is one. */
export function take(throttle: Throttle, pace: Pace, now: number): number {
  // A clock that ran backwards neither grants nor takes anything.
  const elapsed = Math.max(0, now - throttle.at);
  throttle.tokens = Math.min(pace.burst, throttle.tokens + elapsed / pace.refillMs);
  throttle.at = now;
  if (throttle.tokens >= 1) {
    throttle.tokens -= 1;
    return 0;
  }
  return Math.ceil((1 - throttle.tokens) * pace.refillMs);
}
