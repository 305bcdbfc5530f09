/**
 * One match from `match` to hang-up, and the order in which things may happen in it:
 *
 *   opening the partner's frames   as soon as keys exist (a frame that opens under them proves them)
 *   sealing, chat, the lock        both confirmations verified AND the live certificate matches
 *   camera and microphone          the worker proved a sealed frame of that very sender
 *
 * Before that the senders carry black and silence, which the worker keeps until it may seal them.
 */
import { CONNECT_MAX_MS } from "../../protocol/limits.ts";
import type { MatchMessage } from "../../protocol/messages.ts";
import { equalBytes } from "../../e2ee/bytes.ts";
import type { HandshakeKeys } from "../../e2ee/handshake/index.ts";
import { fromBase64url, toBase64url } from "../../protocol/base64url.ts";
import type { PeerMessage } from "../chat/messages.ts";
import { createSealedChannel } from "../chat/sealed-channel.ts";
import type { SealedChannel } from "../chat/sealed-channel.ts";
import type { Kind } from "../media-worker/messages.ts";
import { createBlackTrack } from "../media/black-track.ts";
import { createOutgoing } from "../media/outgoing.ts";
import type { Outgoing } from "../media/outgoing.ts";
import { createCallKeys, KEY_PACE } from "./call-keys.ts";
import type { KeyPace } from "./call-keys.ts";
import { createMatchLink } from "./match-link.ts";
import type { MatchLink } from "./match-link.ts";
import type { EarlyPeer, Materials } from "./materials.ts";
import { createMediaGuard } from "./media-guard.ts";
import { createNegotiation } from "./negotiation.ts";
import { PeerError } from "./peer.ts";
import type { DirectWish, EndReason, Protection, SafetyCode, SecurityFailure } from "./view.ts";

export interface MatchSession {
  readonly stream: MediaStream;
  /** A sealed body that the lobby relayed, with the negotiation that it belongs to. */
  receive(body: string, epoch: number): void;
  /** What the person sends now; undefined sends nothing of that kind. */
  show(kind: Kind, track: MediaStreamTrack | undefined, wanted: boolean): void;
  send(message: PeerMessage): Promise<boolean>;
  protection(): Protection | undefined;
  renewServers(iceServers: RTCIceServer[]): void;
  /** Whether this person would be connected directly; it happens when both would. */
  setDirect(wanted: boolean): void;
  /** Whether all packets of the voice are to have one size. */
  hideRhythm(isHidden: boolean): void;
  /** Synchronously black and silent. */
  cut(): void;
  /** Cuts, says goodbye where possible, closes and wipes. Once ended, no event comes any more. */
  end(): void;
}

interface MatchSessionOptions {
  readonly match: MatchMessage;
  readonly materials: Materials;
  readonly early: EarlyPeer;
  /** Faster in tests. */
  readonly pace?: KeyPace;
  readonly events: {
    seal(body: string, epoch: number): void;
    securing(): void;
    encrypted(code: SafetyCode): void;
    message(message: PeerMessage): void;
    /** The first frame of the partner's picture opened. */
    visible(): void;
    link(link: "steady" | "interrupted"): void;
    direct(wish: DirectWish): void;
    ended(reason: EndReason): void;
  };
}

/** `epoch` of the lobby's `seal`: flights of the handshake, or messages under the call's keys. */
const HANDSHAKE_EPOCH = 0;
const CALL_EPOCH = 1;
/** Bits per second of a voice whose rhythm is hidden: clear speech, with room for redundancy. */
const VOICE_HIDDEN_BPS = 32_000;
/** The sealed goodbye gets this long before the connection closes under it. */
const GOODBYE_MS = 150;

export function createMatchSession(options: MatchSessionOptions): MatchSession {
  const { match, materials, early, events, pace = KEY_PACE } = options;
  const { role } = match;
  const peer = early.take(match.role);
  const shown: Record<Kind, { track: MediaStreamTrack | undefined; wanted: boolean }> = {
    audio: { track: undefined, wanted: true },
    video: { track: undefined, wanted: true },
  };
  const outgoing: Partial<Record<Kind, Outgoing>> = {};
  // Running before it is needed: the first frame of a new canvas takes longer than the handshake.
  const black = createBlackTrack();
  let over = false;
  let keys: HandshakeKeys | undefined;
  let confirmed = false;
  let connected = false;
  let encryptedAt: number | undefined;
  let rhythmHidden = false;
  let channel: SealedChannel | undefined;
  let link: MatchLink | undefined;

  function fail(reason: EndReason): void {
    if (over) return;
    end();
    events.ended(reason);
  }
  const insecure = (failure: SecurityFailure): void => fail({ kind: "security", failure });
  const broken = (cause: unknown): void => fail(reasonOf(cause));

  const guard = createMediaGuard(materials.worker, peer, {
    proven: (kind) => outgoing[kind]?.letIn(),
    visible: events.visible,
    stopped: () => fail({ kind: "encryption-stopped" }),
  });

  const negotiation = createNegotiation({
    match,
    materials,
    early,
    peer,
    events: {
      seal: (body) => over || events.seal(body, HANDSHAKE_EPOCH),
      securing: () => over || events.securing(),
      keys: adoptKeys,
      confirmed() {
        confirmed = true;
        void secure().catch(broken);
      },
      insecure,
      broken,
    },
  });

  const callKeys = createCallKeys({
    role,
    guard,
    pace,
    events: {
      send: (message) => channel?.send(message) ?? Promise.resolve(false),
      insecure,
      broken,
      stale: () => fail({ kind: "encryption-stopped" }),
    },
  });

  async function adoptKeys(agreed: HandshakeKeys): Promise<void> {
    if (over) return;
    keys = agreed;
    channel = createSealedChannel({
      channel: peer.channel,
      sending: callKeys.sending,
      receiving: callKeys.receiving,
      relay: (sealed) => over || events.seal(toBase64url(sealed), CALL_EPOCH),
      onMessage: hear,
    });
    await callKeys.open(agreed.root);
  }

  function hear(message: PeerMessage): void {
    if (over || link?.receive(message)) return;
    if (message.type === "bye") fail({ kind: "partner-left" });
    else if (message.type === "rekey") callKeys.receive(message.body);
    else events.message(message);
  }

  /** Asked when the handshake is confirmed and when the connection is up; goes on when both are. */
  async function secure(): Promise<void> {
    if (over || !confirmed || !connected || keys === undefined || encryptedAt !== undefined) return;
    const live = await peer.liveFingerprint();
    if (over || encryptedAt !== undefined) return;
    if (live === undefined || !equalBytes(live, keys.partnerFingerprint))
      return insecure("certificate");
    encryptedAt = performance.now();
    clearTimeout(connecting);
    await callKeys.seal(keys.root);
    keys.root.fill(0);
    if (over) return;
    openSenders();
    if (outgoing.audio === undefined || outgoing.video === undefined)
      return fail({ kind: "encryption-stopped" });
    if (rhythmHidden) limitVoice();
    link = createMatchLink({
      role,
      policy: early.policy,
      peer,
      partnerFingerprint: keys.partnerFingerprint,
      events: {
        say: (message) => void channel?.sendBothWays(message),
        link: events.link,
        direct: events.direct,
        restarted: callKeys.refresh,
        insecure,
        lost: () => fail({ kind: "partner-lost" }),
      },
    });
    guard.start();
    events.encrypted(keys.code);
  }

  /** Packets that are padded to one size must fit into it. Without the limit some take two of them. */
  function limitVoice(): void {
    void peer.limitVoice(rhythmHidden ? VOICE_HIDDEN_BPS : undefined).catch(() => {});
  }

  /**
   * Black and silence on their way to the worker while the handshake still runs, so that the first
   * sealed frame need not wait for an encoder to start.
   */
  function openSenders(): void {
    for (const kind of ["audio", "video"] as const) {
      const sender = peer.sender(kind);
      if (over || sender === undefined || outgoing[kind] !== undefined) continue;
      const { track, wanted } = shown[kind];
      const again = () => createBlackTrack("calm");
      outgoing[kind] = createOutgoing(
        sender,
        kind === "video" ? { first: black, again } : undefined,
      );
      outgoing[kind].setWanted(wanted);
      outgoing[kind].show(track);
    }
  }

  early.onCandidates = (candidates) => {
    if (over) return;
    if (link === undefined) negotiation.sendCandidates(candidates);
    else link.candidates(candidates);
  };
  early.onState = (state) => {
    if (over) return;
    openSenders();
    if (link !== undefined) return link.connection(state);
    if (state === "connected") {
      connected = true;
      void secure().catch(broken);
    } else if (state === "failed") {
      fail({ kind: "connection-failed" });
    }
  };
  peer.channel.onclose = () => {
    if (encryptedAt !== undefined) fail({ kind: "partner-left" });
  };
  const connecting = setTimeout(() => fail({ kind: "connection-failed" }), CONNECT_MAX_MS);

  function cut(): void {
    outgoing.audio?.cut();
    outgoing.video?.cut();
  }

  function end(): void {
    if (over) return;
    cut();
    black.stop();
    if (encryptedAt !== undefined) void channel?.send({ type: "bye" });
    over = true;
    clearTimeout(connecting);
    link?.stop();
    guard.stop();
    negotiation.wipe();
    keys?.root.fill(0);
    peer.channel.onclose = null;
    const close = (): void => {
      callKeys.wipe();
      early.close();
      materials.dispose();
    };
    if (encryptedAt === undefined) close();
    else setTimeout(close, GOODBYE_MS);
  }

  return {
    stream: peer.stream,
    receive(body, epoch) {
      // An encrypted call needs no more flights; junk from the lobby must not be able to end it.
      if (epoch === HANDSHAKE_EPOCH) return void (encryptedAt ?? negotiation.receive(body));
      const sealed = fromBase64url(body);
      if (sealed !== undefined) channel?.receiveRelayed(sealed);
    },
    show(kind, track, wanted) {
      const before = shown[kind].track;
      shown[kind] = { track, wanted };
      outgoing[kind]?.setWanted(wanted);
      if (before !== track) outgoing[kind]?.show(track);
    },
    send: (message) =>
      over || encryptedAt === undefined || channel === undefined
        ? Promise.resolve(false)
        : channel.send(message),
    protection() {
      if (encryptedAt === undefined) return undefined;
      const { generation, ageSeconds } = callKeys.numbers();
      const data = channel?.counts() ?? { sealed: 0, opened: 0, rejected: 0 };
      return {
        ...guard.numbers(),
        cipher: "AES-256-GCM, SFrame (RFC 9605)",
        keyAgreement: "X-Wing (ML-KEM-768 + X25519)",
        messagesSealed: data.sealed,
        messagesOpened: data.opened,
        certificate: "matches",
        keyAgeSeconds: ageSeconds,
        keyGeneration: generation,
        compared: false,
      };
    },
    renewServers: (iceServers) => peer.renewServers(iceServers),
    setDirect: (wanted) => link?.setDirect(wanted),
    hideRhythm(isHidden) {
      rhythmHidden = isHidden;
      guard.hideRhythm(isHidden);
      limitVoice();
    },
    cut,
    end,
  };
}

/** Why a connection that was begun cannot become a call. */
export function reasonOf(cause: unknown): EndReason {
  if (!(cause instanceof PeerError)) return { kind: "encryption-stopped" };
  switch (cause.problem) {
    case "no-relay":
      return { kind: "relay-unavailable" };
    case "not-encrypted":
      return { kind: "encryption-stopped" };
    case "bad-description":
      return { kind: "security", failure: "malformed" };
  }
}
