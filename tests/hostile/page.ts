/**
 * A page of one match without a browser: the real negotiation over the real handshake, with a
 * scripted connection behind it. It ends as web/call/match-session.ts does: the first failure is
 * shown, wipes, and nothing is sent or taken after it.
 */
import { toBase64url } from "../../protocol/base64url.ts";
import type { RelayPolicy, Role } from "../../protocol/ids.ts";
import { generateXWingKeyPair } from "../../e2ee/xwing.ts";
import type { XWingKeyPair } from "../../e2ee/xwing.ts";
import type { HandshakeKeys } from "../../e2ee/handshake/index.ts";
import type { EarlyPeer, Materials } from "../../web/call/materials.ts";
import { reasonOf } from "../../web/call/match-session.ts";
import { createNegotiation } from "../../web/call/negotiation.ts";
import type { Description, Peer } from "../../web/call/peer.ts";
import { PeerError } from "../../web/call/peer.ts";
import { inspect, sanitize } from "../../web/call/sdp.ts";
import type { EndReason } from "../../web/call/view.ts";
import { description } from "./description.ts";

export interface PageSecrets {
  readonly sealKeys: XWingKeyPair;
  readonly handshakeKeys: XWingKeyPair;
  readonly certificate: Uint8Array<ArrayBuffer>;
}

/** What the lobby tells a page of its match. */
export interface Told {
  readonly match: string;
  readonly role: Role;
  readonly policy: RelayPolicy;
  readonly partnerSealKey: Uint8Array;
}

export interface Page {
  readonly role: Role;
  receive(body: string): void;
  sendCandidates(candidates: string[]): void;
  /** Every sealed body that this page handed to the lobby, oldest first. */
  readonly sent: string[];
  readonly candidates: string[];
  /** Good for opening only, until `isConfirmed`. */
  keys(): HandshakeKeys | undefined;
  isConfirmed(): boolean;
  /** What the person is shown in place of a call. */
  shown(): EndReason | undefined;
  /** Where it stands, in the words of the tables. */
  sees(): string;
  /** The connection came up and shows this certificate. True: the lock shows, the camera goes out. */
  connect(certificate: Uint8Array): boolean;
}

export async function secrets(): Promise<PageSecrets> {
  const [sealKeys, handshakeKeys] = await Promise.all([
    generateXWingKeyPair(),
    generateXWingKeyPair(),
  ]);
  return { sealKeys, handshakeKeys, certificate: crypto.getRandomValues(new Uint8Array(32)) };
}

export function matchId(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(16)));
}

/** `relayed` is told of each body as it leaves. */
export function openPage(
  own: PageSecrets,
  told: Told,
  relayed: (body: string) => void = () => {},
): Page {
  const sent: string[] = [];
  const candidates: string[] = [];
  let keys: HandshakeKeys | undefined;
  let isConfirmed = false;
  let isSecuring = false;
  let shown: EndReason | undefined;

  const ours: Description = {
    sdp: sanitize(description(own.certificate), told.policy),
    fingerprint: own.certificate,
  };
  const peer = scriptedPeer(ours, told.policy, candidates);
  const negotiation = createNegotiation({
    match: {
      type: "match",
      match: told.match,
      role: told.role,
      policy: told.policy,
      partner: { sealKey: toBase64url(told.partnerSealKey), shared: [] },
      capsules: { recent: "", block: "" },
    },
    materials: materialsOf(own),
    early: { offer: async () => ours } as Partial<EarlyPeer> as EarlyPeer,
    peer,
    events: {
      seal(body) {
        if (shown !== undefined) return;
        sent.push(body);
        relayed(body);
      },
      securing() {
        isSecuring = true;
      },
      async keys(agreed) {
        keys = agreed;
      },
      confirmed() {
        isConfirmed = true;
      },
      insecure: (failure) => end({ kind: "security", failure }),
      broken: (cause) => end(reasonOf(cause)),
    },
  });

  function end(reason: EndReason): void {
    if (shown !== undefined) return;
    shown = reason;
    keys?.root.fill(0);
    keys = undefined;
    negotiation.wipe();
  }

  const isLocked = (): boolean => shown === undefined && isConfirmed && keys !== undefined;
  return {
    role: told.role,
    receive: (body) => void (shown ?? negotiation.receive(body)),
    sendCandidates: negotiation.sendCandidates,
    sent,
    candidates,
    keys: () => keys,
    isConfirmed: isLocked,
    shown: () => shown,
    sees() {
      if (shown?.kind === "security") return shown.failure;
      if (shown !== undefined) return shown.kind;
      if (isLocked()) return "confirmed";
      if (keys !== undefined) return "waiting with keys";
      return isSecuring ? "waiting in the handshake" : "waiting";
    },
    connect(certificate) {
      if (!isLocked() || keys === undefined) return false;
      if (Buffer.from(keys.partnerFingerprint).equals(certificate)) return true;
      end({ kind: "security", failure: "certificate" });
      return false;
    },
  };
}

/** The negotiation touches neither the worker nor the certificate object. */
function materialsOf(own: PageSecrets): Materials {
  const used: Partial<Materials> = { sealKeys: own.sealKeys, handshakeKeys: own.handshakeKeys };
  return used as Materials;
}

/** Takes descriptions through the product's own filter, as web/call/peer.ts does. */
function scriptedPeer(ours: Description, policy: RelayPolicy, candidates: string[]): Peer {
  let hasRemote = false;
  async function take(untrusted: string): Promise<Description> {
    const sdp = sanitize(untrusted, policy);
    const inspected = inspect(sdp);
    // A browser refuses a second answer, too.
    if (!inspected.ok || hasRemote) throw new PeerError("bad-description");
    hasRemote = true;
    return { sdp, fingerprint: inspected.fingerprint };
  }
  const peer: Partial<Peer> = {
    answer: async (offer) => ({ theirs: await take(offer), ours }),
    accept: take,
    async addCandidates(more) {
      candidates.push(...more);
    },
  };
  return peer as Peer;
}
