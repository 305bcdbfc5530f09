/**
 * WebSocket close codes of the lobby. Each says whether coming back makes sense.
 * The range 4000–4999 is ours to define (RFC 6455 section 7.4.2).
 */
export const CLOSE_CODES = {
  /** Frames that do not parse, too large or too many of them. */
  badRequest: { code: 4400, retry: false },
  /** The ticket is missing, forged or expired: ask for a new session, then come back. */
  badTicket: { code: 4401, retry: true },
  /** Nothing was heard from this page when its partner was waiting for it. */
  silent: { code: 4408, retry: true },
  /** The same session opened a newer socket. */
  superseded: { code: 4409, retry: false },
  /** More frames than a person can cause. */
  flood: { code: 4429, retry: false },
  /** The shard is full or overloaded: come back after a pause. */
  busy: { code: 4503, retry: true },
} as const;

export type CloseReason = keyof typeof CLOSE_CODES;

/** Whether reconnecting after this close code makes sense; unknown codes (1006, a deploy) do. */
export function mayRetry(code: number): boolean {
  for (const known of Object.values(CLOSE_CODES)) if (known.code === code) return known.retry;
  return true;
}
