/**
 * The queue, kept several times: by tier and mode, by language too, by language and interest too.
 * Each bucket is ordered by place. Tickets that stopped waiting stay until they are in the way.
 */
import type { Ticket } from "./ticket.ts";
import { needs } from "./compatibility.ts";

export interface Bucket {
  tickets: Ticket[];
  /** How many of them no longer wait. */
  dead: number;
}
export type Buckets = Map<string, Bucket>;

/** So many dead tickets passed in one look are worth a sweep of the whole bucket. */
const DEAD_PASSED_MAX = 32;

export function insert(buckets: Buckets, ticket: Ticket): void {
  for (const key of allKeys(ticket)) {
    const bucket = buckets.get(key);
    if (bucket === undefined) buckets.set(key, { tickets: [ticket], dead: 0 });
    else bucket.tickets.splice(indexAfter(bucket, ticket.place), 0, ticket);
  }
}

/** The ticket stops waiting; its entries go lazily. */
export function retire(buckets: Buckets, ticket: Ticket): void {
  if (!ticket.waiting) return;
  ticket.waiting = false;
  for (const key of allKeys(ticket)) {
    const bucket = buckets.get(key);
    if (bucket === undefined) continue;
    bucket.dead++;
    if (bucket.dead === bucket.tickets.length) buckets.delete(key);
    else if (bucket.dead * 2 > bucket.tickets.length) sweep(bucket);
  }
}

/** Buckets worth looking into for this ticket at its level, most specific first. */
export function reach(ticket: Ticket): string[] {
  const need = needs(ticket);
  const keys = interestKeys(ticket);
  if (!need.interest) keys.push(...languageKeys(ticket));
  if (!need.language && !need.interest) keys.push(widestKey(ticket));
  // An interest without a language has no bucket of its own.
  if (need.interest && !need.language) keys.push(widestKey(ticket));
  return keys;
}

/** People in the queue, whatever they want. */
export function countWaiting(buckets: Buckets): number {
  let count = 0;
  for (const [key, { tickets, dead }] of buckets) {
    if (key.endsWith("|*")) count += tickets.length - dead;
  }
  return count;
}

export function widestKey(ticket: Ticket): string {
  return `${ticket.tier}|${ticket.wish.mode}|*`;
}

/** Waiting tickets with a place after `place`, in order. Tickets may retire while this runs. */
export function* waitingAfter(bucket: Bucket, place: number): Generator<Ticket> {
  let passed = 0;
  for (let index = indexAfter(bucket, place); index < bucket.tickets.length; index++) {
    const { tickets } = bucket;
    const ticket = tickets[index]!;
    if (ticket.waiting) yield ticket;
    else if (++passed > DEAD_PASSED_MAX) sweep(bucket);
    if (tickets !== bucket.tickets) {
      index = indexAfter(bucket, ticket.place) - 1;
      passed = 0;
    }
  }
}

function sweep(bucket: Bucket): void {
  bucket.tickets = bucket.tickets.filter((ticket) => ticket.waiting);
  bucket.dead = 0;
}

/** Index of the first ticket with a larger place; new arrivals find it at the end without a search. */
function indexAfter({ tickets }: Bucket, place: number): number {
  const last = tickets.at(-1);
  if (last === undefined || last.place <= place) return tickets.length;
  let low = 0;
  let high = tickets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tickets[middle]!.place <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}

function allKeys(ticket: Ticket): string[] {
  return [...interestKeys(ticket), ...languageKeys(ticket), widestKey(ticket)];
}

export function languageKeys(ticket: Ticket): string[] {
  return ticket.wish.languages.map((language) => `${ticket.tier}|${ticket.wish.mode}|${language}`);
}

function interestKeys(ticket: Ticket): string[] {
  return languageKeys(ticket).flatMap((key) =>
    ticket.wish.interests.map((interest) => `${key}|${interest}`),
  );
}
