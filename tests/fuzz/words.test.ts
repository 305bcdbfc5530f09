/** What reads text that somebody else wrote: descriptions, flights, the lobby's and the partner's words. */
import { afterAll, describe, test } from "vitest";
import type { ClientMessage, EdgeMessage, Preferences } from "../../protocol/messages.ts";
import { parseClientMessage, parseEdgeMessage } from "../../protocol/parse.ts";
import { toBase64url } from "../../protocol/base64url.ts";
import { decodeFlight, encodeFlight } from "../../web/call/flights.ts";
import type { Flight } from "../../web/call/flights.ts";
import { candidateType, filterCandidate, inspect, sanitize } from "../../web/call/sdp.ts";
import { decodePeerMessage, encodePeerMessage } from "../../web/chat/messages.ts";
import { bytesOf } from "../e2ee/kit.ts";
import { description } from "../hostile/description.ts";
import { executed, fuzz, hammer, must, mutated, mutatedText, SEED } from "./kit.ts";
import type { Fuzz } from "./kit.ts";

const LONG = { timeout: 3_600_000 };
console.log(`FUZZ_SEED=${SEED}`);
afterAll(() => console.log(`words: ${executed()} executions`));

const SDP = description(bytesOf("certificate", 32));
const CANDIDATES = [
  "candidate:1 1 udp 41885951 203.0.113.9 50148 typ relay raddr 198.51.100.7 rport 4711 generation 0",
  "candidate:2 1 udp 2113937151 192.168.1.5 50000 typ host generation 0",
  "candidate:3 1 UDP 1677729535 198.51.100.7 4711 typ srflx raddr 192.168.1.5 rport 50000",
];

describe("descriptions", () => {
  test("candidates: in relay mode a relay's or none, without the related address", LONG, () =>
    hammer<string>({
      name: "candidates",
      share: 0.03,
      input: (chance) => mutatedText(chance, chance.pick(CANDIDATES)),
      check(candidate) {
        const direct = filterCandidate(candidate, "direct");
        const relay = filterCandidate(candidate, "relay");
        if (relay !== undefined) {
          must(candidateType(relay) === "relay", "another type in relay mode");
          must(filterCandidate(relay, "relay") === relay, "filtering again changes it");
          must(direct === relay, "refused where more is allowed");
        }
      },
    }),
  );

  test(
    "sanitize: only relays' candidates, no addresses of anybody, no other header extension",
    LONG,
    () =>
      hammer<string>({
        name: "sanitize",
        share: 0.008,
        input: (chance) => mutatedText(chance, withCandidate(chance)),
        check(sdp) {
          const clean = sanitize(sdp, "relay");
          must(sanitize(clean, "relay") === clean, "sanitizing again changes it");
          for (const line of clean.split(/\r?\n/)) {
            if (line.startsWith("a=candidate:")) {
              must(candidateType(line.slice(2)) === "relay", "a candidate that is no relay's");
            }
            if (line.startsWith("c=")) must(line === "c=IN IP4 0.0.0.0", "an address");
            if (line.startsWith("a=extmap:"))
              must(!/audio-level|orientation/.test(line), "an extension");
          }
        },
      }),
  );

  test(
    "inspect: what passes has three sections, our codecs, one SHA-256 fingerprint, no keys",
    LONG,
    () =>
      hammer<string>({
        name: "inspect",
        share: 0.008,
        input: (chance) => mutatedText(chance, SDP),
        check(sdp) {
          const inspected = inspect(sdp);
          if (!inspected.ok) return;
          const lines = sdp.split(/\r?\n/);
          must(lines.filter((line) => line.startsWith("m=")).length === 3, "other sections");
          must(!lines.some((line) => line.startsWith("a=crypto:")), "keys in the description");
          const named = new Set(
            lines
              .filter((line) => line.startsWith("a=fingerprint:"))
              .map((line) => line.toLowerCase()),
          );
          must(named.size === 1, "more than one fingerprint");
          const hex = Buffer.from(inspected.fingerprint).toString("hex");
          must([...named][0]?.replaceAll(":", "").endsWith(hex) === true, "another fingerprint");
        },
      }),
  );

  function withCandidate(chance: Fuzz): string {
    const at = chance.pick(["m=video", "m=application", "a=mid:0"]);
    return SDP.replace(at, `a=${chance.pick(CANDIDATES)}\r\n${at}`);
  }
});

describe("flights", () => {
  const FLIGHTS: readonly Flight[] = [
    { type: "offer", m1: bytesOf("m1", 33), sdp: "v=0\r\n" },
    { type: "answer", m2: bytesOf("m2", 60), sdp: "v=0\r\n" },
    { type: "reveal", m3: bytesOf("m3", 60) },
    { type: "confirm", m4: bytesOf("m4", 60) },
    { type: "finish", m5: bytesOf("m5", 33) },
    { type: "candidates", candidates: CANDIDATES },
  ];
  const ENCODED = FLIGHTS.map(encodeFlight);

  test("what is taken comes back as it went, with no field more", LONG, () =>
    hammer<Uint8Array>({
      name: "flights",
      share: 0.025,
      input: (chance) => damagedText(chance, ENCODED),
      check(bytes) {
        const flight = decodeFlight(bytes);
        if (flight === undefined) return;
        const again = decodeFlight(encodeFlight(flight));
        must(JSON.stringify(again) === JSON.stringify(flight), "does not come back");
        must(Object.keys(flight).length <= 3, "a field too many");
      },
    }),
  );
});

describe("words", () => {
  const PEER = [
    { type: "chat", text: "hello 😀" },
    { type: "media", camera: true, microphone: false },
    { type: "bye" },
  ] as const;
  const ENCODED = PEER.map(encodePeerMessage);

  test("of the partner", LONG, () =>
    hammer<Uint8Array>({
      name: "peer messages",
      share: 0.04,
      input: (chance) => damagedText(chance, ENCODED),
      check(bytes) {
        const message = decodePeerMessage(bytes);
        if (message?.type === "chat") must(message.text.length <= 1_000, "a text too long");
        if (message !== undefined) must(Object.keys(message).length <= 3, "a field too many");
      },
    }),
  );

  const key = toBase64url(bytesOf("key", 1_216));
  const id = toBase64url(bytesOf("id", 16));
  const capsule = toBase64url(bytesOf("capsule", 44));
  const preferences: Preferences = { languages: ["en"], interests: [], relay: "relay" };
  const CLIENT: readonly ClientMessage[] = [
    { type: "hello", version: 1 },
    { type: "seek", sealKey: key, preferences, recents: [capsule], blocks: [capsule] },
    { type: "next", match: id, sealKey: key, preferences, recents: [], blocks: [] },
    { type: "ack", match: id },
    { type: "seal", match: id, epoch: 0, body: "AAAA" },
    { type: "up", match: id },
    { type: "bye", match: id },
  ];
  const EDGE: readonly EdgeMessage[] = [
    { type: "welcome", version: 1 },
    { type: "waiting", rung: "shard", level: 0, waited: 0 },
    {
      type: "match",
      match: id,
      role: "initiator",
      policy: "relay",
      partner: { sealKey: key, shared: [] },
      capsules: { recent: capsule, block: capsule },
    },
    { type: "seal", match: id, epoch: 0, body: "AAAA" },
    { type: "gone", match: id, reason: "left" },
    { type: "slow", ms: 1_000 },
    { type: "error", code: "invalid", detail: "x" },
  ];

  test.each([
    ["of a page to the edge", parseClientMessage, CLIENT],
    ["of the edge to a page", parseEdgeMessage, EDGE],
  ] as const)("%s: a message or a short reason that quotes nothing", LONG, (name, parse, all) => {
    const texts = all.map((message) => JSON.stringify(message));
    return hammer<string>({
      name,
      share: 0.022,
      input: (chance) => mutatedText(chance, chance.pick(texts)),
      check(frame) {
        const parsed = parse(frame);
        if (parsed.ok) must(parse(JSON.stringify(parsed.message)).ok, "does not come back");
        else must(parsed.reason.length <= 80, "a reason too long");
      },
    });
  });

  test("anything else at the door is no message: numbers, objects, bytes, nothing", LONG, () => {
    const chance = fuzz(SEED);
    const odd: unknown[] = [
      undefined,
      null,
      1,
      NaN,
      {},
      [],
      new Uint8Array(3),
      Symbol("x"),
      () => 1,
    ];
    for (let run = 0; run < 1_000; run++) {
      must(
        !parseClientMessage(chance.pick(odd)).ok && !parseEdgeMessage(chance.pick(odd)).ok,
        "taken",
      );
    }
  });
});

/** Half as text (the structure survives more often), half as bytes (broken UTF-8). */
function damagedText(chance: Fuzz, genuine: readonly Uint8Array[]): Uint8Array {
  const original = chance.pick(genuine);
  if (chance.below(2) === 0) return mutated(chance, original);
  return new TextEncoder().encode(mutatedText(chance, new TextDecoder().decode(original)));
}
