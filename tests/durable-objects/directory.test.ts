import { describe, expect, it } from "vitest";
import {
  CLOSE_BELOW_PEOPLE,
  OPEN_AT_PEOPLE,
  SHRINK_AFTER_MS,
  SPLIT_INBOUND_PER_SECOND,
  SPLIT_SOCKETS,
  busiest,
  choose,
  createDirectory,
  report,
  settle,
  viewOf,
  type DirectoryState,
  type Load,
} from "../../durable-objects/directory/directory.ts";
import {
  directoryName,
  readDirectoryName,
  readShardName,
  shardName,
} from "../../durable-objects/directory/names.ts";
import { readJurisdiction } from "../../durable-objects/directory/jurisdiction.ts";
import { PARENTS, REGIONS, regionsWithin } from "../../durable-objects/directory/regions.ts";
import { chance } from "../support/chance/chance.ts";

const IDLE: Load = { sockets: 0, waiting: 0, inboundPerSecond: 0, overloaded: false };

function say(state: DirectoryState, number: number, load: Partial<Load>, now: number, people = 0) {
  const shard = shardName({ region: state.region, tier: "open", number });
  report(state, { shard, own: { number, load: { ...IDLE, ...load } }, people }, now);
}

describe("splitting", () => {
  it.each([
    ["sockets", { sockets: SPLIT_SOCKETS }, 1],
    ["sockets", { sockets: SPLIT_SOCKETS + 1 }, 2],
    ["frames", { inboundPerSecond: SPLIT_INBOUND_PER_SECOND }, 1],
    ["frames", { inboundPerSecond: SPLIT_INBOUND_PER_SECOND + 1 }, 2],
    ["an overload", { overloaded: true }, 2],
  ])("by %s: %o makes %i", (_, load, shards) => {
    const state = createDirectory("weur", undefined);
    say(state, 0, load, 0);
    expect(state.shards).toBe(shards);
  });

  it("counts the mean: full old shards beside empty new ones do not split on", () => {
    const state = createDirectory("weur", undefined);
    for (let now = 0; now < 600_000; now += 5_000) {
      say(state, 0, { sockets: 2_000 }, now);
      if (state.shards > 1) say(state, 1, { sockets: 500 }, now);
    }
    expect(state.shards).toBe(2);
  });

  it("waits for the effect of one split before the next", () => {
    const state = createDirectory("weur", undefined);
    say(state, 0, { inboundPerSecond: 2_000 }, 0);
    say(state, 0, { inboundPerSecond: 2_000 }, 5_000);
    expect(state.shards).toBe(2);
    say(state, 0, { inboundPerSecond: 2_000 }, 31_000);
    expect(state.shards).toBe(4);
  });

  it("a rate that nobody repeats is over", () => {
    const state = createDirectory("weur", undefined);
    say(state, 0, { inboundPerSecond: 400 }, 0);
    settle(state, 40_000);
    expect(state.shards).toBe(2);
  });
});

describe("shrinking", () => {
  const big = () => createDirectory("weur", { shards: 4, open: true });

  it("halves after two minutes below 0.4, and once", () => {
    const state = big();
    for (let number = 0; number < 4; number++) say(state, number, { sockets: 599 }, 0);
    settle(state, SHRINK_AFTER_MS - 1);
    expect(state.shards).toBe(4);
    settle(state, SHRINK_AFTER_MS);
    expect(state.shards).toBe(2);
  });

  it("one moment of more begins the two minutes anew", () => {
    const state = big();
    settle(state, 0);
    say(state, 0, { sockets: 2_500 }, 60_000);
    say(state, 0, { sockets: 0 }, 61_000);
    settle(state, SHRINK_AFTER_MS);
    expect(state.shards).toBe(4);
    settle(state, 61_000 + SHRINK_AFTER_MS);
    expect(state.shards).toBe(2);
  });

  it.each([1, 2, 3])("never swings, whatever constant load there is (seed %i)", (seed) => {
    const random = chance(seed);
    for (let round = 0; round < 8; round++) {
      const state = createDirectory("weur", { shards: 2 ** Math.floor(random() * 5), open: true });
      const people = Math.floor(random() * 20_000);
      let changes = 0;
      let direction = 0;
      for (let now = 0; now < 3_600_000; now += 30_000) {
        const before = state.shards;
        // Everybody is spread evenly, as arrivals would be after a while.
        for (let number = 0; number < before; number++) {
          say(state, number, { sockets: Math.floor(people / before) }, now);
        }
        if (state.shards === before) continue;
        const way = Math.sign(state.shards - before);
        if (direction !== 0 && way !== direction) changes++;
        direction = way;
      }
      expect(changes).toBe(0);
    }
  });
});

describe("cold regions", () => {
  const withPeople = (count: number, shape?: { shards: number; open: boolean }) => {
    const state = createDirectory("oc", shape);
    report(state, { shard: "l1:weur:open:0", people: count }, 0);
    return state;
  };

  it("get shards of their own from 60 people on", () => {
    expect(withPeople(OPEN_AT_PEOPLE - 1).open).toBe(false);
    expect(withPeople(OPEN_AT_PEOPLE).open).toBe(true);
  });

  it("give them up below 30, after two minutes", () => {
    const shape = { shards: 2, open: true };
    const kept = withPeople(CLOSE_BELOW_PEOPLE, shape);
    settle(kept, 10 * SHRINK_AFTER_MS);
    expect(kept.open).toBe(true);
    const few = withPeople(CLOSE_BELOW_PEOPLE - 1, shape);
    settle(few, SHRINK_AFTER_MS - 1);
    expect(few.open).toBe(true);
    settle(few, SHRINK_AFTER_MS);
    expect(few).toMatchObject({ open: false, shards: 1 });
  });

  it("count their people wherever they are, and nobody twice", () => {
    const state = createDirectory("oc", undefined);
    for (let again = 0; again < 3; again++) {
      report(state, { shard: "l1:weur:open:0", people: 35 }, again);
      report(state, { shard: "l1:weur:open:1", people: 24 }, again);
    }
    expect(state.open).toBe(false);
    report(state, { shard: "l1:weur:open:1", people: 25 }, 4);
    expect(state.open).toBe(true);
  });

  it("lead to one root from everywhere, which is never cold", () => {
    for (const region of REGIONS) {
      let at = region;
      for (let hops = 0; PARENTS[at] !== undefined && hops < 9; hops++) at = PARENTS[at]!;
      expect(at).toBe("weur");
    }
    const root = createDirectory("weur", { shards: 1, open: false });
    settle(root, 1e9);
    expect(root.open).toBe(true);
  });
});

describe("choosing a shard", () => {
  const view = (sockets: number[], overloaded: number[] = []) => ({
    ...viewOf(createDirectory("weur", { shards: sockets.length, open: true })),
    sockets,
    overloaded,
  });
  const sids = Array.from({ length: 4_000 }, (_, index) => `sid-${index}`);

  it("the same session comes to the same one", () => {
    const eight = view([5, 4, 3, 2, 1, 6, 7, 8]);
    for (const sid of sids.slice(0, 100)) expect(choose(eight, sid)).toBe(choose(eight, sid));
  });

  it("of two by chance the emptier: everybody evenly, and hardly anybody where it is full", () => {
    const sockets = [0, 0, 0, 0, 0, 0, 0, 900];
    for (const sid of sids) sockets[choose(view(sockets), sid)]!++;
    const new7 = sockets[7]! - 900;
    expect(new7).toBeLessThan(20);
    const rest = sockets.slice(0, 7);
    expect(Math.max(...rest) - Math.min(...rest)).toBeLessThan(60);
  });

  it("an overloaded one only when both are", () => {
    const two = view([0, 5_000], [0]);
    for (const sid of sids.slice(0, 100)) expect(choose(two, sid)).toBe(1);
    expect(choose(view([0], [0]), "anybody")).toBe(0);
  });

  it("where people wait, most first, never in a closed region", () => {
    const open = { ...view([0, 0, 0]), waiting: [0, 3, 7] };
    const closed = { ...view([0]), region: "oc" as const, open: false, waiting: [50] };
    expect(busiest([closed, open], () => 0.5, 5)).toEqual([
      { region: "weur", number: 2 },
      { region: "weur", number: 1 },
    ]);
    expect(busiest([open], () => 0.5, 1)).toHaveLength(1);
  });
});

describe("names", () => {
  it("are read as they were written, and nothing else is", () => {
    const name = { region: "apac", tier: "open", number: 12 } as const;
    expect(readShardName(shardName(name))).toEqual(name);
    expect(readDirectoryName(directoryName(name))).toEqual({ region: "apac", tier: "open" });
    for (const other of [undefined, "", "l1:mars:open:0", "l1:weur:open", "l1:weur:a b:0"]) {
      expect(readShardName(other)).toBeUndefined();
    }
    expect(readDirectoryName("l1:weur:open:0")).toBeUndefined();
  });

  it("each rung reaches what the one before did, and the world is everything", () => {
    for (const region of REGIONS) {
      const near = regionsWithin(region, "neighbours");
      expect(regionsWithin(region, "region")).toEqual([region]);
      expect(near[0]).toBe(region);
      expect(near.length).toBeGreaterThan(1);
      expect(regionsWithin(region, "world").sort()).toEqual([...REGIONS].sort());
    }
  });

  it("a jurisdiction is one of two words, or none at all", () => {
    expect(readJurisdiction(undefined)).toBe("");
    expect(readJurisdiction("eu")).toBe("eu");
    expect(readJurisdiction("EU")).toBeUndefined();
  });
});
