/**
 * What the screens may know about a call, and what they may ask of it.
 * create-call.ts implements `Call`; screens and tests only see these types.
 */
import type { PartnerReport } from "../report/send-report.ts";
import type { Accessor } from "solid-js";
import type { Rung } from "../../protocol/widening.ts";

/** Four indices into the 64 emoji of web/text/emoji.ts, the same on both screens. */
export type SafetyCode = readonly [number, number, number, number];

export interface SearchingView {
  readonly phase: "searching";
  /** The socket to the lobby. */
  readonly connection: "connecting" | "open" | "reconnecting";
  readonly rung: Rung;
  /** `performance.now()` when the search began. */
  readonly startedAt: number;
  /** Set while the lobby asks this page to skip more slowly: `performance.now()` when it goes on. */
  readonly pausedUntil?: number;
}

/**
 * connecting  waiting for the first flights of the partner
 * securing    the handshake runs; nothing of the person is sent yet
 * encrypted   both confirmations verified, the code may be compared
 * compared    this person said that the codes match
 */
export type CallStage = "connecting" | "securing" | "encrypted" | "compared";

export interface CallView {
  readonly phase: "call";
  readonly stage: CallStage;
  /** Present from the moment the handshake is confirmed. */
  readonly code?: SafetyCode;
  readonly partner: {
    /** Carries only frames that opened under this call's keys. */
    readonly stream: MediaStream;
    /** What the partner says it sends. */
    readonly camera: boolean;
    readonly microphone: boolean;
    /** A frame of the partner's picture has been shown. */
    readonly visible: boolean;
  };
  /** "interrupted": packets stopped, the page is trying to reach the partner again. */
  readonly link: "steady" | "interrupted";
  readonly direct: DirectWish;
  /** The lobby socket is not needed while media runs; shown as a hint only. */
  readonly lobby: "open" | "reconnecting";
}

/** Who of the two would connect without the relay. It happens when both would. */
export interface DirectWish {
  readonly own: boolean;
  readonly partner: boolean;
}

export type SecurityFailure =
  | "commitment"
  | "fingerprint"
  | "certificate"
  | "confirmation"
  | "malformed"
  | "reflected"
  | "code-differs"
  | "address";

export type EndReason =
  | { readonly kind: "left" }
  | { readonly kind: "partner-left" }
  | { readonly kind: "partner-lost" }
  | { readonly kind: "partner-silent" }
  | { readonly kind: "blocked" }
  | { readonly kind: "security"; readonly failure: SecurityFailure }
  /** Frames left unsealed or the media worker died: everything was stopped at once. */
  | { readonly kind: "encryption-stopped" }
  | { readonly kind: "relay-unavailable" }
  | { readonly kind: "connection-failed" }
  | { readonly kind: "edge-unreachable" }
  | { readonly kind: "edge-refused"; readonly retry: boolean }
  /** The person is sanctioned, whatever device they come with. */
  | { readonly kind: "banned" }
  | { readonly kind: "age-required" }
  | { readonly kind: "other-tab" }
  | { readonly kind: "unsupported" };

export interface EndedView {
  readonly phase: "ended";
  readonly reason: EndReason;
}

export type CallPhase = { readonly phase: "idle" } | SearchingView | CallView | EndedView;

/** Live numbers of the security sheet; counts are since the call began. */
export interface Protection {
  readonly path: "relay" | "direct" | "unknown";
  /** For example "AES-256-GCM, SFrame (RFC 9605)". */
  readonly cipher: string;
  /** For example "X-Wing (ML-KEM-768 + X25519)". */
  readonly keyAgreement: string;
  readonly framesSealed: number;
  readonly framesOpened: number;
  readonly framesRejected: number;
  readonly messagesSealed: number;
  readonly messagesOpened: number;
  /** Whether the live DTLS certificate equals the one in the transcript. */
  readonly certificate: "unchecked" | "matches";
  /** Seconds since the keys in use were agreed. */
  readonly keyAgeSeconds: number;
  /** How often fresh keys were agreed since the handshake. */
  readonly keyGeneration: number;
  readonly compared: boolean;
}

export interface ChatMessage {
  readonly id: number;
  readonly from: "you" | "partner";
  readonly text: string;
  /** `Date.now()` when it was sent or received here. */
  readonly at: number;
  /** False while the channel has not taken it, or when it was lost with the call. */
  readonly sent: boolean;
}

export interface Call {
  readonly view: Accessor<CallPhase>;
  readonly protection: Accessor<Protection | undefined>;
  /** Of the present call; emptied when it ends. */
  readonly messages: Accessor<readonly ChatMessage[]>;
  /** idle or ended → searching */
  search(): void;
  /** searching → idle */
  cancel(): void;
  /** call → searching for somebody else */
  next(): void;
  /** call → ended (left) */
  stop(): void;
  /** Blackens the outgoing picture and silences the microphone synchronously, then leaves: any → idle. */
  panic(): void;
  /** Never meet this person again; call → ended (blocked). */
  block(): void;
  /** Whether this person would connect directly, and so show an address; it happens when both would. */
  setDirect(wanted: boolean): void;
  /** Tells the moderator, then as `block`. */
  report(report: PartnerReport): void;
  /** The person compared the four emoji. `false` ends the call. */
  compare(match: boolean): void;
  /** Returns false when there is no open channel or the text is empty or too long. */
  send(text: string): boolean;
}

/** Characters of one chat message. */
export const CHAT_TEXT_MAX_CHARS = 1_000;
