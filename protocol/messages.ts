/**
 * Every word that a page and the lobby say to each other (subprotocol `winkr.1`).
 * One union per direction, tag `type`. The rules are numbered in docs/protocol.md.
 */
import * as v from "valibot";
import {
  Capsule,
  InterestTag,
  Language,
  MatchId,
  RelayPolicy,
  ResumeToken,
  Role,
  SealKey,
} from "./ids.ts";
import {
  BLOCKS_MAX,
  INTERESTS_MAX,
  LANGUAGES_MAX,
  RECENTS_MAX,
  SEAL_BODY_MAX_CHARS,
} from "./limits.ts";
import { MODES, REACHES, RUNGS, WIDENING } from "./widening.ts";

export const SUBPROTOCOL = "winkr.1";
/** The upgrade offers two subprotocols: ours, and this prefix followed by the ticket. */
export const TICKET_SUBPROTOCOL_PREFIX = "ticket.";
/** … and a third one, when the page brings back a place or a seat. */
export const RESUME_SUBPROTOCOL_PREFIX = "resume.";

const Body = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(SEAL_BODY_MAX_CHARS),
  v.regex(/^[A-Za-z0-9_-]+$/, "not base64url"),
);
/** Counts negotiations of one match, so that late signals of a replaced connection are ignored. */
const Epoch = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255));
const Milliseconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400_000));

export const Preferences = v.strictObject({
  languages: v.pipe(v.array(Language), v.maxLength(LANGUAGES_MAX)),
  interests: v.pipe(v.array(InterestTag), v.maxLength(INTERESTS_MAX)),
  /** The person's own wish; the stricter side of a pair wins. */
  relay: RelayPolicy,
  /** Absent: the world. */
  reach: v.optional(v.picklist(REACHES)),
  /** Absent: video. */
  mode: v.optional(v.picklist(MODES)),
});
export type Preferences = v.InferOutput<typeof Preferences>;

const seeking = {
  sealKey: SealKey,
  preferences: Preferences,
  /** Latest first. */
  recents: v.pipe(v.array(Capsule), v.maxLength(RECENTS_MAX)),
  blocks: v.pipe(v.array(Capsule), v.maxLength(BLOCKS_MAX)),
};

const Hello = v.strictObject({ type: v.literal("hello"), version: v.literal(1) });
const Seek = v.strictObject({ type: v.literal("seek"), ...seeking });
const Next = v.strictObject({ type: v.literal("next"), match: MatchId, ...seeking });
const Ack = v.strictObject({ type: v.literal("ack"), match: MatchId });
const Seal = v.strictObject({ type: v.literal("seal"), match: MatchId, epoch: Epoch, body: Body });
const Up = v.strictObject({ type: v.literal("up"), match: MatchId });
const Bye = v.strictObject({ type: v.literal("bye"), match: v.optional(MatchId) });

export const ClientMessage = v.variant("type", [Hello, Seek, Next, Ack, Seal, Up, Bye]);
export type ClientMessage = v.InferOutput<typeof ClientMessage>;

/** Why a match ended, as the one who stays hears it. */
export const GoneReason = v.picklist(["next", "left", "lost", "silent", "timeout"]);
export type GoneReason = v.InferOutput<typeof GoneReason>;

export const ErrorCode = v.picklist([
  /** The frame did not parse; `detail` names the rule, never the value. */
  "invalid",
  /** The message does not fit the state: `seal` for a match that is not the sender's, `seek` before `hello`. */
  "unexpected",
  /** The match has used up what it may relay. */
  "exhausted",
]);
export type ErrorCode = v.InferOutput<typeof ErrorCode>;

const Welcome = v.strictObject({ type: v.literal("welcome"), version: v.literal(1) });
const Waiting = v.strictObject({
  type: v.literal("waiting"),
  rung: v.picklist(RUNGS),
  /** Index into the widening table. */
  level: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(WIDENING.length - 1)),
  /** Milliseconds already waited, as the lobby counts them. */
  waited: Milliseconds,
});
const Match = v.strictObject({
  type: v.literal("match"),
  match: MatchId,
  role: Role,
  policy: RelayPolicy,
  partner: v.strictObject({
    sealKey: SealKey,
    /** Interests that both named. */
    shared: v.pipe(v.array(InterestTag), v.maxLength(INTERESTS_MAX)),
  }),
  /** Two capsules of the same partner: one ages with the day, one lasts for a block. */
  capsules: v.strictObject({ recent: Capsule, block: Capsule }),
});
const Gone = v.strictObject({ type: v.literal("gone"), match: MatchId, reason: GoneReason });
/** What to bring back when the socket is lost: the latest one counts. */
const Resume = v.strictObject({ type: v.literal("resume"), token: ResumeToken });
/** Come back with this, after `ms`, to a shard that has room. */
const Move = v.strictObject({ type: v.literal("move"), token: ResumeToken, ms: Milliseconds });
const Slow = v.strictObject({ type: v.literal("slow"), ms: Milliseconds });
const Problem = v.strictObject({
  type: v.literal("error"),
  code: ErrorCode,
  detail: v.pipe(v.string(), v.maxLength(80)),
});

export const EdgeMessage = v.variant("type", [
  Welcome,
  Waiting,
  Match,
  Seal,
  Gone,
  Resume,
  Move,
  Slow,
  Problem,
]);
export type EdgeMessage = v.InferOutput<typeof EdgeMessage>;
export type MatchMessage = v.InferOutput<typeof Match>;
