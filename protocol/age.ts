/**
 * The requests by which a page proves that its person is eighteen (docs/age-proof.md, rules ). POST
 * with JSON.
 *
 *   /api/age/challenge  AgeChallengeRequest → AgeChallenge
 *   /api/age/prove      AgeProofRequest     → AgePass, or Banned with status 403
 *   /api/age/issuers    (GET)               → the operator's signed trust list
 *   /api/demo-issuer    DemoCredentialRequest → IssuedCredential, in development only
 */
import * as v from "valibot";
import { base64urlLength } from "./base64url.ts";

/** Objects that verify proofs. More: more proofs at once. Fewer: fewer to keep awake. */
export const GATE_SHARDS = 64;

/** How long a challenge may be answered. Shorter: slow phones ask twice. Longer: more to remember. */
export const CHALLENGE_LIFETIME_MS = 2 * 60_000;

/** Unanswered challenges of one shard. Lower: a flood keeps people out sooner. Higher: memory, 100 bytes each. */
export const CHALLENGES_MAX = 20_000;

/** How long the pass of a proof opens a session. */
export const PASS_LIFETIME_MS = 60_000;

export const AGE_PROOF_BYTES = 976;
const NONCE_BYTES = 32;
const COMMITMENT_BYTES = 32;
const PASS_MAX_CHARS = 512;

const base64url = v.regex(/^[A-Za-z0-9_-]+$/, "not base64url");
const octets = (bytes: number) => v.pipe(v.string(), v.length(base64urlLength(bytes)), base64url);
const Timestamp = v.pipe(v.number(), v.integer(), v.minValue(0));

const BirthDay = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));

/** The last byte of the pseudonym, modulo GATE_SHARDS: whoever holds one pseudonym meets one object. */
const Shard = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(GATE_SHARDS - 1));

export const AgeChallengeRequest = v.strictObject({ version: v.literal(1), shard: Shard });
export type AgeChallengeRequest = v.InferOutput<typeof AgeChallengeRequest>;

export const AgeChallenge = v.strictObject({
  /** Single-use. */
  nonce: octets(NONCE_BYTES),
  expiresAt: Timestamp,
  /** The last birth day that passes, days since 1900-01-01. */
  cutoff: BirthDay,
});
export type AgeChallenge = v.InferOutput<typeof AgeChallenge>;

export const AgeProofRequest = v.strictObject({
  version: v.literal(1),
  shard: Shard,
  nonce: octets(NONCE_BYTES),
  /** The page's name for the session that the proof is for. */
  commitment: octets(COMMITMENT_BYTES),
  issuer: v.strictObject({
    did: v.pipe(v.string(), v.maxLength(280), v.regex(/^did:[a-z0-9]+:[A-Za-z0-9.:%_-]+$/)),
    kid: v.pipe(v.string(), v.maxLength(160), base64url),
  }),
  /** Of issue, YYYY-MM. */
  month: v.pipe(v.string(), v.regex(/^\d{4}-(0[1-9]|1[0-2])$/)),
  proof: octets(AGE_PROOF_BYTES),
});
export type AgeProofRequest = v.InferOutput<typeof AgeProofRequest>;

/** Sealed; goes into the next SessionRequest. */
export const Pass = v.pipe(v.string(), v.minLength(32), v.maxLength(PASS_MAX_CHARS), base64url);

export const AgePass = v.strictObject({ pass: Pass, expiresAt: Timestamp });
export type AgePass = v.InferOutput<typeof AgePass>;

/** What an issuer gives for a commitment, and what a credential's file holds besides the holder's secrets. */
export const IssuedCredential = v.strictObject({
  did: v.pipe(v.string(), v.maxLength(280)),
  kid: v.pipe(v.string(), v.maxLength(160), base64url),
  month: v.pipe(v.string(), v.regex(/^\d{4}-(0[1-9]|1[0-2])$/)),
  assurance: v.picklist(["demo", "low", "substantial", "high"]),
  uniqueness: v.picklist(["none", "account", "person"]),
  /** Days since 1900-01-01. */
  birthDay: BirthDay,
  signature: octets(80),
  entropy: octets(32),
});
export type IssuedCredential = v.InferOutput<typeof IssuedCredential>;

/** POST /api/demo-issuer, on a developer's own machine only: signs whatever birth day it is told. */
export const DemoCredentialRequest = v.strictObject({
  version: v.literal(1),
  commitment: octets(144),
  birthDay: BirthDay,
  /** Of the credential before, so that the pseudonym stays. */
  entropy: v.optional(octets(32)),
});

/** Why somebody is kept out. What each means, and how it rises: docs/age-proof.md. */
export const SanctionReason = v.picklist([
  "nudity",
  "harassment",
  "hate",
  "threat",
  "minor",
  "spam",
  "lending",
]);
export type SanctionReason = v.InferOutput<typeof SanctionReason>;

export const Sanction = v.strictObject({
  reason: SanctionReason,
  /** null: until a human lifts it. */
  until: v.nullable(Timestamp),
});
export type Sanction = v.InferOutput<typeof Sanction>;

export const Banned = v.strictObject({
  error: v.literal("banned"),
  retry: v.literal(false),
  sanction: Sanction,
});
export type Banned = v.InferOutput<typeof Banned>;
