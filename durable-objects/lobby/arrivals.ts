/**
 * How many people per second start to seek, per key, as an exponentially fading count.
 * Where hardly anybody arrives, waiting for a better fit is waiting for nobody.
 */
interface Meter {
  count: number;
  at: number;
}
export type Arrivals = Map<string, Meter>;

/** Memory of the count. Longer: a crowd that left still delays people. Shorter: two friends look like a crowd. */
const FADE_MS = 10_000;
/** Keys are language tags, so this is reached only by somebody who makes them up. */
const KEYS_MAX = 1_000;

export function perSecond(arrivals: Arrivals, key: string, now: number): number {
  const meter = arrivals.get(key);
  return meter === undefined ? 0 : (faded(meter, now) * 1_000) / FADE_MS;
}

export function recordArrival(arrivals: Arrivals, key: string, now: number): void {
  const meter = arrivals.get(key);
  if (meter === undefined) {
    if (arrivals.size >= KEYS_MAX) forgetQuiet(arrivals, now);
    arrivals.set(key, { count: 1, at: now });
  } else {
    meter.count = faded(meter, now) + 1;
    meter.at = now;
  }
}

function faded(meter: Meter, now: number): number {
  return meter.count * Math.exp((meter.at - now) / FADE_MS);
}

function forgetQuiet(arrivals: Arrivals, now: number): void {
  for (const [key, meter] of arrivals) if (faded(meter, now) < 1) arrivals.delete(key);
  // Everything forgotten only means that nobody is made to wait for a better fit.
  if (arrivals.size >= KEYS_MAX) arrivals.clear();
}
