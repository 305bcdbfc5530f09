/**
 * What the page and its media worker say to each other. The worker gets key bytes and encoded
 * frames; it gives back counts and nothing else.
 */

export type Direction = "seal" | "open";
export type Kind = "audio" | "video";

/** Given to RTCRtpScriptTransform: which half of which transceiver this transform serves. */
export interface TransformOptions {
  readonly direction: Direction;
  readonly kind: Kind;
}

export type ToWorker =
  /** Base keys of one direction, 32 bytes each (e2ee/key-schedule.ts). The buffers are transferred. */
  | {
      readonly type: "keys";
      readonly direction: Direction;
      readonly generation: number;
      /** Milliseconds after which a frame asks for a ratchet step. */
      readonly stepMs: number;
      readonly audio: Uint8Array<ArrayBuffer>;
      readonly video: Uint8Array<ArrayBuffer>;
    }
  /** Whether all packets of the voice are to have one size. */
  | { readonly type: "rhythm"; readonly isHidden: boolean }
  /** Ask for a `counts` answer. No answer in time means that the worker is gone. */
  | { readonly type: "count" };

/** Encoded frames since the worker began, per transform. */
export interface Tally {
  /** Left this transform sealed, or opened. */
  readonly passed: number;
  /** Dropped because there was no key yet. Nothing of them went anywhere. */
  readonly withheld: number;
  /** Dropped because they did not open: forged, damaged, or under a key that is not ours. */
  readonly rejected: number;
  /** Dropped because they were opened before. Retransmission probes do that all the time. */
  readonly repeated: number;
  /** Zero-length frames (silence under DTX): nothing to protect, nothing sent. */
  readonly empty: number;
}

export type Tallies = { readonly [Way in Direction]: { readonly [What in Kind]: Tally } };

export type FromWorker =
  /** The first frame of this sender left sealed: the camera or microphone may now be let in. */
  | { readonly type: "proven"; readonly kind: Kind }
  /** The first frame of the partner's sender opened. */
  | { readonly type: "opened"; readonly kind: Kind }
  | { readonly type: "counts"; readonly tallies: Tallies }
  /** The keys of one `keys` message are in place; answered in the order in which they came. */
  | { readonly type: "keyed" }
  /** A pipeline broke; nothing passes any more. */
  | { readonly type: "broken" };
