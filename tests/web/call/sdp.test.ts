import { describe, expect, test } from "vitest";
import {
  candidateType,
  filterCandidate,
  inspect,
  sanitize,
  SDP_MAX_CHARS,
} from "../../../web/call/sdp.ts";

const RELAY =
  "candidate:1 1 udp 58597631 203.0.113.9 50148 typ relay raddr 198.51.100.7 rport 4711 generation 0";
const HOST = "candidate:2 1 udp 2113937151 192.168.1.5 50000 typ host generation 0";
const SRFLX =
  "candidate:3 1 UDP 1677729535 198.51.100.7 4711 typ srflx raddr 192.168.1.5 rport 50000";
const FINGERPRINT = Array.from({ length: 32 }, (_, index) =>
  index.toString(16).padStart(2, "0").toUpperCase(),
).join(":");

function description(extra: { audio?: string[]; video?: string[]; head?: string[] } = {}): string {
  return [
    "v=0",
    "o=- 123 2 IN IP4 198.51.100.7",
    "s=-",
    "t=0 0",
    ...(extra.head ?? []),
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "c=IN IP4 203.0.113.9",
    "a=rtcp:9 IN IP4 198.51.100.7",
    `a=${RELAY}`,
    `a=${HOST}`,
    `a=${SRFLX}`,
    `a=fingerprint:sha-256 ${FINGERPRINT}`,
    "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
    "a=rtpmap:111 opus/48000/2",
    ...(extra.audio ?? []),
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97",
    `a=fingerprint:sha-256 ${FINGERPRINT}`,
    "a=extmap:13 urn:3gpp:video-orientation",
    "a=rtpmap:96 VP8/90000",
    "a=rtpmap:97 rtx/90000",
    ...(extra.video ?? []),
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    `a=fingerprint:sha-256 ${FINGERPRINT}`,
    "",
  ].join("\r\n");
}

describe("addresses", () => {
  test("in relay mode only relayed candidates pass, without the related address", () => {
    const sdp = sanitize(description(), "relay");
    expect(sdp.match(/a=candidate:.*/g)).toHaveLength(1);
    expect(sdp).toContain("203.0.113.9 50148 typ relay raddr 0.0.0.0 rport 0");
  });

  test("in neither mode does another line carry an address", () => {
    for (const policy of ["relay", "direct"] as const) {
      const rest = sanitize(description(), policy).replaceAll(/a=candidate:.*/g, "");
      expect(
        rest.match(/\d+\.\d+\.\d+\.\d+/g)?.filter((address) => address !== "0.0.0.0") ?? [],
      ).toEqual([]);
    }
    expect(sanitize(description(), "relay")).not.toMatch(/198\.51\.100\.7|192\.168/);
  });

  test.each([
    [RELAY, "relay"],
    [HOST, "host"],
    [SRFLX, "srflx"],
    ["candidate:1 1 tcp 1 ::1 9 typ host tcptype active", "host"],
    ["candidate:1 1 udp 1 a.local 9 typ evil", undefined],
    ["candidate:1 1 udp 1 192.168.1.5 9 typ host typ relay", "host"],
    ["", undefined],
  ])("%s is of type %s", (candidate, type) => {
    expect(candidateType(candidate)).toBe(type);
  });

  test("a candidate that calls itself a host first and a relay later is a host", () => {
    expect(
      filterCandidate("candidate:1 1 udp 1 192.168.1.5 9 typ host typ relay", "relay"),
    ).toBeUndefined();
    expect(filterCandidate(`${RELAY} ${"x".repeat(600)}`, "relay")).toBeUndefined();
  });
});

test("a format that is not offered is not described either", () => {
  const sdp = sanitize(
    description({ video: ["a=rtcp-fb:121 nack", "a=rtcp-fb:96 nack"] }),
    "relay",
  );
  expect(sdp).not.toContain("rtcp-fb:121");
  expect(sdp).toContain("a=rtcp-fb:96 nack");
});

test("silence is not shown by packets that are missing, whoever asks for it", () => {
  const asked = description({ audio: ["a=fmtp:111 minptime=10;usedtx=1;useinbandfec=1"] });
  expect(sanitize(asked, "relay")).toContain("a=fmtp:111 minptime=10;usedtx=0;useinbandfec=1");
});

describe("header extensions", () => {
  test("what tells about content is not offered and not accepted", () => {
    const sdp = sanitize(description(), "relay");
    expect(sdp).not.toMatch(/ssrc-audio-level|video-orientation/);
    expect(sdp).toContain("sdes:mid");
  });
});

describe("inspection", () => {
  test("ours passes and gives the fingerprint", () => {
    const inspected = inspect(sanitize(description(), "relay"));
    expect(inspected).toEqual({
      ok: true,
      fingerprint: Uint8Array.from({ length: 32 }, (_, index) => index),
    });
  });

  test.each([
    [
      "another codec",
      description()
        .replace("96 97", "96 97 98")
        .replace("a=rtpmap:97", "a=rtpmap:98 H265/90000\r\na=rtpmap:97"),
      "codec",
    ],
    ["sound without a cover", description({ audio: ["a=rtpmap:9 G722/8000"] }), "codec"],
    ["a picture codec for sound", description({ audio: ["a=rtpmap:63 VP8/90000"] }), "codec"],
    [
      "a second fingerprint",
      description({ head: [`a=fingerprint:sha-256 ${FINGERPRINT.replace("00", "FF")}`] }),
      "fingerprint",
    ],
    ["a weaker fingerprint", description().replaceAll("sha-256", "sha-1"), "fingerprint"],
    ["no fingerprint", description().replaceAll(/a=fingerprint.*\r\n/g, ""), "fingerprint"],
    ["a fourth section", `${description()}m=video 9 UDP/TLS/RTP/SAVPF 96\r\n`, "shape"],
    ["no data channel", description().replace("m=application", "m=text"), "shape"],
    [
      "keys in the description",
      description({ audio: ["a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x"] }),
      "shape",
    ],
    ["a line hidden behind a lone CR", description({ audio: ["a=x\ra=crypto:1"] }), "shape"],
    ["a novel", description({ head: ["x".repeat(SDP_MAX_CHARS)] }), "shape"],
    ["nothing", "", "shape"],
  ])("%s is refused", (_, sdp, problem) => {
    expect(inspect(sdp)).toEqual({ ok: false, problem });
  });
});
