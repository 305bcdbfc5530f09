import { describe, expect, it } from "vitest";
import {
  CONNECT_MAX_MS,
  PING_FRESH_MS,
  PLACE_KEPT_MS,
  SEALS_PER_MATCH_MAX,
  SEAL_CHARS_PER_MATCH_MAX,
  SILENT_PARTNER_MS,
} from "../../protocol/limits.ts";
import { WIDENING } from "../../protocol/widening.ts";
import { nextTick } from "../../durable-objects/lobby/matcher.ts";
import { LobbyGame, handleOf, told } from "./lobby-game.ts";

/** A lobby where so many arrive that the first two delays count. */
function busy(): LobbyGame {
  const game = new LobbyGame();
  for (let index = 0; index < 40; index++) {
    game.arrive(`crowd${index}`, { languages: ["en", "de", "fr"] });
    game.play({ type: "bye", sid: `crowd${index}` });
    game.play({ type: "disconnect", sid: `crowd${index}` });
  }
  return game;
}

describe("introducing two people", () => {
  it("P-24: both get the same match and the partner's key and handle", () => {
    const game = new LobbyGame();
    game.arrive("ann", { interests: ["a", "b"] });
    const effects = game.arrive("bob", { interests: ["b", "c"] });
    const [first, second] = effects.filter((effect) => effect.kind === "introduce");
    expect(first).toMatchObject({
      to: "ann",
      partnerHandle: handleOf("bob"),
      match: { role: "initiator", partner: { sealKey: "key-bob", shared: ["b"] } },
    });
    expect(second).toMatchObject({
      to: "bob",
      partnerHandle: handleOf("ann"),
      match: { role: "responder", partner: { sealKey: "key-ann", shared: ["b"] } },
    });
    expect(second!.match.match).toBe(first!.match.match);
    expect(game.partnerOf("ann")).toBe("bob");
  });

  it("P-24: a third person waits", () => {
    const game = new LobbyGame();
    for (const sid of ["ann", "bob", "cyd"]) game.arrive(sid);
    expect(game.stateOf("cyd")).toBe("waiting");
  });

  it("P-25: the one who has been seeking longer is initiator", () => {
    const game = busy();
    game.arrive("ann", { languages: ["en"] });
    game.pass(10);
    game.arrive("bob", { languages: ["de"] });
    const effects = game.pass(5_000);
    expect(told(effects, "ann")).toContain("match initiator");
    expect(told(effects, "bob")).toContain("match responder");
  });

  it("P-26: shared interest comes before the longest place", () => {
    const game = busy();
    game.arrive("first", { languages: ["en"], interests: ["chess"] });
    game.arrive("second", { languages: ["en"], interests: ["film"] });
    game.arrive("newcomer", { languages: ["en"], interests: ["film"] });
    expect(game.partnerOf("newcomer")).toBe("second");
  });

  it("P-26: among equals the longest place is taken", () => {
    const game = busy();
    const apart = new Set(["first", "second"].map(handleOf));
    game.arrive("first", { languages: ["en"], blocks: apart });
    game.arrive("second", { languages: ["en"], blocks: apart });
    game.arrive("newcomer", { languages: ["en"] });
    expect(game.partnerOf("newcomer")).toBe("first");
  });

  it.each([
    ["direct", "direct", "direct", "direct", "direct"],
    ["relay", "direct", "direct", "direct", "relay"],
    ["direct", "relay", "direct", "direct", "relay"],
    ["direct", "direct", "relay", "direct", "relay"],
    ["direct", "direct", "direct", "relay", "relay"],
  ] as const)("P-29: floors %s and %s, wishes %s and %s make %s", (f1, f2, w1, w2, policy) => {
    const game = new LobbyGame();
    game.arrive("ann", { relay: w1 }, { relay: f1 });
    const effects = game.arrive("bob", { relay: w2 }, { relay: f2 });
    const policies = effects.flatMap((each) =>
      each.kind === "introduce" ? each.match.policy : [],
    );
    expect(policies).toEqual([policy, policy]);
  });
});

describe("who may meet whom", () => {
  it("P-28: tiers never meet", () => {
    const game = new LobbyGame();
    game.arrive("ann", {}, { tier: "open" });
    game.arrive("bob", {}, { tier: "proven" });
    game.pass(60_000);
    expect(game.partnerOf("ann")).toBeUndefined();
  });

  it.each(["ann", "bob"])("P-28: %s blocking the other keeps them apart for good", (blocker) => {
    const game = new LobbyGame();
    const wish = (sid: string, other: string) =>
      sid === blocker ? { blocks: new Set([handleOf(other)]) } : {};
    game.arrive("ann", wish("ann", "bob"));
    game.arrive("bob", wish("bob", "ann"));
    game.pass(60_000);
    expect(game.partnerOf("ann")).toBeUndefined();
  });

  it.each([
    [0, 12_000],
    [1, 12_000],
    [2, 6_000],
    [7, 6_000],
  ])("P-28: the partner %i meetings ago may come again after %i ms", (ago, after) => {
    const game = new LobbyGame();
    const recents = Array.from({ length: 8 }, (_, index) => handleOf(`other${index}`));
    recents[ago] = handleOf("bob");
    game.arrive("ann", { recents });
    game.arrive("bob");
    game.pass(after - 1);
    expect(game.partnerOf("ann")).toBeUndefined();
    game.pass(1);
    expect(game.partnerOf("ann")).toBe("bob");
  });

  it("P-27: in a crowd a shared interest is wanted for 1 s, a shared language for 2 s", () => {
    const language = busy();
    language.arrive("ann", { languages: ["en"], interests: ["a"] });
    language.arrive("bob", { languages: ["en"], interests: ["b"] });
    language.pass(999);
    expect(language.partnerOf("ann")).toBeUndefined();
    language.pass(1);
    expect(language.partnerOf("ann")).toBe("bob");

    const anyone = busy();
    anyone.arrive("ann", { languages: ["en"] });
    anyone.arrive("bob", { languages: ["de"] });
    anyone.pass(1_999);
    expect(anyone.partnerOf("ann")).toBeUndefined();
    anyone.pass(1);
    expect(anyone.partnerOf("ann")).toBe("bob");
  });

  it("P-27: both sides' levels count", () => {
    const game = busy();
    game.arrive("ann", { languages: ["en"] });
    game.pass(1_500);
    game.arrive("bob", { languages: ["de"] });
    game.pass(1_000);
    expect(game.partnerOf("ann")).toBeUndefined();
    game.pass(1_000);
    expect(game.partnerOf("ann")).toBe("bob");
  });

  it("P-27: where hardly anybody arrives the first two delays are 0", () => {
    const game = new LobbyGame();
    game.arrive("ann", { languages: ["en"], interests: ["a"] });
    game.arrive("bob", { languages: ["de"], interests: ["b"] });
    expect(game.partnerOf("ann")).toBe("bob");
  });

  it("P-30: a socket that was not heard is offered to nobody and closed instead", () => {
    const game = new LobbyGame();
    game.arrive("dead");
    game.pass(PING_FRESH_MS, ["dead"]);
    const effects = game.arrive("ann");
    expect(told(effects, "dead")).toEqual(["close silent"]);
    expect(game.stateOf("ann")).toBe("waiting");
    game.arrive("bob");
    expect(game.partnerOf("ann")).toBe("bob");
  });

  it("P-31: a compatible person behind many incompatible ones is found", () => {
    const game = new LobbyGame();
    const crowd = Array.from({ length: 100 }, (_, index) => `crowd${index}`);
    const all = new Set(crowd.map(handleOf));
    // They all avoid each other, so nobody of them is paired.
    for (const sid of crowd) game.arrive(sid, { blocks: all });
    game.arrive("bob", { blocks: all });
    game.arrive("ann", { blocks: all });
    expect(game.partnerOf("ann")).toBeUndefined();
    game.pass(6_000);
    expect(game.partnerOf("ann")).toBe("bob");
  });
});

describe("waiting", () => {
  it("P-19, P-43: says so at once, at every new level and at every new rung", () => {
    const game = busy();
    expect(told(game.arrive("ann", { languages: ["en"] }), "ann")).toEqual(["waiting 0"]);
    expect(told(game.pass(60_000), "ann")).toEqual([
      "waiting 1",
      "waiting 1 region",
      "waiting 2 region",
      "waiting 2 neighbours",
      "waiting 2 world",
      "waiting 3 world",
      "waiting 4 world",
    ]);
  });

  it("P-44: whoever stays in the region climbs no further than that", () => {
    const game = busy();
    game.arrive("ann", { languages: ["en"], reach: "region" });
    expect(told(game.pass(60_000), "ann").at(-1)).toBe("waiting 4 region");
  });

  it("P-41: with nobody waiting the lobby may sleep", () => {
    const game = busy();
    game.arrive("ann");
    game.pass(20_000);
    game.play({ type: "bye", sid: "ann" });
    game.pass(60_000);
    expect(nextTick(game.lobby)).toBeUndefined();
  });

  it("P-20: seeking again keeps the place and the waiting time", () => {
    const game = busy();
    const apart = new Set(["ann", "bob"].map(handleOf));
    game.arrive("ann", { languages: ["en"], blocks: apart });
    game.pass(1_500);
    game.arrive("bob", { languages: ["en"], blocks: apart });
    expect(told(game.seek("ann", { languages: ["fr", "en"], blocks: apart }), "ann")).toEqual([
      "waiting 1 region",
    ]);
    game.arrive("newcomer", { languages: ["en"] });
    expect(game.partnerOf("newcomer")).toBe("ann");
  });

  it("P-23: bye leaves the queue, and a second one is no error", () => {
    const game = new LobbyGame();
    game.arrive("ann");
    game.play({ type: "bye", sid: "ann" });
    expect(game.play({ type: "bye", sid: "ann" })).toEqual([]);
    game.arrive("bob");
    expect(game.stateOf("bob")).toBe("waiting");
  });
});

describe("meeting", () => {
  it.each(["ann", "bob"])("P-32: %s being silent is closed, the other is told", (silent) => {
    const game = new LobbyGame();
    game.arrive("ann");
    game.arrive("bob");
    const other = silent === "ann" ? "bob" : "ann";
    game.play({ type: "ack", sid: other, match: game.meetingOf(other)!.id });
    game.pass(SILENT_PARTNER_MS - 1);
    expect(game.partnerOf(other)).toBe(silent);
    const effects = game.pass(1);
    expect(told(effects, silent)).toEqual(["close silent"]);
    expect(told(effects, other)).toEqual(["gone silent"]);
  });

  it("P-32: two silent people are both closed", () => {
    const game = new LobbyGame();
    game.arrive("ann");
    game.arrive("bob");
    const effects = game.pass(SILENT_PARTNER_MS);
    expect([told(effects, "ann"), told(effects, "bob")]).toEqual([
      ["close silent"],
      ["close silent"],
    ]);
  });

  it("P-33: seal goes to the partner as it is", () => {
    const game = new LobbyGame();
    game.arrive("ann");
    game.arrive("bob");
    const match = game.meetingOf("ann")!.id;
    expect(game.play({ type: "seal", sid: "ann", match, epoch: 3, body: "opaque" })).toEqual([
      { kind: "send", to: "bob", message: { type: "seal", match, epoch: 3, body: "opaque" } },
    ]);
  });

  it.each(["ack", "up"] as const)("P-33: %s for another match is unexpected", (type) => {
    const game = new LobbyGame();
    game.arrive("ann");
    expect(told(game.play({ type, sid: "ann", match: "other" }), "ann")).toEqual([
      "error unexpected",
    ]);
  });

  it("P-34: what one person may have relayed ends, by number and by size, and the match goes on", () => {
    const game = new LobbyGame();
    game.arrive("ann");
    game.arrive("bob");
    const match = game.meetingOf("ann")!.id;
    const seal = (sid: string, body: string) =>
      game.play({ type: "seal", sid, match, epoch: 0, body });
    for (let index = 0; index < SEALS_PER_MATCH_MAX; index++) {
      expect(told(seal("ann", "x"), "bob")).toEqual(["seal"]);
    }
    expect(told(seal("ann", "x"), "ann")).toEqual(["error exhausted"]);
    expect(told(seal("bob", "x".repeat(SEAL_CHARS_PER_MATCH_MAX)), "ann")).toEqual(["seal"]);
    expect(told(seal("bob", "x"), "bob")).toEqual(["error exhausted"]);
    expect(game.partnerOf("ann")).toBe("bob");
  });

  it("P-35: without both up the meeting times out for both", () => {
    const game = new LobbyGame();
    game.arrive("ann");
    game.arrive("bob");
    const match = game.meetingOf("ann")!.id;
    game.play({ type: "up", sid: "ann", match });
    game.play({ type: "ack", sid: "bob", match });
    game.pass(CONNECT_MAX_MS - 1);
    expect(game.partnerOf("ann")).toBe("bob");
    const effects = game.pass(1);
    expect([told(effects, "ann"), told(effects, "bob")]).toEqual([
      ["gone timeout"],
      ["gone timeout"],
    ]);
  });

  it("P-35: a socket lost before both are up ends the meeting", () => {
    const game = new LobbyGame();
    game.arrive("ann");
    game.arrive("bob");
    game.play({ type: "up", sid: "bob", match: game.meetingOf("bob")!.id });
    expect(told(game.play({ type: "disconnect", sid: "ann" }), "bob")).toEqual(["gone lost"]);
    expect(game.play({ type: "disconnect", sid: "ann" })).toEqual([]);
  });

  it("P-36: a socket lost in a call ends nothing, and a new one is in the same match", () => {
    const game = new LobbyGame();
    const match = game.call("ann", "bob");
    expect(game.play({ type: "disconnect", sid: "ann" })).toEqual([]);
    expect(told(game.pass(60_000), "bob")).toEqual([]);
    game.join("ann");
    expect(game.meetingOf("ann")?.id).toBe(match);
    expect(told(game.seek("ann"), "bob")).toEqual(["gone next"]);
  });

  it("P-36: a call whose sockets are both lost is forgotten", () => {
    const game = new LobbyGame();
    game.call("ann", "bob");
    game.play({ type: "disconnect", sid: "ann" });
    game.play({ type: "disconnect", sid: "bob" });
    expect([game.lobby.meetings.size, game.lobby.away.size, game.lobby.people.size]).toEqual([
      0, 0, 0,
    ]);
  });

  it("P-15: a newer socket takes over the match", () => {
    const game = new LobbyGame();
    game.arrive("ann");
    game.arrive("bob");
    game.join("ann");
    expect(game.partnerOf("ann")).toBe("bob");
  });

  it("P-15: a newer socket is not matched before it seeks, and then has the old place", () => {
    const game = new LobbyGame();
    game.arrive("ann");
    game.join("ann");
    game.arrive("bob");
    expect(game.stateOf("bob")).toBe("waiting");
    game.seek("ann");
    expect(game.partnerOf("ann")).toBe("bob");
  });
});

describe("leaving", () => {
  it.each([
    ["bye", "left"],
    ["seek", "next"],
  ] as const)("P-18, P-23, P-38: %s ends the match for the other as %s", (how, reason) => {
    const game = new LobbyGame();
    game.call("ann", "bob");
    const effects = how === "bye" ? game.play({ type: "bye", sid: "ann" }) : game.seek("ann");
    expect(told(effects, "bob")).toEqual([`gone ${reason}`]);
    expect(game.stateOf("bob")).toBe("idle");
  });

  it("P-37: who was left goes before everybody who came later", () => {
    const game = new LobbyGame();
    game.call("ann", "bob");
    const blocks = new Set([handleOf("early"), handleOf("bob")]);
    game.arrive("early", { blocks });
    game.seek("ann", { blocks });
    game.seek("bob", { recents: [handleOf("ann")], blocks });
    game.arrive("newcomer");
    expect(game.partnerOf("newcomer")).toBe("bob");
  });

  it("P-37: the place is kept for a while only, and not for who left", () => {
    const game = new LobbyGame();
    game.call("ann", "bob");
    const blocks = new Set(["early", "bob", "ann"].map(handleOf));
    game.arrive("early", { blocks });
    game.seek("ann", { blocks });
    game.pass(PLACE_KEPT_MS + 1);
    game.seek("bob", { blocks });
    game.arrive("newcomer");
    expect(game.partnerOf("newcomer")).toBe("early");
  });

  it("P-37: a long wait before the match does not bring the same two together again at once", () => {
    const game = new LobbyGame();
    game.arrive("ann", { recents: [handleOf("bob")] });
    game.arrive("bob", { recents: [handleOf("ann")] });
    game.pass(12_000);
    expect(game.partnerOf("ann")).toBe("bob");
    const match = game.meetingOf("ann")!.id;
    for (const sid of ["ann", "bob"]) game.play({ type: "ack", sid, match });
    game.pass(CONNECT_MAX_MS);
    game.seek("ann", { recents: [handleOf("bob")] });
    game.seek("bob", { recents: [handleOf("ann")] });
    game.pass(9_000);
    expect(game.partnerOf("ann")).toBeUndefined();
    game.pass(1_000);
    expect(game.partnerOf("ann")).toBe("bob");
  });

  it("P-39: next pressed by both at once puts both back, apart", () => {
    const game = new LobbyGame();
    game.call("ann", "bob");
    game.seek("ann", { recents: [handleOf("bob")] });
    const effects = game.seek("bob", { recents: [handleOf("ann")] });
    expect(told(effects, "bob")).toEqual(["waiting 2"]);
    expect([game.stateOf("ann"), game.stateOf("bob")]).toEqual(["waiting", "waiting"]);
  });
});

describe("sleep between any two steps", () => {
  const steps: [string, (game: LobbyGame) => void][] = [
    [
      "both arrive",
      (game) => {
        game.arrive("ann");
        game.join("bob");
      },
    ],
    ["bob seeks", (game) => void game.seek("bob")],
    [
      "ann acknowledges",
      (game) => void game.play({ type: "ack", sid: "ann", match: game.meetingOf("ann")!.id }),
    ],
    [
      "bob seals",
      (game) =>
        void game.play({
          type: "seal",
          sid: "bob",
          match: game.meetingOf("bob")!.id,
          epoch: 0,
          body: "x",
        }),
    ],
    ["time passes", (game) => void game.pass(SILENT_PARTNER_MS + 1)],
    [
      "ann is up",
      (game) => void game.play({ type: "up", sid: "ann", match: game.meetingOf("ann")!.id }),
    ],
    [
      "bob is up",
      (game) => void game.play({ type: "up", sid: "bob", match: game.meetingOf("bob")!.id }),
    ],
    ["ann's socket is lost", (game) => void game.play({ type: "disconnect", sid: "ann" })],
    ["ann is back", (game) => game.join("ann")],
    ["ann goes on", (game) => void game.seek("ann", { recents: [handleOf("bob")] })],
    ["bob seeks at the front", (game) => void game.seek("bob", { recents: [handleOf("ann")] })],
    ["a newcomer", (game) => void game.arrive("cyd")],
  ];

  it("P-41: nobody can tell", () => {
    const awake = new LobbyGame();
    const sleepy = new LobbyGame();
    for (const [name, play] of steps) {
      play(awake);
      play(sleepy);
      expect(sleepy.sleep(), name).toEqual([]);
      expect(sleepy.effects, name).toEqual(awake.effects);
    }
    expect(awake.partnerOf("cyd")).toBe("bob");
  });

  it("P-35: who slept while the partner vanished is told on waking", () => {
    const game = new LobbyGame();
    game.arrive("ann");
    game.arrive("bob");
    expect(told(game.sleep(["ann"]), "bob")).toEqual(["gone lost"]);
  });

  it.each(["ann", "bob"])("P-36: a call goes on when %s's socket vanished during sleep", (lost) => {
    const game = new LobbyGame();
    const match = game.call("ann", "bob");
    expect(game.sleep([lost])).toEqual([]);
    game.join(lost);
    expect(game.meetingOf(lost)?.id).toBe(match);
  });

  it("P-19: a level is not told twice", () => {
    const game = new LobbyGame();
    game.arrive("ann");
    game.pass(7_000);
    game.sleep();
    expect(told(game.pass(60_000), "ann")).toEqual(["waiting 4 world"]);
  });
});

it("the widening table starts at once and only ever opens", () => {
  expect(WIDENING[0]!.afterMs).toBe(0);
  for (let level = 1; level < WIDENING.length; level++) {
    expect(WIDENING[level]!.afterMs).toBeGreaterThan(WIDENING[level - 1]!.afterMs);
    expect(WIDENING[level]!.recentsAvoided).toBeLessThanOrEqual(
      WIDENING[level - 1]!.recentsAvoided,
    );
  }
});
