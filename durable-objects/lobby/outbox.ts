/**
 * Questions to other lobbies, and words for them that are kept until they were taken. An answer
 * that does not come within a second counts as lost; whoever asked then asks again or gives up.
 */
import type { PeerRequest, PeerWord } from "./peers.ts";
import type { Meeting } from "./people.ts";
import type { Ask, Post } from "./state.ts";
import type { Table } from "./table.ts";

/** Shorter: a slow ocean looks like a loss. Longer: healing a one-sided pair takes longer. */
export const CALL_PATIENCE_MS = 1_000;

/** Words to a lobby that has not answered so often in a row are given up. */
const TELLS_MAX = 20;

export function ask(table: Table, shard: string, request: PeerRequest, forAsk?: Ask): void {
  const { lobby, outcome } = table;
  const call = ++lobby.lastCall;
  lobby.calls.set(call, { shard, request, ...(forAsk !== undefined && { ask: forAsk }) });
  table.schedule(table.now + CALL_PATIENCE_MS, { call });
  outcome.effects.push({ kind: "call", call, shard, request });
}

/** Tells the other lobby of this meeting something, once and in order, however often it takes. */
export function tell(table: Table, meeting: Meeting, shard: string, word: PeerWord): void {
  const { bridge } = meeting;
  if (bridge === undefined) return;
  // A time, so that it is beyond every number from before a restart.
  bridge.said = Math.max(bridge.said + 1, Math.floor(table.now));
  post(table, meeting.id, shard, bridge.said, word);
}

export function post(
  table: Table,
  match: string,
  shard: string,
  number: number,
  word: PeerWord,
): void {
  const { posts } = table.lobby;
  const known = posts.get(match);
  const open: Post = known ?? { shard, words: [], underway: false, missed: 0 };
  if (known === undefined) posts.set(match, open);
  open.words.push({ number, word });
  deliver(table, match, open);
}

/** The other lobby has taken everything up to this number. */
export function told(table: Table, match: string, upTo: number): void {
  const open = table.lobby.posts.get(match);
  if (open === undefined) return;
  open.underway = false;
  open.missed = 0;
  while (open.words[0] !== undefined && open.words[0].number <= upTo) open.words.shift();
  if (open.words.length === 0) table.lobby.posts.delete(match);
  else deliver(table, match, open);
}

/** No answer: once more, unless it is hopeless. False when it was given up. */
export function untold(table: Table, match: string): boolean {
  const open = table.lobby.posts.get(match);
  if (open === undefined) return true;
  open.underway = false;
  if (++open.missed >= TELLS_MAX) {
    table.lobby.posts.delete(match);
    return false;
  }
  deliver(table, match, open);
  return true;
}

function deliver(table: Table, match: string, open: Post): void {
  if (open.underway) return;
  open.underway = true;
  ask(table, open.shard, { type: "tell", match, words: [...open.words] });
}
