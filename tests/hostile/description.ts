/** A description as a browser makes it, around one certificate. */
import { createHash } from "node:crypto";

export function fingerprintText(certificate: Uint8Array): string {
  return Array.from(certificate, (byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(
    ":",
  );
}

/** ICE credentials follow from the certificate, so that no two descriptions are alike. */
export function description(certificate: Uint8Array): string {
  const id = createHash("sha256").update(certificate).digest("hex");
  const port = 49_152 + (certificate[0] ?? 0);
  const section = [
    "c=IN IP4 203.0.113.9",
    "a=rtcp:9 IN IP4 0.0.0.0",
    `a=ice-ufrag:${id.slice(0, 4)}`,
    `a=ice-pwd:${id.slice(4, 28)}`,
    "a=ice-options:trickle",
    `a=fingerprint:sha-256 ${fingerprintText(certificate)}`,
    "a=setup:actpass",
  ];
  return [
    "v=0",
    `o=- ${BigInt(`0x${id.slice(0, 15)}`)} 2 IN IP4 127.0.0.1`,
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0 1 2",
    "a=extmap-allow-mixed",
    "a=msid-semantic: WMS",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    ...section,
    `a=candidate:1 1 udp 41885951 203.0.113.9 ${port} typ relay raddr 0.0.0.0 rport 0 generation 0`,
    "a=mid:0",
    "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    "a=sendrecv",
    "a=rtcp-mux",
    "a=rtpmap:111 opus/48000/2",
    "a=fmtp:111 minptime=10;useinbandfec=1",
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97",
    ...section,
    "a=mid:1",
    "a=sendrecv",
    "a=rtcp-mux",
    "a=rtpmap:96 VP8/90000",
    "a=rtcp-fb:96 nack pli",
    "a=rtpmap:97 rtx/90000",
    "a=fmtp:97 apt=96",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    ...section,
    "a=mid:2",
    "a=sctp-port:5000",
    "",
  ].join("\r\n");
}
