/**
 * How a call keeps its connection, as a pure machine: (state, event, now) → state and effects.
 * match-link.ts performs the effects.
 *
 *   steady ─lost→ interrupted ─restart, again every few seconds→ steady | over
 *
 * Both sides notice a loss, but only the initiator offers a restart; the responder asks for one. So
 * two offers never cross. A restart may also change the way, once and in one direction: direct when
 * both people want that. There is no way back within a call: an address that was shown is known,
 * and browsers keep a direct path that works.
 */
import type { RelayPolicy } from "../../protocol/ids.ts";
import type { Role } from "../../e2ee/role.ts";

export interface LinkState {
  readonly role: Role;
  /** The way that needs nobody's consent: what the connection was made with. */
  readonly floor: RelayPolicy;
  /** Since when no packets come. */
  readonly lostAt?: number;
  /** When a restart was last offered or asked for. */
  readonly triedAt?: number;
  /** Of the latest restart; 0 is the connection that the handshake made. */
  readonly epoch: number;
  /** The way of the latest restart. */
  readonly way: RelayPolicy;
  readonly ownDirect: boolean;
  readonly partnerDirect: boolean;
}

export type LinkEvent =
  | { readonly type: "connected" | "disconnected" | "failed" }
  /** The device changed its network: what it has may be dead without anybody knowing yet. */
  | { readonly type: "network-changed" }
  | { readonly type: "own-direct" | "partner-direct"; readonly wanted: boolean }
  /** The partner asks for a restart. */
  | { readonly type: "asked" }
  | { readonly type: "offered"; readonly epoch: number; readonly sdp: string }
  | { readonly type: "answered"; readonly epoch: number; readonly sdp: string }
  | { readonly type: "tick" };

export type LinkEffect =
  | { readonly type: "link"; readonly link: "steady" | "interrupted" }
  | { readonly type: "offer"; readonly epoch: number; readonly way: RelayPolicy }
  | {
      readonly type: "answer";
      readonly epoch: number;
      readonly way: RelayPolicy;
      readonly sdp: string;
    }
  | { readonly type: "accept"; readonly epoch: number; readonly sdp: string }
  | { readonly type: "ask" }
  | { readonly type: "lost" };

export interface LinkStep {
  readonly state: LinkState;
  readonly effects: readonly LinkEffect[];
}

/** A breath of the network is not a loss. */
export const PATIENCE_MS = 1_000;
/** One attempt gets this long before the next. */
export const ATTEMPT_MS = 5_000;
/** After this long without packets the partner counts as lost (docs/protocol.md, P-36). */
export const INTERRUPTED_MAX_MS = 30_000;

export function createLink(role: Role, floor: RelayPolicy): LinkState {
  return { role, floor, epoch: 0, way: floor, ownDirect: false, partnerDirect: false };
}

export function stepLink(state: LinkState, event: LinkEvent, now: number): LinkStep {
  switch (event.type) {
    case "connected":
      return connected(state);
    case "disconnected":
      return state.lostAt === undefined
        ? { state: { ...state, lostAt: now }, effects: [{ type: "link", link: "interrupted" }] }
        : unchanged(state);
    case "failed":
      // The browser gave up on its own; a new attempt need not wait.
      return restart({ ...state, lostAt: state.lostAt ?? now }, now, [
        { type: "link", link: "interrupted" },
      ]);
    case "network-changed":
      return restart(state, now);
    case "own-direct":
      return isDirect(state)
        ? unchanged(state)
        : reconsidered({ ...state, ownDirect: event.wanted }, now);
    case "partner-direct":
      return isDirect(state)
        ? unchanged(state)
        : reconsidered({ ...state, partnerDirect: event.wanted }, now);
    case "asked":
      return state.role === "initiator" ? restart(state, now) : unchanged(state);
    case "offered":
      return offered(state, event, now);
    case "answered":
      return state.role === "initiator" && event.epoch === state.epoch
        ? { state, effects: [{ type: "accept", epoch: event.epoch, sdp: event.sdp }] }
        : unchanged(state);
    case "tick":
      return tick(state, now);
  }
}

function connected(state: LinkState): LinkStep {
  const { lostAt: _, triedAt: __, ...rest } = state;
  return { state: rest, effects: [{ type: "link", link: "steady" }] };
}

/** Offers, or asks the one who may. Not twice for one reason that both sides noticed. */
function restart(state: LinkState, now: number, also: readonly LinkEffect[] = []): LinkStep {
  if (state.triedAt !== undefined && now - state.triedAt < PATIENCE_MS)
    return { state, effects: also };
  if (state.role === "responder") {
    return { state: { ...state, triedAt: now }, effects: [...also, { type: "ask" }] };
  }
  const epoch = state.epoch + 1;
  const way = wayOf(state);
  return {
    state: { ...state, triedAt: now, epoch, way },
    effects: [...also, { type: "offer", epoch, way }],
  };
}

function offered(
  state: LinkState,
  { epoch, sdp }: { readonly epoch: number; readonly sdp: string },
  now: number,
): LinkStep {
  if (state.role === "initiator" || epoch <= state.epoch) return unchanged(state);
  const way = wayOf(state);
  return {
    state: { ...state, triedAt: now, epoch, way },
    effects: [{ type: "answer", epoch, way, sdp }],
  };
}

/** The initiator changes the way when both people agree. */
function reconsidered(state: LinkState, now: number): LinkStep {
  if (state.role !== "initiator" || wayOf(state) === state.way) return unchanged(state);
  const { triedAt: _, ...fresh } = state;
  return restart(fresh, now);
}

function tick(state: LinkState, now: number): LinkStep {
  if (state.lostAt === undefined) return unchanged(state);
  if (now - state.lostAt >= INTERRUPTED_MAX_MS) return { state, effects: [{ type: "lost" }] };
  const since = state.triedAt ?? state.lostAt;
  const patience = state.triedAt === undefined ? PATIENCE_MS : ATTEMPT_MS;
  return now - since >= patience ? restart(state, now) : unchanged(state);
}

/** Each side decides by itself: an address is told only where its own person agreed as well. */
function wayOf(state: LinkState): RelayPolicy {
  return isDirect(state) ? "direct" : state.floor;
}

function isDirect({ ownDirect, partnerDirect }: LinkState): boolean {
  return ownDirect && partnerDirect;
}

function unchanged(state: LinkState): LinkStep {
  return { state, effects: [] };
}
