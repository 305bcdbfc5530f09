import { expect, test } from "vitest";
import { pathOf, type Report } from "../../../web/call/path.ts";

const end = (id: string, candidateType: string) => ({ id, type: "local-candidate", candidateType });
const pair = (id: string, local: string, remote: string, more: object = {}) => ({
  id,
  type: "candidate-pair",
  state: "succeeded",
  nominated: true,
  localCandidateId: local,
  remoteCandidateId: remote,
  ...more,
});
const ends = [end("relay", "relay"), end("host", "host"), end("far", "prflx")];
const path = (...reports: object[]) => pathOf([...ends, ...reports] as unknown as Report[]);

test.each([
  ["nothing is known yet", [], "unknown"],
  ["no pair is nominated", [pair("a", "host", "far", { nominated: false })], "unknown"],
  ["its end is not described", [pair("a", "host", "gone")], "unknown"],
  ["one end is a relay", [pair("a", "relay", "far")], "relay"],
  ["the far end is a relay", [pair("a", "host", "relay")], "relay"],
  ["no end is a relay", [pair("a", "host", "far")], "direct"],
  [
    "the transport names the pair in use",
    [
      { id: "T", type: "transport", selectedCandidatePairId: "new" },
      pair("old", "relay", "far"),
      pair("new", "host", "far"),
    ],
    "direct",
  ],
  [
    "without a transport the pair says that it is selected",
    [pair("old", "relay", "far"), pair("new", "host", "far", { selected: true })],
    "direct",
  ],
  [
    "or the latest packet says it",
    [
      pair("old", "relay", "far", { lastPacketReceivedTimestamp: 10 }),
      pair("new", "host", "far", { lastPacketReceivedTimestamp: 20 }),
    ],
    "direct",
  ],
])("%s", (_, reports, expected) => {
  expect(path(...reports)).toBe(expected);
});
