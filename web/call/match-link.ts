/**
 * Keeps one call connected: performs what link-machine.ts decides, with the RTCPeerConnection and
 * the sealed channel. Descriptions of a restart travel under the keys of the call and must name the
 * certificate of its handshake, so nobody but the partner can move the connection anywhere.
 */
import { equalBytes } from "../../e2ee/bytes.ts";
import type { Role } from "../../e2ee/role.ts";
import type { RelayPolicy } from "../../protocol/ids.ts";
import type { PeerMessage } from "../chat/messages.ts";
import { createLink, stepLink } from "./link-machine.ts";
import type { LinkEffect, LinkEvent } from "./link-machine.ts";
import { PeerError } from "./peer.ts";
import type { Description, Peer } from "./peer.ts";
import type { DirectWish, SecurityFailure } from "./view.ts";

export interface MatchLink {
  /** The state of the connection, from when the call is encrypted. */
  connection(state: RTCPeerConnectionState): void;
  /** Whether the message was one of the link's. */
  receive(message: PeerMessage): boolean;
  candidates(candidates: string[]): void;
  setDirect(wanted: boolean): void;
  stop(): void;
}

interface MatchLinkOptions {
  readonly role: Role;
  readonly policy: RelayPolicy;
  readonly peer: Pick<Peer, "restart" | "answerRestart" | "accept" | "addCandidates">;
  readonly partnerFingerprint: Uint8Array;
  readonly events: {
    /** Over every way that there is. */
    say(message: PeerMessage): void;
    link(link: "steady" | "interrupted"): void;
    direct(wish: DirectWish): void;
    /** New candidates are in use: time for new keys. */
    restarted(): void;
    insecure(failure: SecurityFailure): void;
    lost(): void;
  };
}

const TICK_MS = 500;

export function createMatchLink(options: MatchLinkOptions): MatchLink {
  const { peer, events } = options;
  let state = createLink(options.role, options.policy);
  let isOver = false;
  /** Of what the browser is doing at the moment; candidates belong to it. */
  let epoch = 0;

  function dispatch(event: LinkEvent): void {
    if (isOver) return;
    const { state: next, effects } = stepLink(state, event, performance.now());
    state = next;
    for (const effect of effects) perform(effect);
  }

  function perform(effect: LinkEffect): void {
    switch (effect.type) {
      case "link":
        return events.link(effect.link);
      case "lost":
        return events.lost();
      case "ask":
        return events.say({ type: "restart" });
      case "offer":
      case "answer":
      case "accept":
        working = working.then(() => negotiate(effect)).catch(failed);
    }
  }

  /** The browser takes one description after another; what a later restart replaced is left out. */
  let working: Promise<unknown> = Promise.resolve();
  async function negotiate(
    effect: Extract<LinkEffect, { type: "offer" | "answer" | "accept" }>,
  ): Promise<void> {
    if (isOver || effect.epoch !== state.epoch) return;
    if (effect.type === "accept") {
      if (!isPartner(await peer.accept(effect.sdp))) return events.insecure("fingerprint");
      return events.restarted();
    }
    epoch = effect.epoch;
    if (effect.type === "offer") {
      const { sdp } = await peer.restart(effect.way);
      return say({ type: "restart-offer", epoch: effect.epoch, sdp });
    }
    const { theirs, ours } = await peer.answerRestart(effect.sdp, effect.way);
    if (!isPartner(theirs)) return events.insecure("fingerprint");
    say({ type: "restart-answer", epoch: effect.epoch, sdp: ours.sdp });
  }

  function isPartner({ fingerprint }: Description): boolean {
    return equalBytes(fingerprint, options.partnerFingerprint);
  }

  function say(message: PeerMessage): void {
    if (!isOver) events.say(message);
  }

  /** A relay that gives no candidate now may give one at the next attempt. */
  function failed(cause: unknown): void {
    if (cause instanceof PeerError && cause.problem === "no-relay") return;
    if (!isOver) events.insecure("malformed");
  }

  const timer = setInterval(() => dispatch({ type: "tick" }), TICK_MS);
  const networkChanged = (): void => dispatch({ type: "network-changed" });
  addEventListener("online", networkChanged);
  const network = (navigator as { connection?: EventTarget }).connection;
  network?.addEventListener("change", networkChanged);

  function tellWishes(): void {
    events.direct({ own: state.ownDirect, partner: state.partnerDirect });
  }

  return {
    connection(now) {
      if (now === "connected" || now === "disconnected" || now === "failed")
        dispatch({ type: now });
    },
    receive(message) {
      switch (message.type) {
        case "restart":
          dispatch({ type: "asked" });
          return true;
        case "restart-offer":
          dispatch({ type: "offered", epoch: message.epoch, sdp: message.sdp });
          return true;
        case "restart-answer":
          dispatch({ type: "answered", epoch: message.epoch, sdp: message.sdp });
          return true;
        case "restart-candidates":
          if (message.epoch === state.epoch) {
            working = working.then(() => peer.addCandidates(message.candidates)).catch(() => {});
          }
          return true;
        case "direct":
          dispatch({ type: "partner-direct", wanted: message.wanted });
          tellWishes();
          return true;
        default:
          return false;
      }
    },
    candidates(candidates) {
      if (epoch > 0) say({ type: "restart-candidates", epoch, candidates });
    },
    setDirect(wanted) {
      const isAgreed = state.ownDirect && state.partnerDirect;
      if (isAgreed || wanted === state.ownDirect) return;
      // The partner first: an offer that needs its consent must not overtake ours.
      say({ type: "direct", wanted });
      dispatch({ type: "own-direct", wanted });
      tellWishes();
    },
    stop() {
      isOver = true;
      clearInterval(timer);
      removeEventListener("online", networkChanged);
      network?.removeEventListener("change", networkChanged);
    },
  };
}
