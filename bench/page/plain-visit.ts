/**
 * A visit as web/call/create-call.ts makes it, with everything taken out that encrypts: no key
 * pairs, no handshake, no sealed signaling, no media worker. What is left is the same: session,
 * TURN credentials, socket, words of the lobby, a certificate and a connection made while waiting,
 * an offer made by who waits, a goodbye before the connection closes. `seal` carries open JSON.
 */
import { fromBase64url, toBase64url } from "../../protocol/base64url.ts";
import { SEAL_KEY_BYTES } from "../../protocol/limits.ts";
import type { MatchMessage } from "../../protocol/messages.ts";
import { createLobbySocket } from "../../web/call/lobby-socket.ts";
import { createCallMemory } from "../../web/call/memory.ts";
import { createEdgeSession } from "../../web/call/session.ts";
import { createBlackTrack } from "../../web/media/black-track.ts";
import type { DeviceState, LocalMedia } from "../../web/media/local-media.types.ts";
import { createOutgoing, type Outgoing } from "../../web/media/outgoing.ts";
import { createPlainPeer, type Kind, type PlainPeer } from "./plain-peer.ts";
import type { Visit, VisitEvents } from "./visit.ts";

type Flight =
  | { readonly type: "offer" | "answer"; readonly sdp: string }
  | { readonly type: "candidates"; readonly candidates: string[] };

interface Early {
  readonly sealKey: string;
  peer: PlainPeer;
  offering?: Promise<string>;
  session?: PlainSession;
  again(): PlainPeer;
}

interface PlainSession {
  candidates(candidates: string[]): void;
  connecting(): void;
  connected(): void;
  receive(body: string): void;
  end(): void;
}

/** Those of web/call/match-session.ts. */
const GOODBYE_MS = 150;
/** How often a sender is asked whether the black frame is out, before the camera is let in. */
const ASK_MS = 20;

export interface PlainVisitOptions {
  readonly cameraFrom: "frame" | "start";
  readonly transforms: "none" | "empty";
}

export function createPlainVisit(
  media: LocalMedia,
  events: VisitEvents,
  { cameraFrom, transforms }: PlainVisitOptions,
): Visit {
  const edge = createEdgeSession();
  const memory = createCallMemory();
  const outgoings = new WeakMap<RTCRtpSender, Outgoing>();
  let searching = false;
  let certificate: Promise<RTCCertificate> | undefined;
  let early: Promise<Early> | undefined;
  let offered: Early | undefined;
  let session: PlainSession | undefined;
  let match: MatchMessage | undefined;

  const socket = createLobbySocket(edge, {
    open: () => void seek(),
    lost: () => {},
    message(message) {
      switch (message.type) {
        case "waiting":
          if (offered) offered.offering ??= offered.peer.offer();
          return;
        case "match":
          return begin(message);
        case "seal":
          if (message.match === match?.match) session?.receive(message.body);
          return;
        case "gone":
          if (message.match === match?.match) endMatch();
          return;
        default:
        // `slow` and `error` make the round one that does not count.
      }
    },
  });

  function prepareCertificate(): Promise<RTCCertificate> {
    certificate ??= RTCPeerConnection.generateCertificate({
      name: "ECDSA",
      namedCurve: "P-256",
    } as EcKeyGenParams);
    return certificate;
  }

  function prepare(): Promise<Early> {
    early ??= Promise.all([prepareCertificate(), edge.iceServers()]).then(([own, iceServers]) => {
      const again = (): PlainPeer =>
        createPlainPeer({
          iceServers,
          certificate: own,
          transforms,
          onTransceiver(kind, sender) {
            if (cameraFrom === "start") outgoings.set(sender, outgoing(kind, sender, true));
          },
          onCandidates: (candidates) => made.session?.candidates(candidates),
          onConnecting: () => made.session?.connecting(),
          onConnected: () => made.session?.connected(),
        });
      // Of the right form, because the lobby looks at it; nobody has its secret half.
      const sealKey = toBase64url(crypto.getRandomValues(new Uint8Array(SEAL_KEY_BYTES)));
      const made: Early = { sealKey, peer: again(), again };
      return made;
    });
    return early;
  }

  async function seek(leaving?: string): Promise<void> {
    const [ready, blocks] = await Promise.all([prepare(), memory.blocks()]);
    if (!searching) return;
    offered = ready;
    const languages = [...new Set(navigator.languages.map((tag) => tag.split("-")[0]!))];
    const wish = {
      sealKey: ready.sealKey,
      preferences: { languages: languages.slice(0, 3), interests: [], relay: "relay" as const },
      recents: memory.recents(),
      blocks,
    };
    socket.send(
      leaving === undefined ? { type: "seek", ...wish } : { type: "next", match: leaving, ...wish },
    );
  }

  function outgoing(kind: Kind, sender: RTCRtpSender, atOnce: boolean): Outgoing {
    const out = createOutgoing(
      sender,
      kind === "video" && !atOnce
        ? { first: createBlackTrack(), again: () => createBlackTrack("calm") }
        : undefined,
    );
    const device = kind === "video" ? media.camera() : media.microphone();
    out.show(trackOf(device));
    if (atOnce) out.letIn();
    return out;
  }

  function begin(met: MatchMessage): void {
    const own = offered;
    if (own === undefined || !searching) return;
    searching = false;
    match = met;
    offered = early = certificate = undefined;
    memory.met(met.capsules.recent);
    if (met.role === "responder") socket.send({ type: "ack", match: met.match });
    session = createPlainSession(met, own);
    events.partner(own.peer.stream);
  }

  function endMatch(): void {
    session?.end();
    session = undefined;
    match = undefined;
    events.partner(undefined);
  }

  function createPlainSession({ match: id, role }: MatchMessage, own: Early): PlainSession {
    if (role === "responder" && own.offering !== undefined) {
      own.peer.close();
      own.peer = own.again();
    }
    const { peer } = own;
    let over = false;
    let out: Outgoing[] = [];

    function send(flight: Flight): void {
      const bytes = new TextEncoder().encode(JSON.stringify(flight));
      if (!over) socket.send({ type: "seal", match: id, epoch: 0, body: toBase64url(bytes) });
    }
    async function handle(flight: Flight): Promise<void> {
      if (flight.type === "candidates") await peer.addCandidates(flight.candidates);
      else if (flight.type === "offer")
        send({ type: "answer", sdp: await peer.answer(flight.sdp) });
      else await peer.accept(flight.sdp);
    }

    let handling: Promise<void> = Promise.resolve();
    if (role === "initiator") {
      own.offering ??= peer.offer();
      handling = own.offering.then((sdp) => send({ type: "offer", sdp }));
    }
    const made: PlainSession = {
      candidates: (candidates) => send({ type: "candidates", candidates }),
      receive(body) {
        const bytes = fromBase64url(body) ?? new Uint8Array();
        const flight = JSON.parse(new TextDecoder().decode(bytes)) as Flight;
        handling = handling.then(() => (over ? undefined : handle(flight)));
      },
      connecting() {
        if (over || out.length > 0) return;
        for (const kind of ["audio", "video"] as const) {
          const sender = peer.sender(kind);
          if (sender) out.push(outgoings.get(sender) ?? outgoing(kind, sender, false));
        }
      },
      connected() {
        if (over) return;
        made.connecting();
        socket.send({ type: "up", match: id });
        void prepareCertificate();
        void letIn();
      },
      end() {
        for (const one of out) one.cut();
        out = [];
        over = true;
        setTimeout(() => peer.close(), GOODBYE_MS);
      },
    };
    /** Where the product waits for its worker's word, this waits for the first black frame to be out. */
    async function letIn(): Promise<void> {
      while (!over && !(await peer.isOut())) await new Promise((next) => setTimeout(next, ASK_MS));
      for (const one of out) one.letIn();
    }
    own.session = made;
    return made;
  }

  return {
    search() {
      searching = true;
      socket.connect();
      void prepare();
    },
    next() {
      const left = match?.match;
      endMatch();
      searching = true;
      void seek(left);
    },
    leave() {
      if (match) socket.send({ type: "bye", match: match.match });
      endMatch();
      searching = false;
      socket.close();
      void early?.then(({ peer }) => peer.close());
    },
    describe: () => (searching ? "searching" : match ? `call, ${match.role}` : "at rest"),
  };
}

function trackOf(device: DeviceState): MediaStreamTrack | undefined {
  return device.state === "on" ? device.track : undefined;
}
