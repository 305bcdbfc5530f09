/**
 * One live session per person: whoever lends a credential loses the seat. The newest session is the
 * one; an older one is not renewed. Pure.
 *
 * Memory only. When it was lost, the first session to be renewed is the live one again; the lobby
 * keeps one socket per person by itself, because a person's sessions share their name there.
 */
export interface LiveSession {
  readonly session: string;
  /** When its ticket can no longer be renewed, milliseconds since 1970. */
  readonly until: number;
}

/** By tag, the one renewed longest ago first. */
export type LiveSessions = Map<string, LiveSession>;

export function begin(live: LiveSessions, tag: string, session: LiveSession, now: number): void {
  for (const [other, { until }] of live) {
    if (now < until) break;
    live.delete(other);
  }
  // Deleting first moves the entry to the end.
  live.delete(tag);
  live.set(tag, session);
}

/** False when a newer session of the same person has begun. */
export function renew(live: LiveSessions, tag: string, session: LiveSession, now: number): boolean {
  const known = live.get(tag);
  if (known !== undefined && known.session !== session.session && now < known.until) return false;
  begin(live, tag, session, now);
  return true;
}
