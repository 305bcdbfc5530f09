/** Token bucket: a burst, then one token every `refillMs`. Counted in milliseconds, so it stays exact. */
export interface Pace {
  readonly burst: number;
  readonly refillMs: number;
}

export interface Throttle {
  /** A token is worth `refillMs` of it. */
  creditMs: number;
  /** When `creditMs` was last brought up to date. */
  at: number;
}

export function createThrottle({ burst, refillMs }: Pace, now: number): Throttle {
  return { creditMs: burst * refillMs, at: now };
}

/** Takes one token and returns 0, or takes nothing and returns the milliseconds until there is one. */
export function take(throttle: Throttle, { burst, refillMs }: Pace, now: number): number {
  // A clock that ran backwards neither grants nor takes anything.
  const elapsed = Math.max(0, now - throttle.at);
  throttle.creditMs = Math.min(burst * refillMs, throttle.creditMs + elapsed);
  throttle.at = now;
  if (throttle.creditMs < refillMs) return refillMs - throttle.creditMs;
  throttle.creditMs -= refillMs;
  return 0;
}
