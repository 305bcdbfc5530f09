/**
 * Reports, appeals, and what a moderator decides (docs/age-proof.md, rules ). POST with
 * JSON.
 *
 *   /api/report     ReportRequest   → Accepted
 *   /api/appeal     AppealRequest   → Accepted
 *   /api/moderate   ModerateRequest, signed  → Cases, or Accepted
 *   /api/moderator  (GET)           → Moderator, the key that reports are sealed to
 */
import * as v from "valibot";
import { AgeProofRequest, SanctionReason } from "./age.ts";
import { Capsule, Ticket } from "./ids.ts";

/** X-Wing ciphertext 1120, AES-GCM tag 16, and at most 2,000 bytes of what was chosen to be shown. */
export const SEALED_REPORT_MAX_BYTES = 3_136;

/** Base64url of MODERATOR_KEY's second part. */
const XWING_KEY_CHARS = 1_622;

export const SIGNATURE_HEADER = "winkr-signature";

const base64url = v.regex(/^[A-Za-z0-9_-]+$/, "not base64url");
const Timestamp = v.pipe(v.number(), v.integer(), v.minValue(0));
const Sealed = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(Math.ceil((SEALED_REPORT_MAX_BYTES * 4) / 3)),
  base64url,
);
/** 16 bytes. */
const Tag = v.pipe(v.string(), v.length(22), base64url);

export const ReportRequest = v.strictObject({
  version: v.literal(1),
  ticket: Ticket,
  /** `capsules.block` of the match: only the edge knows whom it names. */
  capsule: Capsule,
  reason: SanctionReason,
  /** To the moderator's key; the edge cannot open it. */
  sealed: v.optional(Sealed),
});
export type ReportRequest = v.InferOutput<typeof ReportRequest>;

export const AppealRequest = v.strictObject({
  version: v.literal(1),
  /** Its commitment is SHA-256 of `sealed`'s bytes: so the banned person, and nobody else, wrote this. */
  proof: AgeProofRequest,
  sealed: Sealed,
});
export type AppealRequest = v.InferOutput<typeof AppealRequest>;

export const Accepted = v.strictObject({ ok: v.literal(true) });

export const Moderator = v.strictObject({
  key: v.pipe(v.string(), v.length(XWING_KEY_CHARS), base64url),
});

export const ModerateRequest = v.variant("action", [
  v.strictObject({ version: v.literal(1), at: Timestamp, action: v.literal("list") }),
  v.strictObject({
    version: v.literal(1),
    at: Timestamp,
    action: v.literal("sanction"),
    tag: Tag,
    reason: SanctionReason,
  }),
  v.strictObject({
    version: v.literal(1),
    at: Timestamp,
    /** dismiss: the reports. lift: the sanction. uphold: it stands, and the appeal is answered. */
    action: v.picklist(["dismiss", "lift", "uphold"]),
    tag: Tag,
  }),
]);
export type ModerateRequest = v.InferOutput<typeof ModerateRequest>;

/** What is signed with a request, so that it is good at one edge and for one body only. */
export function moderateText(host: string, body: string): string {
  return `winkr moderate v1\n${host}\n${body}`;
}

export const Case = v.strictObject({
  tag: Tag,
  reports: v.array(
    v.strictObject({ reason: SanctionReason, at: Timestamp, sealed: v.nullable(Sealed) }),
  ),
  sanction: v.nullable(
    v.strictObject({
      reason: SanctionReason,
      until: v.nullable(Timestamp),
      step: v.number(),
      reviewers: v.number(),
    }),
  ),
  appeal: v.nullable(v.strictObject({ at: Timestamp, sealed: Sealed })),
});
export type Case = v.InferOutput<typeof Case>;

export const Cases = v.strictObject({ cases: v.array(Case) });
