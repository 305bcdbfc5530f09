/**
 * Session descriptions (RFC 8866, JSEP RFC 9429) as we let them out and take them in.
 *
 * Out: no address of the person but the relay's, no header extension that tells about content.
 * In: exactly our three sections, our codecs, one SHA-256 fingerprint, and in relay mode no
 * candidate that is not a relay's. Anything else is refused before the browser sees it.
 */
import type { RelayPolicy } from "../../protocol/ids.ts";

/** Far above what our three sections need. */
export const SDP_MAX_CHARS = 24_000;
export const CANDIDATE_MAX_CHARS = 512;

/** What the media worker knows a cover for, plus retransmission (RFC 4588). */
const CODECS: Record<string, readonly string[]> = {
  audio: ["opus", "red"],
  video: ["vp8", "vp9", "av1", "h264", "rtx"],
};

/**
 * Header extensions travel in clear. These carry transport facts only; `ssrc-audio-level` shows who
 * speaks, `video-orientation` how the phone is held, and are therefore left out: an extension that
 * one side does not name is not used by either (RFC 8285 section 6).
 */
const EXTENSIONS = new Set([
  "urn:ietf:params:rtp-hdrext:sdes:mid",
  "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
]);

/** A line that holds a control character might be read as two by somebody. */
const CONTROL = /\p{Cc}/u;

/** The typ of a candidate line's value ("candidate:…"), or undefined. */
export function candidateType(candidate: string): string | undefined {
  return /^candidate:\S+ \d+ \S+ \d+ \S+ \d+ typ (host|srflx|prflx|relay)\b/.exec(candidate)?.[1];
}

/**
 * What may be said of or tried for a candidate under the policy: the candidate without its related
 * address, or undefined. In relay mode only relayed candidates pass, in both directions.
 */
export function filterCandidate(candidate: string, policy: RelayPolicy): string | undefined {
  if (candidate.length > CANDIDATE_MAX_CHARS || CONTROL.test(candidate)) return undefined;
  const type = candidateType(candidate);
  if (type === undefined || (policy === "relay" && type !== "relay")) return undefined;
  // The related address of a relayed candidate is the person's own (RFC 8839 section 5.1).
  return candidate.replace(/ raddr \S+/, " raddr 0.0.0.0").replace(/ rport \d+/, " rport 0");
}

/** A description as the partner may see it, or as our browser may take it. */
export function sanitize(sdp: string, policy: RelayPolicy): string {
  const lines: string[] = [];
  let formats = new Set<string>();
  for (const line of sdp.split(/\r?\n/)) {
    if (line === "") continue;
    if (line.startsWith("m=")) formats = new Set(line.split(" ").slice(3));
    const format = /^a=(?:rtcp-fb|fmtp|rtpmap):(\d+) /.exec(line)?.[1];
    // Firefox goes on describing formats that it no longer offers, and Chromium refuses that.
    if (format !== undefined && !formats.has(format)) continue;
    if (line.startsWith("a=fmtp:")) {
      // Silence without packets (DTX, RFC 7587) would show who speaks: nobody is asked for it.
      lines.push(line.replace(/([ ;])usedtx=1/, "$1usedtx=0"));
    } else if (line.startsWith("a=candidate:")) {
      const candidate = filterCandidate(line.slice(2), policy);
      if (candidate !== undefined) lines.push(`a=${candidate}`);
    } else if (line.startsWith("a=extmap:")) {
      if (EXTENSIONS.has(line.split(" ")[1] ?? "")) lines.push(line);
    } else if (line.startsWith("c=")) {
      lines.push("c=IN IP4 0.0.0.0");
    } else if (line.startsWith("a=rtcp:")) {
      lines.push("a=rtcp:9 IN IP4 0.0.0.0");
    } else if (line.startsWith("o=")) {
      lines.push(line.replace(/ IN IP[46] \S+$/, " IN IP4 0.0.0.0"));
    } else {
      lines.push(line);
    }
  }
  return `${lines.join("\r\n")}\r\n`;
}

export type Inspection =
  | { readonly ok: true; readonly fingerprint: Uint8Array<ArrayBuffer> }
  | { readonly ok: false; readonly problem: "shape" | "codec" | "fingerprint" };

/** Checks a description that a partner sent (or that we are about to send). */
export function inspect(sdp: string): Inspection {
  if (sdp.length > SDP_MAX_CHARS) return { ok: false, problem: "shape" };
  const lines = sdp.split(/\r?\n/);
  if (lines.some((line) => CONTROL.test(line))) return { ok: false, problem: "shape" };

  const kinds = lines
    .filter((line) => line.startsWith("m="))
    .map((line) => line.slice(2).split(" ")[0]);
  if (kinds.join() !== "audio,video,application") return { ok: false, problem: "shape" };

  let kind: string | undefined;
  for (const line of lines) {
    if (line.startsWith("m=")) kind = line.slice(2).split(" ")[0];
    const codec = /^a=rtpmap:\d+ ([^/]+)\//.exec(line)?.[1]?.toLowerCase();
    if (codec !== undefined && !CODECS[kind ?? ""]?.includes(codec))
      return { ok: false, problem: "codec" };
    // Keys in the description (SDES, RFC 4568) would replace DTLS.
    if (line.startsWith("a=crypto:")) return { ok: false, problem: "shape" };
  }

  const fingerprints = new Set(
    lines
      .filter((line) => line.startsWith("a=fingerprint:"))
      .map((line) => line.slice(14).toUpperCase()),
  );
  const [only] = fingerprints;
  const hex = /^SHA-256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})$/.exec(only ?? "")?.[1];
  if (fingerprints.size !== 1 || hex === undefined) return { ok: false, problem: "fingerprint" };
  return {
    ok: true,
    fingerprint: Uint8Array.from(hex.split(":"), (byte) => Number.parseInt(byte, 16)),
  };
}
