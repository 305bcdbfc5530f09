/**
 * What a match needs and can be made while the person still waits: key pairs, the certificate,
 * a running media worker and, once TURN credentials are here, a connection that already gathers.
 * Used for one match, never twice.
 */
import { generateXWingKeyPair } from "../../e2ee/xwing.ts";
import type { XWingKeyPair } from "../../e2ee/xwing.ts";
import type { RelayPolicy } from "../../protocol/ids.ts";
import { videoOrder } from "./codecs.ts";
import type { VideoOrder } from "./codecs.ts";
import { createPeer } from "./peer.ts";
import type { Description, Peer, PeerOptions } from "./peer.ts";

export interface Materials {
  /** Its public half goes out with `seek`. */
  readonly sealKeys: XWingKeyPair;
  readonly handshakeKeys: XWingKeyPair;
  readonly certificate: RTCCertificate;
  readonly worker: Worker;
  readonly video: VideoOrder;
  dispose(): void;
}

export async function createMaterials(): Promise<Materials> {
  const worker = new Worker(new URL("../media-worker/media-worker.ts", import.meta.url), {
    type: "module",
    name: "winkr-media",
  });
  try {
    const [sealKeys, handshakeKeys, certificate, video] = await Promise.all([
      generateXWingKeyPair(),
      generateXWingKeyPair(),
      RTCPeerConnection.generateCertificate({
        name: "ECDSA",
        namedCurve: "P-256",
      } as EcKeyGenParams),
      videoOrder(),
    ]);
    return {
      sealKeys,
      handshakeKeys,
      certificate,
      worker,
      video,
      dispose() {
        // The worker's memory goes with it, and every frame key in it.
        worker.terminate();
        sealKeys.wipe();
        handshakeKeys.wipe();
      },
    };
  } catch (cause) {
    worker.terminate();
    throw cause;
  }
}

/** The connection of a match, begun early: whoever waits will make the offer, so it is made ahead. */
export interface EarlyPeer {
  readonly policy: RelayPolicy;
  /** Makes the offer and gathers for it; asking again gives the same. */
  offer(): Promise<Description>;
  /** The connection for this role. An offer that was made ahead cannot be taken back, so an answerer may get a new one. */
  take(role: "initiator" | "responder"): Peer;
  /** Routed to the match session once there is one. */
  onCandidates: (candidates: string[]) => void;
  onState: (state: RTCPeerConnectionState) => void;
  close(): void;
}

export function createEarlyPeer(
  materials: Materials,
  iceServers: RTCIceServer[],
  policy: RelayPolicy,
): EarlyPeer {
  const options: PeerOptions = {
    iceServers,
    policy,
    certificate: materials.certificate,
    worker: materials.worker,
    video: materials.video,
    onCandidates: (candidates) => early.onCandidates(candidates),
    onState: (state) => early.onState(state),
  };
  let peer = createPeer(options);
  let offering: Promise<Description> | undefined;
  const early: EarlyPeer = {
    policy,
    offer() {
      offering ??= peer.offer();
      // Whoever takes the role sees the failure; until then nobody may be listening.
      offering.catch(() => {});
      return offering;
    },
    take(role) {
      if (role === "responder" && offering !== undefined) {
        peer.close();
        peer = createPeer(options);
        offering = undefined;
      }
      return peer;
    },
    onCandidates: () => {},
    onState: () => {},
    close: () => peer.close(),
  };
  return early;
}
