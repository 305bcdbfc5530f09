/**
 * web/call/peer.ts without encryption, for comparison only: the same sections, codecs, candidates
 * and filters, and frames that anyone with the DTLS keys could read. It exists under bench/ alone;
 * nothing that is built for people can import it.
 */
import { filterCandidate, inspect, sanitize } from "../../web/call/sdp.ts";

export type Kind = "audio" | "video";

export interface PlainPeer {
  readonly stream: MediaStream;
  offer(): Promise<string>;
  answer(offer: string): Promise<string>;
  accept(answer: string): Promise<void>;
  addCandidates(candidates: readonly string[]): Promise<void>;
  sender(kind: Kind): RTCRtpSender | undefined;
  isOut(): Promise<boolean>;
  close(): void;
}

export interface PlainPeerOptions {
  readonly iceServers: RTCIceServer[];
  readonly certificate: RTCCertificate;
  /** empty: through a worker that does nothing to a frame. */
  readonly transforms: "none" | "empty";
  /** A transceiver exists, in the task that made it. */
  onTransceiver(kind: Kind, sender: RTCRtpSender): void;
  onCandidates(candidates: string[]): void;
  /** As in the product, this is when the black picture goes on the sender. */
  onConnecting(): void;
  onConnected(): void;
}

/** Those of web/call/peer.ts. */
const GATHER_PATIENCE_MS = 5_000;
const BATCH_MS = 50;
const CODEC_MIME: Record<Kind, readonly string[]> = {
  audio: ["audio/opus"],
  video: ["video/VP8", "video/rtx"],
};

export function createPlainPeer(options: PlainPeerOptions): PlainPeer {
  const connection = new RTCPeerConnection({
    iceServers: options.iceServers,
    iceTransportPolicy: "relay",
    bundlePolicy: "max-bundle",
    rtcpMuxPolicy: "require",
    certificates: [options.certificate],
    iceCandidatePoolSize: 1,
    ...(options.transforms === "empty" && { encodedInsertableStreams: true }),
  });
  const worker = options.transforms === "empty" ? emptyWorker() : undefined;
  const stream = new MediaStream();
  const senders: Partial<Record<Kind, RTCRtpSender>> = {};
  connection.createDataChannel("winkr", { negotiated: true, id: 0 });

  const late: string[] = [];
  let handedOver = false;
  let flushing = false;
  const firstCandidate = Promise.withResolvers<void>();
  connection.onicecandidate = ({ candidate }) => {
    const allowed = candidate && filterCandidate(candidate.candidate, "relay");
    if (!allowed) return;
    firstCandidate.resolve();
    if (!handedOver) return;
    late.push(allowed);
    if (flushing) return;
    flushing = true;
    setTimeout(() => {
      flushing = false;
      options.onCandidates(late.splice(0, 16));
    }, BATCH_MS);
  };
  connection.onicegatheringstatechange = () => {
    if (connection.iceGatheringState === "complete") firstCandidate.resolve();
  };
  connection.onconnectionstatechange = () => {
    if (connection.connectionState === "connecting") options.onConnecting();
    if (connection.connectionState === "connected") options.onConnected();
  };

  function adopt(transceiver: RTCRtpTransceiver): void {
    const kind = transceiver.receiver.track.kind as Kind;
    const offered = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
    transceiver.setCodecPreferences(
      offered.filter(({ mimeType }) => CODEC_MIME[kind].includes(mimeType)),
    );
    senders[kind] = transceiver.sender;
    if (worker) {
      transceiver.sender.transform = new RTCRtpScriptTransform(worker);
      transceiver.receiver.transform = new RTCRtpScriptTransform(worker);
    }
    stream.addTrack(transceiver.receiver.track);
    options.onTransceiver(kind, transceiver.sender);
  }

  async function ownDescription(): Promise<string> {
    const patience = new Promise((resolve) => setTimeout(resolve, GATHER_PATIENCE_MS));
    await Promise.race([firstCandidate.promise, patience]);
    handedOver = true;
    return checked(connection.localDescription?.sdp ?? "");
  }

  async function takeRemote(type: "offer" | "answer", untrusted: string): Promise<void> {
    await connection.setRemoteDescription({ type, sdp: checked(untrusted) });
  }

  return {
    stream,
    async offer() {
      for (const kind of ["audio", "video"] as const) {
        adopt(connection.addTransceiver(kind, { direction: "sendrecv" }));
      }
      await connection.setLocalDescription(await connection.createOffer());
      return ownDescription();
    },
    async answer(offer) {
      connection.ontrack = ({ transceiver }) => {
        adopt(transceiver);
        transceiver.direction = "sendrecv";
      };
      await takeRemote("offer", offer);
      connection.ontrack = null;
      await connection.setLocalDescription(await connection.createAnswer());
      return ownDescription();
    },
    accept: (answer) => takeRemote("answer", answer),
    async addCandidates(candidates) {
      for (const candidate of candidates) {
        await connection.addIceCandidate({ candidate, sdpMLineIndex: 0 }).catch(() => {});
      }
    },
    sender: (kind) => senders[kind],
    async isOut() {
      let sent = 0;
      (await connection.getStats()).forEach((report: Record<string, unknown>) => {
        if (report["type"] === "outbound-rtp" && report["kind"] === "video") {
          sent += Number(report["framesSent"] ?? 0);
        }
      });
      return sent > 0;
    },
    close() {
      connection.onicecandidate = null;
      connection.onconnectionstatechange = null;
      connection.close();
      worker?.terminate();
    },
  };
}

function emptyWorker(): Worker {
  return new Worker(new URL("./empty-worker.ts", import.meta.url), { type: "module" });
}

/** The work that the product does on every description, and its refusals. */
function checked(sdp: string): string {
  const clean = sanitize(sdp, "relay");
  if (!clean.includes("a=candidate:") || !inspect(clean).ok) throw new Error("bad description");
  return clean;
}
