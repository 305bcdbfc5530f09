import { expect, test } from "vitest";
import { decodeFlight, encodeFlight } from "../../../web/call/flights.ts";
import type { Flight } from "../../../web/call/flights.ts";

const bytes = Uint8Array.from({ length: 70 }, (_, index) => 255 - index);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

test.each<Flight>([
  { type: "offer", m1: bytes, sdp: "v=0\r\n" },
  { type: "answer", m2: bytes, sdp: "v=0\r\n" },
  { type: "reveal", m3: bytes },
  { type: "confirm", m4: bytes },
  { type: "finish", m5: bytes },
  { type: "candidates", candidates: ["candidate:1"] },
])("$type comes back as it went", (flight) => {
  expect(decodeFlight(encodeFlight(flight))).toEqual(flight);
});

test.each([
  ["not UTF-8", Uint8Array.of(0xff, 0xfe)],
  ["not JSON", text("{")],
  ["an unknown type", text('{"type":"hello"}')],
  ["bytes that are not base64url", text('{"type":"reveal","m3":"+/=="}')],
  ["a second spelling of the same bytes", text('{"type":"reveal","m3":"AB"}')],
  ["a field too many", text('{"type":"reveal","m3":"AA","sdp":""}')],
  ["no candidates at all", text('{"type":"candidates","candidates":[]}')],
  [
    "too many candidates",
    text(JSON.stringify({ type: "candidates", candidates: Array.from({ length: 17 }, () => "c") })),
  ],
])("%s is no flight", (_, input) => {
  expect(decodeFlight(input)).toBeUndefined();
});
