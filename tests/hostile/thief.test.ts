/**
 * The handshake without the sealing around it: a lobby that stole both seal keys reads and rewrites
 * every flight. It can do nothing but what ends the match. Titles: the initiator's view / the
 * responder's.
 */
import { describe, expect, test } from "vitest";
import { encapsulate, generateXWingKeyPair } from "../../e2ee/xwing.ts";
import { commitmentTo } from "../../e2ee/handshake/transcript.ts";
import type { Flight } from "../../web/call/flights.ts";
import { flipped } from "../e2ee/kit.ts";
import { description } from "./description.ts";
import { meet, people, thief } from "./lobby.ts";
import type { People } from "./lobby.ts";

const IN = "waiting in the handshake";
const middleKeys = await generateXWingKeyPair();
const middleCertificate = new Uint8Array(32).fill(77);

function put(bytes: Uint8Array, at: number, part: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  copy.set(part, at);
  return copy;
}

/** Where a hello's fields begin (docs/handshake.md, "Bytes"). */
const AT = {
  role: 3,
  match: 4,
  key: 20,
  nonce: 1_236,
  fingerprint: 1_268,
  seals: 1_300,
  policy: 3_732,
};
const IN_M2 = 1;
const IN_M3 = 1 + 4;

type Edit = (flight: Flight, who: People) => Flight | readonly Flight[] | Promise<Flight>;

async function under(edit: Edit): Promise<string> {
  const who = await people();
  const { a, b } = await meet(
    thief((flight) => edit(flight, who), who),
    who,
  );
  expect(a.isConfirmed() && b.isConfirmed()).toBe(false);
  return `${a.sees()} / ${b.sees()}`;
}

const onM2 =
  (change: (m2: Uint8Array, who: People) => Uint8Array<ArrayBuffer>): Edit =>
  (flight, who) =>
    flight.type === "answer" ? { ...flight, m2: change(flight.m2, who) } : flight;
const onM3 =
  (change: (m3: Uint8Array, who: People) => Uint8Array<ArrayBuffer>): Edit =>
  (flight, who) =>
    flight.type === "reveal" ? { ...flight, m3: change(flight.m3, who) } : flight;

test("the thief passes everything on: confirmed on both sides, so the table below means something", async () => {
  const who = await people();
  const { a, b } = await meet(
    thief((flight) => flight, who),
    who,
  );
  expect([a.isConfirmed(), b.isConfirmed()]).toEqual([true, true]);
});

describe("certificates", () => {
  test.each<[string, string, Edit]>([
    [
      "its own in the offer's description",
      `${IN} / fingerprint`,
      (flight) =>
        flight.type === "offer" ? { ...flight, sdp: description(middleCertificate) } : flight,
    ],
    [
      "its own in the answer's description",
      `fingerprint / ${IN}`,
      (flight) =>
        flight.type === "answer" ? { ...flight, sdp: description(middleCertificate) } : flight,
    ],
    [
      "its own in the answer and in M2",
      "confirmation / waiting with keys",
      (flight) =>
        flight.type === "answer"
          ? {
              ...flight,
              sdp: description(middleCertificate),
              m2: put(flight.m2, IN_M2 + AT.fingerprint, middleCertificate),
            }
          : flight,
    ],
    [
      "its own in the offer and in M3",
      `${IN} / commitment`,
      (flight) => {
        if (flight.type === "offer") return { ...flight, sdp: description(middleCertificate) };
        if (flight.type !== "reveal") return flight;
        return { ...flight, m3: put(flight.m3, IN_M3 + AT.fingerprint, middleCertificate) };
      },
    ],
    [
      "the initiator's own, back to it",
      `reflected / ${IN}`,
      (flight, who) =>
        flight.type === "answer"
          ? {
              ...flight,
              sdp: description(who.a.certificate),
              m2: put(flight.m2, IN_M2 + AT.fingerprint, who.a.certificate),
            }
          : flight,
    ],
    [
      "two in one description",
      "waiting / malformed",
      (flight) =>
        flight.type === "offer"
          ? { ...flight, sdp: `${flight.sdp}a=fingerprint:sha-256 ${"AB:".repeat(31)}AB\r\n` }
          : flight,
    ],
  ])("%s: %s", async (_, seen, edit) => {
    expect(await under(edit)).toBe(seen);
  });
});

describe("keys, nonces, roles", () => {
  test.each<[string, string, Edit]>([
    [
      // X-Wing gives a secret for any ciphertext; the macs then differ.
      "its own handshake key in M2",
      "confirmation / waiting with keys",
      onM2((m2) => put(m2, IN_M2 + AT.key, middleKeys.publicKey)),
    ],
    [
      "its own handshake key in M3",
      `${IN} / commitment`,
      onM3((m3) => put(m3, IN_M3 + AT.key, middleKeys.publicKey)),
    ],
    [
      "the initiator's key back in M2",
      `reflected / ${IN}`,
      onM2((m2, who) => put(m2, IN_M2 + AT.key, who.a.handshakeKeys.publicKey)),
    ],
    [
      "another nonce in M2",
      "confirmation / waiting with keys",
      onM2((m2) => flipped(m2, IN_M2 + AT.nonce)),
    ],
    ["another nonce in M3", `${IN} / commitment`, onM3((m3) => flipped(m3, IN_M3 + AT.nonce))],
    [
      "the role turned round in M2",
      `malformed / ${IN}`,
      onM2((m2) => flipped(m2, IN_M2 + AT.role, 3)),
    ],
    [
      "the role turned round in M3",
      `${IN} / commitment`,
      onM3((m3) => flipped(m3, IN_M3 + AT.role, 3)),
    ],
    ["another match in M2", `malformed / ${IN}`, onM2((m2) => flipped(m2, IN_M2 + AT.match))],
    ["a looser policy in M2", `malformed / ${IN}`, onM2((m2) => flipped(m2, IN_M2 + AT.policy, 3))],
    [
      "a seal key in M2 that nobody used",
      `malformed / ${IN}`,
      onM2((m2) => put(m2, IN_M2 + AT.seals, middleKeys.publicKey)),
    ],
  ])("%s: %s", async (_, seen, edit) => {
    expect(await under(edit)).toBe(seen);
  });
});

describe("commitment, ciphertexts, macs", () => {
  test("another commitment, of a hello that the thief made: in the handshake / commitment", async () => {
    const commitment = await commitmentTo(new Uint8Array(3_735));
    const seen = await under((flight) =>
      flight.type === "offer" ? { ...flight, m1: put(flight.m1, 1, commitment) } : flight,
    );
    expect(seen).toBe(`${IN} / commitment`);
  });

  test("ct1 of the thief's own: confirmation / waiting with keys that open nothing", async () => {
    const seen = await under(async (flight, who) => {
      if (flight.type !== "reveal") return flight;
      const { ciphertext } = await encapsulate(who.b.handshakeKeys.publicKey);
      return { ...flight, m3: put(flight.m3, flight.m3.length - 1_120, ciphertext) };
    });
    expect(seen).toBe("confirmation / waiting with keys");
  });

  test("ct2 of the thief's own: confirmation / waiting with keys that open nothing", async () => {
    const seen = await under(async (flight, who) => {
      if (flight.type !== "confirm") return flight;
      const { ciphertext } = await encapsulate(who.a.handshakeKeys.publicKey);
      return { ...flight, m4: put(flight.m4, 1, ciphertext) };
    });
    expect(seen).toBe("confirmation / waiting with keys");
  });

  test("the responder's mac as the initiator's: confirmed / confirmation", async () => {
    let mac = new Uint8Array(32);
    const seen = await under((flight) => {
      if (flight.type === "confirm") mac = flight.m4.slice(-32);
      return flight.type === "finish" ? { ...flight, m5: put(flight.m5, 1, mac) } : flight;
    });
    expect(seen).toBe("confirmed / confirmation");
  });

  test("another message in the place of each: whoever gets it ends and says so", async () => {
    const others: readonly [Flight["type"], Flight, string][] = [
      ["offer", { type: "reveal", m3: new Uint8Array(4_872) }, "waiting / malformed"],
      ["answer", { type: "confirm", m4: new Uint8Array(1_153) }, `malformed / ${IN}`],
      ["reveal", { type: "finish", m5: new Uint8Array(33) }, `${IN} / malformed`],
      [
        "confirm",
        { type: "answer", m2: new Uint8Array(3_748), sdp: "" },
        "malformed / waiting with keys",
      ],
      ["finish", { type: "offer", m1: new Uint8Array(33), sdp: "" }, "confirmed / malformed"],
    ];
    for (const [type, other, seen] of others) {
      expect(await under((flight) => (flight.type === type ? other : flight))).toBe(seen);
    }
  });

  test("candidates poured into the handshake change nothing of it", async () => {
    const who = await people();
    const candidates = ["candidate:1 1 udp 1 203.0.113.9 5000 typ relay raddr 0.0.0.0 rport 0"];
    const { a, b } = await meet(
      thief((flight) => [flight, { type: "candidates", candidates }], who),
      who,
    );
    expect([a.isConfirmed(), b.isConfirmed()]).toEqual([true, true]);
    expect(a.keys()?.code).toEqual(b.keys()?.code);
  });
});
