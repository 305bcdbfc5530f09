/**
 * The identifiers and opaque values that cross the wire, each with its one printable form.
 */
import * as v from "valibot";
import { base64urlLength } from "./base64url.ts";
import {
  CAPSULE_BYTES,
  MATCH_ID_BYTES,
  RESUME_MAX_CHARS,
  SEAL_KEY_BYTES,
  TICKET_MAX_CHARS,
} from "./limits.ts";

const base64url = v.regex(/^[A-Za-z0-9_-]+$/, "not base64url");

function fixedBytes(bytes: number) {
  return v.pipe(v.string(), v.length(base64urlLength(bytes)), base64url);
}

/** 16 random bytes: names one meeting of two people, forgotten with it. */
export const MatchId = fixedBytes(MATCH_ID_BYTES);

/** An X-Wing public key, fresh for every `seek`. */
export const SealKey = fixedBytes(SEAL_KEY_BYTES);

/** AES-GCM of a partner's handle under an edge key: the page keeps it, only the edge can open it. */
export const Capsule = fixedBytes(CAPSULE_BYTES);

/** AES-GCM of the session's claims under an edge key. */
export const Ticket = v.pipe(v.string(), v.minLength(32), v.maxLength(TICKET_MAX_CHARS), base64url);

/** AES-GCM of a place or a seat under an edge key: the page brings it back, only the edge can open it. */
export const ResumeToken = v.pipe(
  v.string(),
  v.minLength(32),
  v.maxLength(RESUME_MAX_CHARS),
  base64url,
);

/** Primary language subtag (BCP 47): "en", "fil". */
export const Language = v.pipe(v.string(), v.regex(/^[a-z]{2,3}$/, "not a language"));

/** Truncated hash of a normalised interest, made on the device: 8 bytes. */
export const InterestTag = fixedBytes(8);

/** Who makes the offer. The lobby gives the role; the handshake transcript covers it. */
export const Role = v.picklist(["initiator", "responder"]);

/** What the pair may do: "relay" forbids anything but relayed candidates. Ordered, strictest first. */
export const RelayPolicy = v.picklist(["relay", "direct"]);

export type Role = v.InferOutput<typeof Role>;
export type RelayPolicy = v.InferOutput<typeof RelayPolicy>;
