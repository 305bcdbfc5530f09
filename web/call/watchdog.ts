/**
 * Compares what the browser says it sent with what the media worker says it handled (pure).
 * More sent than handled means that frames go around the worker: everything must stop.
 */

export interface Sample {
  /** Milliseconds on a monotonic clock. */
  readonly at: number;
  /** outbound-rtp: framesSent of video, packetsSent of audio (one Opus frame is one packet). */
  readonly sent: number;
  /** Frames that the worker's sealing pipeline saw, sealed or not. */
  readonly handled: number;
}

export interface Watch {
  /** Since when more was sent than handled. */
  readonly exceededSince?: number;
}

/** What was sent counts what was handled before it; some frames more are no leak of a picture. */
export const TOLERANCE_FRAMES = 10;
export const PATIENCE_MS = 500;

export function watch(before: Watch, sample: Sample): { state: Watch; leaking: boolean } {
  if (sample.sent - sample.handled <= TOLERANCE_FRAMES) return { state: {}, leaking: false };
  const exceededSince = before.exceededSince ?? sample.at;
  return { state: { exceededSince }, leaking: sample.at - exceededSince >= PATIENCE_MS };
}
