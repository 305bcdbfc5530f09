/** One side of a call in the laboratory: the product's own session on a watched media worker. */
import type { XWingKeyPair } from "../../../../e2ee/xwing.ts";
import type { MatchMessage } from "../../../../protocol/messages.ts";
import { toBase64url } from "../../../../protocol/base64url.ts";
import type { KeyPace } from "../../../../web/call/call-keys.ts";
import type { VideoOrder } from "../../../../web/call/codecs.ts";
import { createEarlyPeer, createMaterials } from "../../../../web/call/materials.ts";
import { createMatchSession, type MatchSession } from "../../../../web/call/match-session.ts";
import type { DirectWish, EndReason, SafetyCode } from "../../../../web/call/view.ts";
import type { PeerMessage } from "../../../../web/chat/messages.ts";
import type { Role } from "../../../../protocol/ids.ts";
import { withConnection, withWorker, type Attachment, type WatchedWorker } from "./environment.ts";
import { PLAIN_PLAN, entered, passed, type WatchPlan } from "./watch.types.ts";

export interface SideOptions {
  readonly iceServers: RTCIceServer[];
  readonly video?: VideoOrder;
  readonly plan?: WatchPlan;
  readonly attachment?: Attachment;
  readonly pace?: KeyPace;
  /** Wrong: what the partner enclosed to this side's key comes out as something else. */
  readonly secret?: "wrong";
}

export interface SideStatus {
  readonly stage: "new" | "matched" | "securing" | "encrypted" | "ended";
  readonly reason?: EndReason;
  /** A frame of the partner's picture opened. */
  readonly visible: boolean;
  /** Frames that left sealed, both kinds together and the pictures alone. */
  readonly sealed: number;
  readonly sealedPictures: number;
  /** Frames that came in, and those of them that went on to a decoder. */
  readonly arrived: number;
  readonly opened: number;
  readonly openedPictures: number;
}

export interface Side {
  readonly sealKey: string;
  readonly watched: WatchedWorker;
  connection(): RTCPeerConnection | undefined;
  channel(): RTCDataChannel | undefined;
  session(): MatchSession | undefined;
  readonly heard: PeerMessage[];
  readonly wishes: DirectWish[];
  readonly links: string[];
  code(): SafetyCode | undefined;
  begin(match: { id: string; role: Role; partnerKey: string }): void;
  status(): SideStatus;
  end(): void;
}

function spoiled(keys: XWingKeyPair): XWingKeyPair {
  return {
    publicKey: keys.publicKey,
    async decapsulate(ciphertext) {
      const secret = await keys.decapsulate(ciphertext);
      secret[0]! ^= 1;
      return secret;
    },
    wipe: () => keys.wipe(),
  };
}

/** `say` carries a sealed body to the partner, as the lobby would. */
export async function createSide(
  options: SideOptions,
  say: (body: string, epoch: number) => void,
  tracks: () => { audio?: MediaStreamTrack | undefined; video?: MediaStreamTrack | undefined },
): Promise<Side> {
  const { made, watched } = withWorker(
    { plan: options.plan ?? PLAIN_PLAN, attachment: options.attachment ?? "sound" },
    createMaterials,
  );
  const own = await made;
  const materials = {
    ...own,
    video: options.video ?? (["video/VP8"] as const),
    ...(options.secret && { handshakeKeys: spoiled(own.handshakeKeys) }),
  };
  const early = withConnection(() => createEarlyPeer(materials, options.iceServers, "relay"));
  const connection = early.connection;
  // Nothing is offered ahead, so the session takes this very connection.

  let stage: SideStatus["stage"] = "new";
  let reason: EndReason | undefined;
  let visible = false;
  let code: SafetyCode | undefined;
  let session: MatchSession | undefined;
  const heard: PeerMessage[] = [];
  const wishes: DirectWish[] = [];
  const links: string[] = [];
  const read = (index: number): number => Atomics.load(watched.counters, index);

  return {
    sealKey: toBase64url(own.sealKeys.publicKey),
    watched,
    heard,
    wishes,
    links,
    connection: () => connection,
    channel: () => early.channel,
    session: () => session,
    code: () => code,
    begin({ id, role, partnerKey }) {
      stage = "matched";
      const match: MatchMessage = {
        type: "match",
        match: id,
        role,
        policy: "relay",
        partner: { sealKey: partnerKey, shared: [] },
        capsules: { recent: "", block: "" },
      };
      session = createMatchSession({
        match,
        materials,
        early: early.made,
        ...(options.pace && { pace: options.pace }),
        events: {
          seal: say,
          securing: () => void (stage = "securing"),
          encrypted(agreed) {
            stage = "encrypted";
            code = agreed;
          },
          message: (message) => void heard.push(message),
          visible: () => void (visible = true),
          link: (link) => void links.push(link),
          direct: (wish) => void wishes.push(wish),
          ended(why) {
            stage = "ended";
            reason = why;
          },
        },
      });
      const { audio, video } = tracks();
      session.show("audio", audio, true);
      session.show("video", video, true);
    },
    status: () => ({
      stage,
      ...(reason && { reason }),
      visible,
      sealed: read(passed("seal", "audio")) + read(passed("seal", "video")),
      sealedPictures: read(passed("seal", "video")),
      arrived: read(entered("open", "audio")) + read(entered("open", "video")),
      opened: read(passed("open", "audio")) + read(passed("open", "video")),
      openedPictures: read(passed("open", "video")),
    }),
    end() {
      // A session that failed has closed everything already.
      if (session === undefined) {
        early.made.close();
        own.dispose();
      } else session.end();
    },
  };
}
