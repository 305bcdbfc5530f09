/** A person in the queue: what was asked for, and since when. */
import type { RelayPolicy } from "../../protocol/ids.ts";
import type { Mode, Reach } from "../../protocol/widening.ts";

export interface Wish {
  /** Base64url, relayed to the partner untouched. */
  readonly sealKey: string;
  /** Most wanted first, no duplicates. Empty: any. */
  readonly languages: readonly string[];
  /** No duplicates. Empty: any. */
  readonly interests: readonly string[];
  readonly relay: RelayPolicy;
  readonly reach: Reach;
  readonly mode: Mode;
  /** Handles of the latest partners, latest first. */
  readonly recents: readonly string[];
  /** Handles that are avoided at every level. */
  readonly blocks: ReadonlySet<string>;
}

export interface Ticket {
  readonly sid: string;
  readonly handle: string;
  readonly tier: string;
  /** Where the person is, which need not be where the lobby is. */
  readonly region: string;
  /** The edge's floor for this person; the wish has the person's own. */
  readonly relay: RelayPolicy;
  readonly wish: Wish;
  /**
   * Order in the queue, smaller first: given once, kept by whoever is left behind. The lobby time
   * of the arrival, so that places of different lobbies can be compared.
   */
  readonly place: number;
  /** Start of the waiting time that widening counts, in lobby milliseconds. */
  readonly since: number;
  /** When this very `seek` came: the longer one has an offer prepared and becomes initiator. */
  readonly soughtAt: number;
  /** Index into WIDENING. */
  level: number;
  /** Index into RUNGS. */
  rung: number;
  /** False once paired, replaced or left; buckets and deadlines then drop it lazily. */
  waiting: boolean;
  /** The one moment that is scheduled for this ticket. */
  dueAt: number;
  /** Other lobbies are not asked again before this lobby time. */
  askAt: number;
  /** Lobby time at which the page gets a fresh resume token. */
  renewAt: number;
  /** Places up to here were already looked at in the widest bucket at this level. */
  lookedUpTo: number;
}
