/** What the bench page and the program that drives it say to each other. */

/**
 * sealed    the product's own call (web/call/create-call.ts)
 * plain     the same steps without encryption: black from the moment the connection is being made
 * ordinary  also without encryption, and the camera is on the sender before there is a connection
 */
export type Variant = "sealed" | "plain" | "ordinary";

/** empty: as ordinary, and every frame passes through a worker that does nothing to it */
export type CallVariant = Variant | "empty";

/** Moments of one match, each the first of its kind. "sent" and "received" are words of the lobby. */
export type Moment =
  | "tap"
  | "sent next"
  | "received waiting"
  | "received slow"
  | "received match"
  | "sent seal"
  | "received seal"
  | "offer ready"
  | "connected"
  | "encrypted"
  | "worker sealed video"
  | "worker opened video"
  | "first frame"
  | "first picture";

/** Milliseconds since 1970 with a fraction, so that two pages on one machine can be compared. */
export type Moments = Readonly<Partial<Record<Moment, number>>>;

export interface Proof {
  /** Candidate type that this page's media leaves through. */
  readonly path: string;
  readonly framesDecoded: number;
  /** Whether every sender and receiver has a transform, none has one, or something between. */
  readonly transforms: "all" | "none" | "mixed";
}

/** Of the newest connection, since it began. */
export interface Sent {
  readonly audioPackets: number;
  /** Payload alone, without RTP headers. */
  readonly audioBytes: number;
  readonly videoFrames: number;
  readonly videoBytes: number;
}

export interface LabPage {
  /** Camera and microphone on, before anything is measured. */
  prepare(): Promise<void>;
  /** A person nobody has met: begins to search. */
  arrive(variant: CallVariant): void;
  /** The tap. Whatever was noted before is forgotten. */
  next(): void;
  leave(): void;
  moments(): Moments;
  /** Resolves when it was noted; rejects when the visit ends by itself or after a while. */
  until(moment: Moment): Promise<void>;
  proof(): Promise<Proof>;
  sent(): Promise<Sent>;
  /** For the message of a round that failed. */
  describe(): string;
}

declare global {
  interface Window {
    lab: LabPage;
  }
}
