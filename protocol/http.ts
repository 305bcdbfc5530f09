/**
 * The two HTTP requests of a page, both POST with JSON.
 *
 *   /api/session  SessionRequest → SessionResponse
 *   /api/turn     TurnRequest    → TurnResponse
 *
 * Any failure answers with a 4xx or 5xx status and a Problem.
 */
import * as v from "valibot";
import { Pass } from "./age.ts";
import { RelayPolicy, Ticket } from "./ids.ts";

const Timestamp = v.pipe(v.number(), v.integer(), v.minValue(0));

export const SessionRequest = v.strictObject({
  version: v.literal(1),
  /** IANA zone of the device, compared with the network's; not kept. */
  timeZone: v.optional(v.pipe(v.string(), v.maxLength(64), v.regex(/^[A-Za-z0-9_+\-/]+$/))),
  /** A ticket that is about to expire: keeps its session. */
  renew: v.optional(Ticket),
  /** Of a proof of age that was just accepted. Not together with `renew`. */
  age: v.optional(Pass),
});
export type SessionRequest = v.InferOutput<typeof SessionRequest>;

export const SessionResponse = v.strictObject({
  ticket: Ticket,
  /** Milliseconds since 1970. */
  expiresAt: Timestamp,
  region: v.pipe(v.string(), v.maxLength(16)),
  relay: RelayPolicy,
  /** With whom: "proven" are the people whose age was proven, all of them. */
  tier: v.picklist(["proven", "open"]),
});
export type SessionResponse = v.InferOutput<typeof SessionResponse>;

export const TurnRequest = v.strictObject({ ticket: Ticket });

export const TurnResponse = v.strictObject({
  /** Empty only on a development edge that has no relay. */
  iceServers: v.pipe(
    v.array(
      v.strictObject({
        urls: v.pipe(
          v.array(v.pipe(v.string(), v.maxLength(256), v.regex(/^turns?:/))),
          v.minLength(1),
          v.maxLength(8),
        ),
        username: v.pipe(v.string(), v.maxLength(512)),
        credential: v.pipe(v.string(), v.maxLength(512)),
      }),
    ),
    v.maxLength(4),
  ),
  expiresAt: Timestamp,
});
export type TurnResponse = v.InferOutput<typeof TurnResponse>;

export const ProblemCode = v.picklist([
  "bad-request",
  "bad-origin",
  "bad-ticket",
  "too-many-requests",
  "relay-unavailable",
  "age-issuer",
  "age-challenge",
  "age-proof",
  "age-required",
  "banned",
  "elsewhere",
  "not-configured",
  "not-found",
  "internal",
]);
export type ProblemCode = v.InferOutput<typeof ProblemCode>;

export const Problem = v.strictObject({
  error: ProblemCode,
  retry: v.boolean(),
});
export type Problem = v.InferOutput<typeof Problem>;
