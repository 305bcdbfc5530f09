import { describe, expect, test } from "vitest";
import {
  ATTEMPT_MS,
  createLink,
  INTERRUPTED_MAX_MS,
  PATIENCE_MS,
  stepLink,
} from "../../../web/call/link-machine.ts";
import type { LinkEffect, LinkEvent, LinkState } from "../../../web/call/link-machine.ts";

type Timed = readonly [at: number, event: LinkEvent];

/** Plays events at their moments; gives the last state and all effects, each with its moment. */
function play(from: LinkState, events: readonly Timed[]) {
  let state = from;
  const all: (LinkEffect & { at: number })[] = [];
  for (const [at, event] of events) {
    const step = stepLink(state, event, at);
    ({ state } = step);
    all.push(...step.effects.map((effect) => ({ ...effect, at })));
  }
  const did = (type: LinkEffect["type"]) => all.filter((effect) => effect.type === type);
  return { state, all, did };
}

const leader = createLink("initiator", "relay");
const follower = createLink("responder", "relay");
const ticks = (from: number, to: number): Timed[] =>
  Array.from({ length: Math.floor((to - from) / 500) + 1 }, (_, index) => [
    from + index * 500,
    { type: "tick" },
  ]);

describe("a connection that is lost", () => {
  test("is given a breath, then the initiator offers a restart", () => {
    const { did } = play(leader, [[0, { type: "disconnected" }], ...ticks(500, PATIENCE_MS)]);
    expect(did("link")).toMatchObject([{ link: "interrupted", at: 0 }]);
    expect(did("offer")).toMatchObject([{ epoch: 1, way: "relay", at: PATIENCE_MS }]);
  });

  test("a breath of the network restarts nothing", () => {
    const { did } = play(leader, [
      [0, { type: "disconnected" }],
      [500, { type: "tick" }],
      [900, { type: "connected" }],
      ...ticks(1_000, 10_000),
    ]);
    expect(did("offer")).toEqual([]);
    expect(did("link").at(-1)).toMatchObject({ link: "steady" });
  });

  test("the responder asks and never offers", () => {
    const { did } = play(follower, [[0, { type: "disconnected" }], ...ticks(500, 20_000)]);
    expect(did("offer")).toEqual([]);
    expect(did("ask").length).toBeGreaterThan(2);
  });

  test("one reason that both sides notice is one restart", () => {
    const { did } = play(leader, [
      [0, { type: "disconnected" }],
      [1_000, { type: "tick" }],
      [1_200, { type: "asked" }],
      [1_400, { type: "asked" }],
    ]);
    expect(did("offer")).toHaveLength(1);
  });

  test("each attempt gets its time, and each is a new epoch", () => {
    const { did } = play(leader, [[0, { type: "disconnected" }], ...ticks(500, 15_000)]);
    const offers = did("offer") as { epoch: number; at: number }[];
    expect(offers.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    offers.slice(1).forEach(({ at }, index) => {
      expect(at - offers[index]!.at).toBeGreaterThanOrEqual(ATTEMPT_MS);
    });
  });

  test("what the browser gave up is restarted at once", () => {
    const { did } = play(leader, [[0, { type: "failed" }]]);
    expect(did("offer")).toHaveLength(1);
  });

  test("after half a minute the partner is lost", () => {
    const { did } = play(leader, [
      [0, { type: "disconnected" }],
      ...ticks(500, INTERRUPTED_MAX_MS + 1_000),
    ]);
    expect(did("lost")[0]).toMatchObject({ at: INTERRUPTED_MAX_MS });
  });

  test("failing again and again does not begin the half minute anew", () => {
    const events: Timed[] = [[0, { type: "disconnected" }]];
    for (let at = 1_000; at <= INTERRUPTED_MAX_MS + 500; at += 500) {
      events.push([at, { type: at % 3_000 === 0 ? "failed" : "tick" }]);
    }
    expect(play(leader, events).did("lost")).not.toEqual([]);
  });
});

describe("a restart", () => {
  const offered = (epoch: number): LinkEvent => ({ type: "offered", epoch, sdp: `offer ${epoch}` });
  const answered = (epoch: number): LinkEvent => ({ type: "answered", epoch, sdp: "answer" });

  test("a changed network is reason enough, without any loss", () => {
    expect(play(leader, [[0, { type: "network-changed" }]]).did("offer")).toHaveLength(1);
    expect(play(follower, [[0, { type: "network-changed" }]]).did("ask")).toHaveLength(1);
  });

  test("only the responder answers, and only what is newer", () => {
    const { did } = play(follower, [
      [0, offered(2)],
      [10, offered(2)],
      [20, offered(1)],
      [30, offered(3)],
    ]);
    expect(did("answer")).toMatchObject([{ epoch: 2 }, { epoch: 3 }]);
    expect(play(leader, [[0, offered(1)]]).all).toEqual([]);
  });

  test("only the answer to the latest offer counts", () => {
    const { did } = play(leader, [
      [0, { type: "network-changed" }],
      [2_000, { type: "network-changed" }],
      [2_100, answered(1)],
      [2_200, answered(2)],
      [2_300, answered(9)],
    ]);
    expect(did("accept")).toMatchObject([{ epoch: 2 }]);
    expect(play(follower, [[0, answered(0)]]).did("accept")).toEqual([]);
  });

  test("the responder cannot be made to offer", () => {
    expect(play(follower, [[0, { type: "asked" }]]).all).toEqual([]);
  });
});

describe("a direct connection", () => {
  const own = (wanted: boolean): LinkEvent => ({ type: "own-direct", wanted });
  const partner = (wanted: boolean): LinkEvent => ({ type: "partner-direct", wanted });

  test.each([
    ["own wish first", [own(true), partner(true)]],
    ["the partner's first", [partner(true), own(true)]],
  ])("comes about when both want it (%s)", (_, [first, second]) => {
    const half = play(leader, [[0, first!]]);
    expect(half.did("offer")).toEqual([]);
    const { did } = play(half.state, [[10, second!]]);
    expect(did("offer")).toMatchObject([{ way: "direct" }]);
  });

  test("a wish that was taken back is none", () => {
    const { did } = play(leader, [
      [0, own(true)],
      [10, own(false)],
      [20, partner(true)],
    ]);
    expect(did("offer")).toEqual([]);
  });

  test("whoever did not agree answers relayed, whatever is offered", () => {
    const { did } = play(follower, [
      [0, partner(true)],
      [10, { type: "offered", epoch: 1, sdp: "direct" }],
    ]);
    expect(did("answer")).toMatchObject([{ way: "relay" }]);
  });

  test("later restarts keep the way, and there is none back", () => {
    const { did } = play(leader, [
      [0, own(true)],
      [0, partner(true)],
      [5_000, partner(false)],
      [5_000, own(false)],
      [9_000, { type: "failed" }],
    ]);
    expect(did("offer")).toMatchObject([{ way: "direct" }, { way: "direct" }]);
  });

  test("where there is no relay every restart is direct", () => {
    const { did } = play(createLink("initiator", "direct"), [[0, { type: "failed" }]]);
    expect(did("offer")).toMatchObject([{ way: "direct" }]);
  });
});
