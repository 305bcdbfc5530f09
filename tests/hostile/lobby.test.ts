/**
 * A lobby that does whatever it likes with what passes it and with what it tells. The titles say
 * what each side ends up seeing: the initiator's view, then the responder's. Whoever is left
 * waiting sees "connection-failed" when the call's deadline passes (web/call/match-session.ts).
 */
import { describe, expect, test } from "vitest";
import { fromBase64url, toBase64url } from "../../protocol/base64url.ts";
import { generateXWingKeyPair } from "../../e2ee/xwing.ts";
import { flipped } from "../e2ee/kit.ts";
import { meet, people } from "./lobby.ts";
import type { Lobby, Outcome, Passing } from "./lobby.ts";
import { matchId, openPage } from "./page.ts";
import type { Told } from "./page.ts";
import { quiet } from "./quiet.ts";

const IN = "waiting in the handshake";

function sees({ a, b }: Outcome): string {
  return `${a.sees()} / ${b.sees()}`;
}

/** Does `act` to one body of one side and passes on the rest. */
function onto(
  [from, index]: readonly [Passing["from"], number],
  act: (body: string) => readonly string[],
): Lobby {
  return {
    relay: (passing) =>
      passing.from === from && passing.index === index ? act(passing.body) : [passing.body],
  };
}

describe("an honest lobby", () => {
  test("confirmed / confirmed: equal codes, equal keys, the certificates fit", async () => {
    const who = await people();
    const outcome = await meet({}, who);
    const { a, b } = outcome;
    expect(sees(outcome)).toBe("confirmed / confirmed");
    expect(a.keys()?.code).toEqual(b.keys()?.code);
    expect(a.keys()?.root).toEqual(b.keys()?.root);
    expect(a.connect(who.b.certificate)).toBe(true);
    expect(b.connect(who.a.certificate)).toBe(true);
    expect([a.sent.length, b.sent.length]).toEqual([3, 2]);
  });

  test("and a connection to another certificate: certificate / certificate", async () => {
    const outcome = await meet();
    const middle = new Uint8Array(32).fill(1);
    expect([outcome.a.connect(middle), outcome.b.connect(middle)]).toEqual([false, false]);
    expect(sees(outcome)).toBe("certificate / certificate");
  });
});

const OFFER = ["initiator", 0] as const;
const ANSWER = ["responder", 0] as const;
const REVEAL = ["initiator", 1] as const;
const CONFIRM = ["responder", 1] as const;
const FINISH = ["initiator", 2] as const;

/** What each side sees when this flight never arrives as it was sent. */
const SPOILED = [
  ["offer", OFFER, "waiting / malformed"],
  ["answer", ANSWER, `malformed / ${IN}`],
  ["reveal", REVEAL, `${IN} / malformed`],
  ["confirm", CONFIRM, "malformed / waiting with keys"],
  ["finish", FINISH, "confirmed / malformed"],
] as const;

describe.each(SPOILED)("the %s", (_, flight, seen) => {
  const spoil = (change: (bytes: Uint8Array) => Uint8Array): Promise<Outcome> =>
    meet(onto(flight, (body) => [toBase64url(change(fromBase64url(body) ?? new Uint8Array()))]));

  test(`with a bit flipped: ${seen}`, async () => {
    for (const place of [0, 0.2, 0.5, 0.8, 1]) {
      const outcome = await spoil((bytes) =>
        flipped(bytes, Math.floor(place * (bytes.length - 1)), 4),
      );
      expect(sees(outcome)).toBe(seen);
    }
  });

  test(`cut short or lengthened: ${seen}`, async () => {
    for (const length of [0, 1, 16, 1_137]) {
      expect(sees(await spoil((bytes) => bytes.slice(0, Math.min(length, bytes.length - 1))))).toBe(
        seen,
      );
    }
    expect(sees(await spoil((bytes) => new Uint8Array([...bytes, 0])))).toBe(seen);
  });

  test(`replaced by words that are none: ${seen}`, async () => {
    for (const junk of ["", "AAAA", "not base64url!", "A".repeat(60_000)]) {
      expect(sees(await meet(onto(flight, () => [junk])))).toBe(seen);
    }
  });

  test("doubled: whoever gets it twice ends and says so", async () => {
    const outcome = await meet(onto(flight, (body) => [body, body]));
    const receiver = flight[0] === "initiator" ? outcome.b : outcome.a;
    expect(receiver.shown()).toEqual({ kind: "security", failure: "malformed" });
    // The other may already be done; nothing that it seals after this is opened by anybody.
    expect(outcome.a.isConfirmed() && outcome.b.isConfirmed()).toBe(false);
  });

  test("dropped: both wait, nobody seals, nobody goes on", async () => {
    const outcome = await meet(onto(flight, () => []));
    const expected = {
      offer: "waiting / waiting",
      answer: `waiting / ${IN}`,
      reveal: `${IN} / ${IN}`,
      confirm: `${IN} / waiting with keys`,
      finish: "confirmed / waiting with keys",
    };
    expect(sees(outcome)).toBe(expected[_]);
  });

  test("also sent back to its sender: the sender ends and says so", async () => {
    const outcome = await meet({
      back: ({ from, index, body }) => (from === flight[0] && index === flight[1] ? [body] : []),
    });
    const sender = flight[0] === "initiator" ? outcome.a : outcome.b;
    expect(sender.shown()).toEqual({ kind: "security", failure: "malformed" });
  });
});

describe("order", () => {
  test(`candidates before the offer that was sent first: waiting / malformed`, async () => {
    const held: string[] = [];
    const who = await people();
    const lobby: Lobby = {
      relay({ from, index, body }) {
        if (from === "responder") return [body];
        held.push(body);
        return index === 1 ? held.toReversed() : [];
      },
    };
    const { a, b } = await meetWithCandidates(lobby, who);
    expect(`${a.sees()} / ${b.sees()}`).toBe("waiting / malformed");
  });

  test("a reveal that overtakes nothing but comes a second time later: confirmed / malformed", async () => {
    let reveal = "";
    const outcome = await meet({
      relay({ from, index, body }) {
        if (from === "initiator" && index === 1) reveal = body;
        return from === "initiator" && index === 2 ? [body, reveal] : [body];
      },
    });
    expect(sees(outcome)).toBe("confirmed / malformed");
  });

  /** The initiator sends candidates right behind its offer. */
  async function meetWithCandidates(lobby: Lobby, who: Awaited<ReturnType<typeof people>>) {
    const told = { match: matchId(), policy: "relay" } as const;
    const bodies: string[] = [];
    const a = openPage(
      who.a,
      { ...told, role: "initiator", partnerSealKey: who.b.sealKeys.publicKey },
      (body) => bodies.push(body),
    );
    await quiet();
    a.sendCandidates(["candidate:1 1 udp 1 203.0.113.9 5000 typ relay raddr 0.0.0.0 rport 0"]);
    await quiet();
    const b = openPage(who.b, {
      ...told,
      role: "responder",
      partnerSealKey: who.a.sealKeys.publicKey,
    });
    for (const [index, body] of bodies.entries()) {
      for (const each of (await lobby.relay?.({ body, from: "initiator", index })) ?? []) {
        b.receive(each);
      }
    }
    await quiet();
    return { a, b };
  }
});

describe("a match told wrongly", () => {
  const telling = (
    wrong: (told: Told, who: Awaited<ReturnType<typeof people>>) => Told,
  ): Lobby => ({
    tell: wrong,
  });
  const toA = (told: Told): boolean => told.role === "initiator";
  const cases: readonly [string, string, Lobby][] = [
    [
      "both are told initiator",
      "malformed / malformed",
      telling((told) => ({ ...told, role: "initiator" })),
    ],
    [
      "both are told responder",
      "waiting / waiting",
      telling((told) => ({ ...told, role: "responder" })),
    ],
    [
      "different match ids",
      "waiting / malformed",
      telling((told) => ({ ...told, match: matchId() })),
    ],
    [
      "an id that is not the one spelling of 16 bytes",
      "malformed / waiting",
      telling((told) => (toA(told) ? { ...told, match: `${told.match.slice(0, 21)}B` } : told)),
    ],
    [
      "different relay policies, the initiator's looser",
      `malformed / ${IN}`,
      telling((told) => (toA(told) ? { ...told, policy: "direct" } : told)),
    ],
    [
      "different relay policies, the responder's looser",
      `malformed / ${IN}`,
      telling((told) => (toA(told) ? told : { ...told, policy: "direct" })),
    ],
    [
      "each gets its own seal key as the partner's",
      "reflected / reflected",
      telling((told, who) => ({
        ...told,
        partnerSealKey: (toA(told) ? who.a : who.b).sealKeys.publicKey,
      })),
    ],
    [
      "the initiator gets its own seal key",
      "reflected / waiting",
      telling((told, who) =>
        toA(told) ? { ...told, partnerSealKey: who.a.sealKeys.publicKey } : told,
      ),
    ],
    [
      "a seal key of zeros",
      "reflected / waiting",
      telling((told) => (toA(told) ? { ...told, partnerSealKey: new Uint8Array(1216) } : told)),
    ],
    [
      "a seal key above the modulus",
      "reflected / waiting",
      telling((told) =>
        toA(told) ? { ...told, partnerSealKey: told.partnerSealKey.slice().fill(255, 0, 3) } : told,
      ),
    ],
  ];
  test.each(cases)("%s: %s", async (_, seen, lobby) => {
    expect(sees(await meet(lobby))).toBe(seen);
  });

  test("a seal key of the lobby's own, without a handshake of its own: waiting / malformed", async () => {
    const middle = await generateXWingKeyPair();
    // The initiator seals to the lobby; its flight does not open for the responder.
    const lobby = telling((told) =>
      toA(told) ? { ...told, partnerSealKey: middle.publicKey } : told,
    );
    expect(sees(await meet(lobby))).toBe("waiting / malformed");
  });
});

describe("replay", () => {
  test("all flights of an earlier match of the same two, into their next: malformed / malformed", async () => {
    const old: Passing[] = [];
    const first = await meet({
      relay(passing) {
        old.push(passing);
        return [passing.body];
      },
    });
    expect(sees(first)).toBe("confirmed / confirmed");
    const outcome = await meet({
      relay: ({ from, index }) =>
        old.filter((each) => each.from === from && each.index === index).map(({ body }) => body),
    });
    // The initiator's own next flight never comes to pass: the responder refused the first.
    expect(outcome.b.sees()).toBe("malformed");
    expect(outcome.a.sees()).toBe("waiting");
    outcome.a.receive(old.find(({ from }) => from === "responder")?.body ?? "");
    await quiet();
    expect(sees(outcome)).toBe("malformed / malformed");
  });

  test("even with the old match id and the old keys of one side: the other drew new ones", async () => {
    const old: Passing[] = [];
    const who = await people();
    const told = matchId();
    const tell = (honest: Told): Told => ({ ...honest, match: told });
    const record = (passing: Passing): string[] => {
      old.push(passing);
      return [passing.body];
    };
    await meet({ tell, relay: record }, who);
    // A page that kept its keys, against the rule: the replayed offer opens, the reveal does not fit.
    const again = { a: (await people()).a, b: who.b };
    const partnerSealKey = who.a.sealKeys.publicKey;
    const b = openPage(again.b, {
      match: told,
      role: "responder",
      policy: "relay",
      partnerSealKey,
    });
    for (const { body } of old.filter(({ from }) => from === "initiator")) b.receive(body);
    await quiet();
    expect(b.sees()).toBe("confirmation");
    expect(b.keys()).toBeUndefined();
  });

  test("a genuine flight after a failure brings nothing back", async () => {
    const genuine: string[] = [];
    const outcome = await meet(
      onto(ANSWER, (body) => {
        genuine.push(body);
        return ["AAAA"];
      }),
    );
    outcome.a.receive(genuine[0] ?? "");
    await quiet();
    expect(outcome.a.sees()).toBe("malformed");
    expect(outcome.a.sent).toHaveLength(1);
  });

  test("anybody may seal a first flight; a forged offer keeps the true one out and is found out: waiting / malformed", async () => {
    const [who, forger] = await Promise.all([people(), people()]);
    const match = matchId();
    // It gives the initiator's seal key for its own, but cannot open what comes back.
    const { publicKey } = who.a.sealKeys;
    const forged = openPage(
      { ...forger.a, sealKeys: { ...forger.a.sealKeys, publicKey } },
      { match, role: "initiator", policy: "relay", partnerSealKey: who.b.sealKeys.publicKey },
    );
    await quiet();
    const outcome = await meet(
      {
        tell: (told) => ({ ...told, match }),
        relay: ({ from, index, body }) =>
          from === "initiator" && index === 0 ? [...forged.sent, body] : [],
      },
      who,
    );
    expect(outcome.b.sent).toHaveLength(1);
    expect(sees(outcome)).toBe("waiting / malformed");
    forged.receive(outcome.b.sent[0] ?? "");
    await quiet();
    expect(forged.sees()).toBe("malformed");
  });
});
