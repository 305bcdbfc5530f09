/**
 * How many shards a region has, as rules over what its shards report: (state, report, now) → state.
 * Only counts are known here. A view that is some seconds old is harmless: a shard that is too many
 * still works, and people in two shards still find each other by the ladder.
 */
import { PARENTS, type Region } from "./regions.ts";

/** Means over all shards above which their number doubles; only new arrivals go to the new ones. */
export const SPLIT_SOCKETS = 1_500;
export const SPLIT_INBOUND_PER_SECOND = 300;
/** Below this part of both it is halved again. The gap to one half keeps it from swinging. */
export const SHRINK_SHARE = 0.4;
export const SHRINK_AFTER_MS = 120_000;
/** After a split its effect is waited for: the old shards stay as full as they are. */
const SPLIT_PAUSE_MS = 30_000;
/** Where more would be needed, something else is wrong. */
const SHARDS_MAX = 4_096;

/** A region has shards of its own from so many people on, and gives them up below so many. */
export const OPEN_AT_PEOPLE = 60;
export const CLOSE_BELOW_PEOPLE = 30;

/** A rate that was not reported anew is over: a quiet lobby sleeps and says nothing. */
const RATE_FRESH_MS = 15_000;

export interface Load {
  readonly sockets: number;
  readonly waiting: number;
  readonly inboundPerSecond: number;
  /** It answers late. */
  readonly overloaded: boolean;
}

interface Known extends Load {
  readonly at: number;
}

/** What is written down, because forgetting it would send everybody to one shard. */
export interface Shape {
  readonly shards: number;
  readonly open: boolean;
}

export interface DirectoryState {
  readonly region: Region;
  shards: number;
  /** Has shards of its own; otherwise everybody goes to the parent's. */
  open: boolean;
  /** By number. */
  readonly loads: Map<number, Known>;
  /** People of this region by shard, wherever that is. */
  readonly people: Map<string, number>;
  lowSince: number | undefined;
  fewSince: number | undefined;
  splitAt: number;
}

export interface View extends Shape {
  readonly region: Region;
  /** Indexed by the shard's number. */
  readonly sockets: readonly number[];
  readonly waiting: readonly number[];
  readonly overloaded: readonly number[];
}

export function createDirectory(region: Region, shape: Shape | undefined): DirectoryState {
  const isRoot = PARENTS[region] === undefined;
  return {
    region,
    shards: shape?.shards ?? 1,
    open: isRoot || (shape?.open ?? false),
    loads: new Map(),
    people: new Map(),
    lowSince: undefined,
    fewSince: undefined,
    splitAt: -Infinity,
  };
}

export interface Report {
  readonly shard: string;
  /** Its number and load, when it is a shard of this region. */
  readonly own?: { readonly number: number; readonly load: Load };
  /** How many people from this region are in it. */
  readonly people: number;
}

export function report(state: DirectoryState, { shard, own, people }: Report, now: number): void {
  if (own !== undefined) state.loads.set(own.number, { ...own.load, at: now });
  if (people > 0) state.people.set(shard, people);
  else state.people.delete(shard);
  settle(state, now);
}

/** Applies every rule that time or a report has made due. */
export function settle(state: DirectoryState, now: number): void {
  openOrClose(state, now);
  if (!state.open) return;
  const { sockets, inbound, overloaded } = meanLoad(state, now);
  const busy = sockets > SPLIT_SOCKETS || inbound > SPLIT_INBOUND_PER_SECOND || overloaded;
  if (busy && state.shards * 2 <= SHARDS_MAX && now - state.splitAt >= SPLIT_PAUSE_MS) {
    state.shards *= 2;
    state.splitAt = now;
  }
  const low =
    !busy &&
    sockets < SPLIT_SOCKETS * SHRINK_SHARE &&
    inbound < SPLIT_INBOUND_PER_SECOND * SHRINK_SHARE;
  state.lowSince = low && state.shards > 1 ? earlier(state.lowSince, now) : undefined;
  if (state.lowSince !== undefined && now - state.lowSince >= SHRINK_AFTER_MS) {
    state.shards /= 2;
    state.lowSince = undefined;
  }
}

export function viewOf(state: DirectoryState): View {
  const { region, shards, open, loads } = state;
  const numbers = Array.from({ length: shards }, (_, number) => number);
  return {
    region,
    shards,
    open,
    sockets: numbers.map((number) => loads.get(number)?.sockets ?? 0),
    waiting: numbers.map((number) => loads.get(number)?.waiting ?? 0),
    overloaded: numbers.filter((number) => loads.get(number)?.overloaded ?? false),
  };
}

/**
 * The shard for a session: of two by chance the emptier one. The chance is the session's own id, so
 * that the same session comes back to one of the same two, where an older socket of it may be.
 */
export function choose({ shards, sockets, overloaded }: View, sid: string): number {
  const one = hash(sid, 0) % shards;
  // Distinct whenever there are two.
  const two = (one + 1 + (hash(sid, 1) % Math.max(1, shards - 1))) % shards;
  const weight = (number: number) =>
    (sockets[number] ?? 0) + (overloaded.includes(number) ? Number.MAX_SAFE_INTEGER : 0);
  return weight(two) < weight(one) ? two : one;
}

/** Shards where people wait, most first and by chance among equals: at most `most` names' numbers. */
export function busiest(
  views: readonly View[],
  random: () => number,
  most: number,
): { region: Region; number: number }[] {
  return views
    .filter(({ open }) => open)
    .flatMap(({ region, waiting }) =>
      waiting.flatMap((count, number) =>
        count > 0 ? [{ region, number, order: count + random() }] : [],
      ),
    )
    .sort((a, b) => b.order - a.order)
    .slice(0, most)
    .map(({ region, number }) => ({ region, number }));
}

function openOrClose(state: DirectoryState, now: number): void {
  if (PARENTS[state.region] === undefined) return;
  let people = 0;
  for (const count of state.people.values()) people += count;
  if (people >= OPEN_AT_PEOPLE) state.open = true;
  const few = state.open && people < CLOSE_BELOW_PEOPLE;
  state.fewSince = few ? earlier(state.fewSince, now) : undefined;
  if (state.fewSince === undefined || now - state.fewSince < SHRINK_AFTER_MS) return;
  state.open = false;
  state.shards = 1;
  state.fewSince = undefined;
}

function meanLoad({ loads, shards }: DirectoryState, now: number) {
  let sockets = 0;
  let inbound = 0;
  let overloaded = false;
  for (const [number, load] of loads) {
    if (number >= shards) continue;
    sockets += load.sockets;
    if (now - load.at >= RATE_FRESH_MS) continue;
    inbound += load.inboundPerSecond;
    overloaded ||= load.overloaded;
  }
  return { sockets: sockets / shards, inbound: inbound / shards, overloaded };
}

/** A clock that was set back starts the wait anew. */
function earlier(since: number | undefined, now: number): number {
  return since === undefined || since > now ? now : since;
}

/** FNV-1a (draft-eastlake-fnv), 32 bits. */
function hash(text: string, salt: number): number {
  let value = 0x811c9dc5 ^ salt;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  // The low bits of FNV are its weakest.
  return (value ^ (value >>> 15)) >>> 0;
}
