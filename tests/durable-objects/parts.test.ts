import { describe, expect, it } from "vitest";
import { perSecond, recordArrival, type Arrivals } from "../../durable-objects/lobby/arrivals.ts";
import { insert, retire, waitingAfter, type Buckets } from "../../durable-objects/lobby/buckets.ts";
import {
  createLoadMeter,
  isLate,
  isReportDue,
  recordLag,
  takeRate,
} from "../../durable-objects/lobby/load-meter.ts";
import { decodeClaims, encodeClaims } from "../../durable-objects/lobby/claims.ts";
import { createClock, steady } from "../../durable-objects/lobby/clock.ts";
import { levelAfter } from "../../durable-objects/lobby/compatibility.ts";
import {
  earliest,
  removeTop,
  schedule,
  type Deadlines,
} from "../../durable-objects/lobby/deadlines.ts";
import { createThrottle, take } from "../../durable-objects/lobby/throttle.ts";
import type { Ticket } from "../../durable-objects/lobby/ticket.ts";
import { wishOf } from "./lobby-game.ts";

describe("throttle", () => {
  const pace = { burst: 4, refillMs: 1_500 };

  it("P-21: a burst, then one for each refill, and the exact time to wait", () => {
    const throttle = createThrottle(pace, 0);
    expect([0, 0, 0, 0, 0].map(() => take(throttle, pace, 0))).toEqual([0, 0, 0, 0, 1_500]);
    expect(take(throttle, pace, 1_499)).toBe(1);
    expect(take(throttle, pace, 1_500)).toBe(0);
    expect(take(throttle, pace, 1_500)).toBe(1_500);
  });

  it("never saves up more than the burst, and a clock that runs backwards gives nothing", () => {
    const throttle = createThrottle(pace, 0);
    for (let index = 0; index < 4; index++) take(throttle, pace, 1_000_000);
    expect(take(throttle, pace, 0)).toBe(1_500);
    expect(take(throttle, pace, 1_500)).toBe(0);
  });
});

describe("load", () => {
  it("is frames per second since the last regular report, whatever is asked in between", () => {
    const meter = createLoadMeter(0);
    expect(isReportDue(meter, 0)).toBe(true);
    meter.frames = 1_000;
    expect(takeRate(meter, 1_000)).toBe(0);
    expect(takeRate(meter, 10_000)).toBe(100);
    meter.frames = 5;
    expect(takeRate(meter, 10_001)).toBe(100);
    expect(takeRate(meter, 15_000)).toBe(1);
  });

  it("P-52: more than 250 ms late counts for a while", () => {
    const meter = createLoadMeter(0);
    recordLag(meter, 1_000, 1_250);
    expect(isLate(meter, 1_250)).toBe(false);
    recordLag(meter, 1_000, 1_251);
    expect(isLate(meter, 1_251)).toBe(true);
    expect(isLate(meter, 6_250)).toBe(true);
    expect(isLate(meter, 6_251)).toBe(false);
  });
});

describe("clock", () => {
  it("stands still while the wall clock jumps back, and goes on from there", () => {
    const clock = createClock(1_000);
    expect([1_000, 1_500, 200, 300, 5_300].map((wall) => steady(clock, wall))).toEqual([
      1_000, 1_500, 1_500, 1_600, 6_600,
    ]);
  });
});

describe("deadlines", () => {
  it("come in order, without those that nobody waits for", () => {
    const heap: Deadlines<string> = [];
    for (const at of [5, 3, 9, 1, 7, 3]) schedule(heap, at, `at ${at}`);
    const order: number[] = [];
    const live = ({ at }: { at: number }) => at !== 7;
    for (let top = earliest(heap, live); top !== undefined; top = earliest(heap, live)) {
      order.push(top.at);
      removeTop(heap);
    }
    expect(order).toEqual([1, 3, 3, 5, 9]);
    expect(heap).toEqual([]);
  });
});

describe("arrivals", () => {
  it("fade with time and count each key for itself", () => {
    const arrivals: Arrivals = new Map();
    for (let index = 0; index < 20; index++) recordArrival(arrivals, "en", index * 500);
    const rate = perSecond(arrivals, "en", 10_000);
    expect(rate).toBeGreaterThan(1);
    expect(rate).toBeLessThan(2);
    expect(perSecond(arrivals, "en", 60_000)).toBeLessThan(0.02);
    expect(perSecond(arrivals, "de", 10_000)).toBe(0);
  });

  it("keep a bounded number of keys", () => {
    const arrivals: Arrivals = new Map();
    for (let index = 0; index < 10_000; index++) recordArrival(arrivals, `key${index}`, 0);
    expect(arrivals.size).toBeLessThanOrEqual(1_000);
  });
});

describe("levels", () => {
  it.each([
    [0, false, 0],
    [999, false, 0],
    [1_000, false, 1],
    [2_000, false, 2],
    [5_999, false, 2],
    [6_000, false, 3],
    [12_000, false, 4],
    [1e9, false, 4],
    [0, true, 2],
    [6_000, true, 3],
  ])("P-27: after %i ms (quiet: %s) the level is %i", (waited, quiet, level) => {
    expect(levelAfter(waited, quiet)).toBe(level);
  });
});

describe("buckets", () => {
  const ticket = (place: number): Ticket => ({
    sid: `p${place}`,
    handle: `h${place}`,
    tier: "open",
    region: "weur",
    relay: "relay",
    wish: wishOf(`p${place}`),
    place,
    since: 0,
    soughtAt: 0,
    level: 0,
    rung: 0,
    waiting: true,
    dueAt: Infinity,
    askAt: 0,
    renewAt: 0,
    lookedUpTo: -1,
  });
  const places = (buckets: Buckets, after = -1) => {
    const bucket = buckets.get("open|video|*");
    return bucket === undefined ? [] : [...waitingAfter(bucket, after)].map(({ place }) => place);
  };

  it("are ordered by place, whenever somebody came", () => {
    const buckets: Buckets = new Map();
    for (const place of [3, 7, 1, 9, 5]) insert(buckets, ticket(place));
    expect(places(buckets)).toEqual([1, 3, 5, 7, 9]);
    expect(places(buckets, 5)).toEqual([7, 9]);
  });

  it("may lose tickets while they are being looked through", () => {
    const buckets: Buckets = new Map();
    const tickets = Array.from({ length: 200 }, (_, place) => ticket(place));
    for (const each of tickets) insert(buckets, each);
    const seen: number[] = [];
    for (const { place } of waitingAfter(buckets.get("open|video|*")!, -1)) {
      seen.push(place);
      // Everybody up to 50 places on leaves, which sweeps the bucket under the reader's feet.
      for (const each of tickets.slice(place, place + 50)) retire(buckets, each);
    }
    expect(seen).toEqual([0, 50, 100, 150]);
    expect(buckets.size).toBe(0);
  });

  it("forget keys that nobody waits under", () => {
    const buckets: Buckets = new Map();
    const one = { ...ticket(1), wish: wishOf("p1", { languages: ["en"], interests: ["a", "b"] }) };
    insert(buckets, one);
    expect([...buckets.keys()].sort()).toEqual([
      "open|video|*",
      "open|video|en",
      "open|video|en|a",
      "open|video|en|b",
    ]);
    retire(buckets, one);
    retire(buckets, one);
    expect(buckets.size).toBe(0);
  });
});

describe("claims", () => {
  const claims = { sid: "s", handle: "h", tier: "open", region: "oc", relay: "direct" } as const;

  it("are read as they were written, and without anything else that rode along", () => {
    expect(decodeClaims(encodeClaims({ ...claims, extra: 1 } as typeof claims))).toEqual(claims);
  });

  it.each([
    null,
    "",
    "{",
    "null",
    "[]",
    '{"sid":"s"}',
    '{"sid":1,"handle":"h","tier":"t","region":"oc","relay":"relay"}',
  ])("%s is nobody", (header) => {
    expect(decodeClaims(header)).toBeUndefined();
  });
});
