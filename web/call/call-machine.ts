/**
 * The life of a person's visit as a pure machine: (state, event, now) → state and effects.
 * create-call.ts performs the effects; docs/architecture.md draws the picture.
 */
import type { EdgeMessage, MatchMessage } from "../../protocol/messages.ts";
import type { Rung } from "../../protocol/widening.ts";
import type { LobbyLoss } from "./lobby-socket.ts";
import type { CallStage, DirectWish, EndReason, SafetyCode, SearchingView } from "./view.ts";

export interface Searching {
  readonly phase: "searching";
  readonly connection: SearchingView["connection"];
  readonly rung: Rung;
  readonly startedAt: number;
  readonly pausedUntil?: number;
  /** Matches in a row that came to nothing. */
  readonly failures: number;
}

export interface InCall {
  readonly phase: "call";
  readonly match: string;
  readonly stage: CallStage;
  readonly code?: SafetyCode;
  readonly camera: boolean;
  readonly microphone: boolean;
  readonly visible: boolean;
  readonly link: "steady" | "interrupted";
  readonly direct: DirectWish;
  readonly lobby: "open" | "reconnecting";
  readonly searchStartedAt: number;
  readonly failures: number;
}

export type CallState =
  | { readonly phase: "idle" }
  | Searching
  | InCall
  | { readonly phase: "ended"; readonly reason: EndReason };

export type CallEvent =
  | { readonly type: "search" | "cancel" | "next" | "stop" | "panic" | "block" }
  | { readonly type: "compare"; readonly same: boolean }
  | { readonly type: "lobby-open" }
  | { readonly type: "lobby-lost"; readonly loss: LobbyLoss }
  | { readonly type: "edge"; readonly message: EdgeMessage }
  /** What is needed before a search can begin could not be had. */
  | { readonly type: "unprepared"; readonly reason: EndReason }
  | { readonly type: "securing" }
  | { readonly type: "encrypted"; readonly code: SafetyCode }
  | { readonly type: "partner-media"; readonly camera: boolean; readonly microphone: boolean }
  | { readonly type: "visible" }
  | { readonly type: "link"; readonly link: InCall["link"] }
  | { readonly type: "direct"; readonly wish: DirectWish }
  | { readonly type: "match-over"; readonly reason: EndReason };

export type CallEffect =
  /** Open the lobby socket if it is not. */
  | { readonly type: "connect" }
  | { readonly type: "disconnect" }
  /** Ask for a partner, leaving this match in the same breath, after a pause. */
  | { readonly type: "seek"; readonly leaving?: string; readonly afterMs: number }
  | { readonly type: "bye"; readonly match: string }
  | { readonly type: "begin"; readonly match: MatchMessage }
  | { readonly type: "end-match" }
  | { readonly type: "up"; readonly match: string }
  | { readonly type: "block-partner" };

export interface Step {
  readonly state: CallState;
  readonly effects: readonly CallEffect[];
}

/** A search gives up after this many attempts in a row to reach the lobby. */
export const ATTEMPTS_MAX = 6;
/** Matches that came to nothing before the person is told instead of tried again. */
export const FAILURES_MAX = 3;
/** The page's own pause before it tries again, per failure: the lobby's `slow` is the lobby's choice. */
const FAILURE_PAUSE_MS = 500;

export function step(state: CallState, event: CallEvent, now: number): Step {
  // The way out is the same from everywhere.
  if (event.type === "panic") return leave(state, { phase: "idle" }, [{ type: "disconnect" }]);
  switch (state.phase) {
    case "idle":
    case "ended":
      return atRest(state, event, now);
    case "searching":
      return searching(state, event, now);
    case "call":
      return inCall(state, event, now);
  }
}

function atRest(state: CallState, event: CallEvent, now: number): Step {
  if (event.type === "search") {
    return { state: search(now, 0), effects: [{ type: "connect" }, { type: "seek", afterMs: 0 }] };
  }
  if (event.type === "cancel")
    return { state: { phase: "idle" }, effects: [{ type: "disconnect" }] };
  return crossed(state, event);
}

/** A match that the lobby made while the person was already leaving. */
function crossed(state: CallState, event: CallEvent): Step {
  if (event.type === "edge" && event.message.type === "match") {
    return { state, effects: [{ type: "bye", match: event.message.match }] };
  }
  return unchanged(state);
}

function searching(state: Searching, event: CallEvent, now: number): Step {
  switch (event.type) {
    case "cancel":
    case "stop":
      return { state: { phase: "idle" }, effects: [{ type: "disconnect" }] };
    case "unprepared":
      return { state: { phase: "ended", reason: event.reason }, effects: [{ type: "disconnect" }] };
    case "lobby-open":
      // Whatever was asked on an earlier socket is forgotten with it.
      return { state: { ...state, connection: "open" }, effects: [{ type: "seek", afterMs: 0 }] };
    case "lobby-lost":
      return lobbyLost(state, event.loss);
    case "edge":
      return heard(state, event.message, now);
    default:
      return unchanged(state);
  }
}

function lobbyLost(state: Searching, loss: LobbyLoss): Step {
  if (loss.kind === "retrying" && loss.attempt < ATTEMPTS_MAX) {
    return unchanged({ ...state, connection: "reconnecting" });
  }
  const reason: EndReason =
    loss.kind === "retrying"
      ? { kind: "edge-unreachable" }
      : loss.kind === "superseded"
        ? { kind: "other-tab" }
        : loss.why === undefined
          ? { kind: "edge-refused", retry: false }
          : { kind: loss.why };
  return { state: { phase: "ended", reason }, effects: [{ type: "disconnect" }] };
}

function heard(state: Searching, message: EdgeMessage, now: number): Step {
  switch (message.type) {
    case "waiting": {
      const { pausedUntil: _, ...rest } = state;
      return unchanged({ ...rest, connection: "open", rung: message.rung });
    }
    case "slow":
      return {
        state: { ...state, pausedUntil: now + message.ms },
        effects: [{ type: "seek", afterMs: message.ms }],
      };
    case "match":
      return {
        state: {
          phase: "call",
          match: message.match,
          stage: "connecting",
          camera: false,
          microphone: false,
          visible: false,
          link: "steady",
          direct: { own: false, partner: false },
          lobby: "open",
          searchStartedAt: state.startedAt,
          failures: state.failures,
        },
        effects: [{ type: "begin", match: message }],
      };
    default:
      return unchanged(state);
  }
}

function inCall(state: InCall, event: CallEvent, now: number): Step {
  switch (event.type) {
    case "next":
      return again(state, now, 0, state.match);
    case "stop":
    case "cancel":
      return leave(state, { phase: "ended", reason: { kind: "left" } }, []);
    case "block":
      return leave(state, { phase: "ended", reason: { kind: "blocked" } }, [
        { type: "block-partner" },
      ]);
    case "compare":
      if (state.stage !== "encrypted" && state.stage !== "compared") return unchanged(state);
      if (event.same) return unchanged({ ...state, stage: "compared" });
      return leave(
        state,
        { phase: "ended", reason: { kind: "security", failure: "code-differs" } },
        [],
      );
    case "securing":
      return unchanged(state.stage === "connecting" ? { ...state, stage: "securing" } : state);
    case "encrypted":
      return {
        state: { ...state, stage: "encrypted", code: event.code, failures: 0 },
        effects: [{ type: "up", match: state.match }],
      };
    case "partner-media":
      return unchanged({ ...state, camera: event.camera, microphone: event.microphone });
    case "visible":
      return unchanged({ ...state, visible: true });
    case "link":
      return unchanged({ ...state, link: event.link });
    case "direct":
      return unchanged({ ...state, direct: event.wish });
    case "lobby-open":
      return unchanged({ ...state, lobby: "open" });
    case "lobby-lost":
      // Media goes on without the lobby; a handshake does not.
      if (isSecured(state)) return unchanged({ ...state, lobby: "reconnecting" });
      return withoutLobby(state, event.loss);
    case "edge":
      return heardInCall(state, event.message);
    case "match-over":
      return matchOver(state, event.reason);
    default:
      return unchanged(state);
  }
}

function withoutLobby(state: InCall, loss: LobbyLoss): Step {
  const failures = failuresAfter(state);
  if (failures >= FAILURES_MAX) return leave(state, TOLD, []);
  const after = lobbyLost(search(state.searchStartedAt, failures), loss);
  return { state: after.state, effects: [{ type: "end-match" }, ...after.effects] };
}

function heardInCall(state: InCall, message: EdgeMessage): Step {
  if (message.type !== "gone" || message.match !== state.match)
    return crossed(state, { type: "edge", message });
  if (isSecured(state)) {
    return {
      state: { phase: "ended", reason: { kind: "partner-left" } },
      effects: [{ type: "end-match" }],
    };
  }
  // Nobody was seen yet: the person is still searching, and the lobby kept the place.
  const failures = failuresAfter(state);
  return failures < FAILURES_MAX
    ? again(state, state.searchStartedAt, failures)
    : leave(state, TOLD, []);
}

function matchOver(state: InCall, reason: EndReason): Step {
  const failures = state.failures + 1;
  if (reason.kind === "connection-failed" && failures < FAILURES_MAX) {
    return again(state, state.searchStartedAt, failures, state.match);
  }
  const ended: CallState = { phase: "ended", reason };
  // Who was left keeps the place in the queue; a bye would give it up.
  if (reason.kind === "partner-left" || reason.kind === "partner-lost") {
    return { state: ended, effects: [{ type: "end-match" }] };
  }
  return leave(state, ended, []);
}

const TOLD: CallState = { phase: "ended", reason: { kind: "connection-failed" } };

/**
 * A match that ends while flights are exchanged counts, whatever ended it. A lobby in the middle
 * learns from the handshake whether its guess at the code was right; if it could drop the wrong ones
 * unseen, it would guess until one is right (docs/handshake-model.md).
 */
function failuresAfter(state: InCall): number {
  return state.stage === "securing" ? state.failures + 1 : state.failures;
}

function again(state: InCall, startedAt: number, failures: number, leaving?: string): Step {
  return {
    state: search(startedAt, failures, state.lobby === "open" ? "open" : "reconnecting"),
    effects: [
      { type: "end-match" },
      { type: "connect" },
      {
        type: "seek",
        afterMs: failures * FAILURE_PAUSE_MS,
        ...(leaving !== undefined && { leaving }),
      },
    ],
  };
}

function leave(state: CallState, to: CallState, also: readonly CallEffect[]): Step {
  if (state.phase !== "call") return { state: to, effects: also };
  return {
    state: to,
    effects: [{ type: "end-match" }, { type: "bye", match: state.match }, ...also],
  };
}

function search(
  startedAt: number,
  failures: number,
  connection: Searching["connection"] = "connecting",
): Searching {
  return { phase: "searching", connection, rung: "shard", startedAt, failures };
}

/** The lock may show: both confirmations were verified. */
export function isSecured({ stage }: InCall): boolean {
  return stage === "encrypted" || stage === "compared";
}

function unchanged(state: CallState): Step {
  return { state, effects: [] };
}
