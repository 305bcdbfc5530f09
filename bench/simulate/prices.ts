/**
 * What the platform asks, in US dollars, as documented in November 2026 (Workers paid plan, Durable
 * Objects, Realtime TURN). The one place to change when they do.
 */
export const PRICES = {
  planPerMonth: 5,
  workerRequestsPerMillion: 0.3,
  workerRequestsIncluded: 10e6,
  objectRequestsPerMillion: 0.15,
  objectRequestsIncluded: 1e6,
  /** Incoming WebSocket messages count as so many to one request; outgoing ones are free. */
  socketMessagesPerRequest: 20,
  objectGigabyteSecondsPerMillion: 12.5,
  objectGigabyteSecondsIncluded: 400e3,
  /** What an object that is awake is billed as. */
  objectGigabytes: 0.128,
  turnPerGigabyte: 0.05,
  turnGigabytesIncluded: 1_000,
} as const;

/** Assumptions about calls, not prices. */
export const TRAFFIC = {
  /** Video and sound that one person gets through the relay while connected; what is sent to it is free. */
  relayedMegabitsPerSecond: 1.2,
  /** Share of connected time in which media goes through the relay. */
  relayedShare: 1,
  /** POST /api/session, POST /api/turn and the upgrade, per quarter of an hour of presence. */
  requestsPerQuarterHour: 3,
  /** ack or offer, answer, confirmations, up: frames of one person for one match, `next` included. */
  framesPerMatch: 6,
  secondsPerMonth: 2_629_800,
} as const;

export interface Usage {
  /** All people online, on average. */
  readonly people: number;
  readonly matchesPerSecond: number;
  readonly objectCallsPerSecond: number;
  readonly shards: number;
  /** Share of people's time in a connected call. */
  readonly connectedShare: number;
}

/** Dollars per month by item. */
export function costOf(usage: Usage): Record<string, number> {
  const { people, matchesPerSecond, objectCallsPerSecond, shards, connectedShare } = usage;
  const month = TRAFFIC.secondsPerMonth;
  const requests = (people * TRAFFIC.requestsPerQuarterHour * month) / 900;
  const frames = matchesPerSecond * 2 * TRAFFIC.framesPerMatch * month;
  const upgrades = (people * month) / 900;
  const objectRequests =
    upgrades + frames / PRICES.socketMessagesPerRequest + objectCallsPerSecond * month;
  const gigabyteSeconds = shards * PRICES.objectGigabytes * month;
  const gigabytes =
    (people * connectedShare * TRAFFIC.relayedShare * TRAFFIC.relayedMegabitsPerSecond * month) /
    8_000;
  const above = (used: number, included: number) => Math.max(0, used - included);
  return {
    plan: PRICES.planPerMonth,
    "worker requests":
      (above(requests, PRICES.workerRequestsIncluded) / 1e6) * PRICES.workerRequestsPerMillion,
    "object requests":
      (above(objectRequests, PRICES.objectRequestsIncluded) / 1e6) *
      PRICES.objectRequestsPerMillion,
    "object duration":
      (above(gigabyteSeconds, PRICES.objectGigabyteSecondsIncluded) / 1e6) *
      PRICES.objectGigabyteSecondsPerMillion,
    relay: above(gigabytes, PRICES.turnGigabytesIncluded) * PRICES.turnPerGigabyte,
  };
}
