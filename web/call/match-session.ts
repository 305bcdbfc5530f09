/**
 * One match from `match` to hang-up, and the order in which things may happen in it:
 *
 *   opening the partner's frames   as soon as keys exist (a frame that opens under them proves them)
 *   sealing, chat, the lock        both confirmations verified AND the live certificate matches
 *   camera and microphone          the worker proved a sealed frame of that very sender
 */
import { CONNECT_MAX_MS } from "../../protocol/limits.ts";
import type { MatchMessage } from "../../protocol/messages.ts";
import { equalBytes } from "../../e2ee/bytes.ts";
import type { HandshakeKeys } from "../../e2ee/handshake/index.ts";
import { baseKey, kid } from "../../e2ee/key-schedule.ts";
import type { KeyDirection } from "../../e2ee/key-schedule.ts";
import type { PeerMessage } from "../chat/messages.ts";
import { createSealedChannel } from "../chat/sealed-channel.ts";
import type { SealedChannel } from "../chat/sealed-channel.ts";
import type { Kind } from "../media-worker/messages.ts";
import { createBlackTrack } from "../media/black-track.ts";
import { createOutgoing } from "../media/outgoing.ts";
import type { Outgoing } from "../media/outgoing.ts";
import type { EarlyPeer, Materials } from "./materials.ts";
import { createMediaGuard } from "./media-guard.ts";
import { createNegotiation } from "./negotiation.ts";
import { PeerError } from "./peer.ts";
import type { EndReason, Protection, SafetyCode, SecurityFailure } from "./view.ts";

export interface MatchSession {
  readonly stream: MediaStream;
  /** A sealed body that the lobby relayed. */
  receive(body: string): void;
  /** What the person sends now; undefined sends nothing of that kind. */
  show(kind: Kind, track: MediaStreamTrack | undefined, wanted: boolean): void;
  send(message: PeerMessage): Promise<boolean>;
  protection(): Protection | undefined;
  renewServers(iceServers: RTCIceServer[]): void;
  /** Synchronously black and silent. */
  cut(): void;
  /** Cuts, says goodbye where possible, closes and wipes. Once ended, no event comes any more. */
  end(): void;
}

interface MatchSessionOptions {
  readonly match: MatchMessage;
  readonly materials: Materials;
  readonly early: EarlyPeer;
  readonly events: {
    seal(body: string): void;
    securing(): void;
    encrypted(code: SafetyCode): void;
    message(message: PeerMessage): void;
    /** The first frame of the partner's picture opened. */
    visible(): void;
    link(link: "steady" | "interrupted"): void;
    ended(reason: EndReason): void;
  };
}

/** After this long without packets the partner counts as lost. */
const INTERRUPTED_MAX_MS = 12_000;
/** The sealed goodbye gets this long before the connection closes under it. */
const GOODBYE_MS = 150;
/** The first generation, before any ratchet step. */
const KID = kid(0, 0);

export function createMatchSession(options: MatchSessionOptions): MatchSession {
  const { match, materials, early, events } = options;
  const initiator = match.role === "initiator";
  const outbound: KeyDirection = initiator ? "I>R" : "R>I";
  const inbound: KeyDirection = initiator ? "R>I" : "I>R";
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
  let channel: SealedChannel | undefined;
  let interruption: ReturnType<typeof setTimeout> | undefined;

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
      seal: (body) => over || events.seal(body),
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

  async function adoptKeys(agreed: HandshakeKeys): Promise<void> {
    if (over) return;
    keys = agreed;
    channel = await createSealedChannel({
      channel: peer.channel,
      sealKey: await baseKey(agreed.root, outbound, "data"),
      openKey: await baseKey(agreed.root, inbound, "data"),
      kid: KID,
      onMessage(message) {
        if (over) return;
        if (message.type === "bye") fail({ kind: "partner-left" });
        else events.message(message);
      },
    });
    await giveKeys("open", agreed.root, inbound);
  }

  async function giveKeys(
    direction: "seal" | "open",
    root: Uint8Array,
    way: KeyDirection,
  ): Promise<void> {
    const audio = await baseKey(root, way, "audio");
    const video = await baseKey(root, way, "video");
    if (!over) guard.giveKeys({ direction, kid: KID, audio, video });
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
    await giveKeys("seal", keys.root, outbound);
    keys.root.fill(0);
    if (over) return;
    for (const kind of ["audio", "video"] as const) {
      const sender = peer.sender(kind);
      if (sender === undefined) return fail({ kind: "encryption-stopped" });
      const { track, wanted } = shown[kind];
      outgoing[kind] = createOutgoing(sender, kind === "video" ? black : undefined);
      outgoing[kind].setWanted(wanted);
      outgoing[kind].show(track);
    }
    guard.start();
    events.encrypted(keys.code);
  }

  early.onCandidates = (candidates) => over || negotiation.sendCandidates(candidates);
  early.onState = (state) => {
    if (over) return;
    if (state === "connected") {
      clearTimeout(interruption);
      interruption = undefined;
      connected = true;
      events.link("steady");
      void secure().catch(broken);
    } else if (state === "disconnected") {
      interruption ??= setTimeout(() => fail({ kind: "partner-lost" }), INTERRUPTED_MAX_MS);
      events.link("interrupted");
    } else if (state === "failed") {
      fail({ kind: encryptedAt === undefined ? "connection-failed" : "partner-lost" });
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
    clearTimeout(interruption);
    guard.stop();
    negotiation.wipe();
    keys?.root.fill(0);
    peer.channel.onclose = null;
    const close = (): void => {
      early.close();
      materials.dispose();
    };
    if (encryptedAt === undefined) close();
    else setTimeout(close, GOODBYE_MS);
  }

  return {
    stream: peer.stream,
    receive(body) {
      // An encrypted call needs no more flights; junk from the lobby must not be able to end it.
      if (encryptedAt === undefined) negotiation.receive(body);
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
      const data = channel?.counts() ?? { sealed: 0, opened: 0, rejected: 0 };
      return {
        ...guard.numbers(),
        cipher: "AES-256-GCM, SFrame (RFC 9605)",
        keyAgreement: "X-Wing (ML-KEM-768 + X25519)",
        messagesSealed: data.sealed,
        messagesOpened: data.opened,
        certificate: "matches",
        keyAgeSeconds: Math.floor((performance.now() - encryptedAt) / 1_000),
        compared: false,
      };
    },
    renewServers: (iceServers) => peer.renewServers(iceServers),
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
