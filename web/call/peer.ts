/**
 * One RTCPeerConnection for one match: our three sections, our codecs, every frame through the
 * media worker, addresses under the relay policy. Knows nothing of the handshake; the match session
 * decides when a track may carry anything.
 */
import type { RelayPolicy } from "../../protocol/ids.ts";
import type { Kind } from "../media-worker/messages.ts";
import { attachEncryption } from "./attach.ts";
import { preferredCodecs } from "./codecs.ts";
import type { VideoOrder } from "./codecs.ts";
import { filterCandidate, inspect, sanitize } from "./sdp.ts";

/** Chromium's own option: without a transform nothing is sent (see attach.ts). */
interface FailClosedConfiguration extends RTCConfiguration {
  encodedInsertableStreams: true;
}

export type PeerProblem = "no-relay" | "bad-description" | "not-encrypted";

export class PeerError extends Error {
  override readonly name = "PeerError";
  readonly problem: PeerProblem;
  constructor(problem: PeerProblem) {
    super(problem);
    this.problem = problem;
  }
}

export interface PeerOptions {
  readonly iceServers: RTCIceServer[];
  /** "relay": nothing but relayed candidates is gathered, sent or accepted. */
  readonly policy: RelayPolicy;
  readonly certificate: RTCCertificate;
  readonly worker: Worker;
  /** Video codecs of this device, most wanted first. */
  readonly video: VideoOrder;
  /** Candidates found after the description was handed over. */
  readonly onCandidates: (candidates: string[]) => void;
  readonly onState: (state: RTCPeerConnectionState) => void;
}

export interface Description {
  readonly sdp: string;
  readonly fingerprint: Uint8Array<ArrayBuffer>;
}

export interface Peer {
  /** The partner's tracks; they carry only frames that the worker opened. */
  readonly stream: MediaStream;
  readonly channel: RTCDataChannel;
  /** Begins gathering. May be called before there is a partner. */
  offer(): Promise<Description>;
  /** Takes the partner's offer and answers it. Throws PeerError. */
  answer(offer: string): Promise<{ theirs: Description; ours: Description }>;
  /** Takes the partner's answer. Throws PeerError. */
  accept(answer: string): Promise<Description>;
  /**
   * ICE restart (RFC 8445, 2.4; JSEP RFC 9429, 4.1.18): new candidates under this policy for the
   * same DTLS connection. Keys, tracks and channel stay. Throws PeerError.
   */
  restart(policy: RelayPolicy): Promise<Description>;
  /** Answers the partner's restart under this policy. Throws PeerError. */
  answerRestart(
    offer: string,
    policy: RelayPolicy,
  ): Promise<{ theirs: Description; ours: Description }>;
  addCandidates(candidates: readonly string[]): Promise<void>;
  /** SHA-256 of the certificate that the live DTLS connection was made with, or undefined before it. */
  liveFingerprint(): Promise<Uint8Array | undefined>;
  sender(kind: Kind): RTCRtpSender | undefined;
  /** Bits per second that the voice may take; undefined leaves it to the browser. */
  limitVoice(maxBitrate: number | undefined): Promise<void>;
  stats(): Promise<RTCStatsReport>;
  /** Fresh TURN credentials for a long call. */
  renewServers(iceServers: RTCIceServer[]): void;
  close(): void;
}

/** How long a description waits for candidates; what comes later follows on its own. */
const GATHER_PATIENCE_MS = 5_000;
/** How long, and how often, a connected transport is looked at for its certificate. */
const CERTIFICATE_PATIENCE_MS = 5_000;
const CERTIFICATE_LOOK_MS = 5;
export function createPeer(options: PeerOptions): Peer {
  const { worker } = options;
  let { policy } = options;
  const configuration: FailClosedConfiguration = {
    iceServers: options.iceServers,
    iceTransportPolicy: policy === "relay" ? "relay" : "all",
    bundlePolicy: "max-bundle",
    rtcpMuxPolicy: "require",
    certificates: [options.certificate],
    // Chromium allocates on the relay while the person still waits.
    iceCandidatePoolSize: 1,
    encodedInsertableStreams: true,
  };
  const connection = new RTCPeerConnection(configuration);
  const stream = new MediaStream();
  const transceivers: Partial<Record<Kind, RTCRtpTransceiver>> = {};
  // Agreed by both in advance: no channel can be opened by the other side.
  const channel = connection.createDataChannel("winkr", { negotiated: true, id: 0 });
  channel.binaryType = "arraybuffer";
  connection.ondatachannel = (event) => event.channel.close();

  /** Candidates that passed the filter but are not in a description yet. */
  const late: string[] = [];
  let handedOver = false;
  let flushing = false;
  connection.onicecandidate = ({ candidate }) => {
    if (candidate === null || candidate.candidate === "") return;
    const allowed = filterCandidate(candidate.candidate, policy);
    if (allowed === undefined) return;
    gathered.resolve();
    if (!handedOver) return;
    late.push(allowed);
    if (flushing) return;
    flushing = true;
    // Several come at once; one message for them all.
    setTimeout(() => {
      flushing = false;
      options.onCandidates(late.splice(0, 16));
    }, 50);
  };
  /** There is a first candidate, or there will be none. */
  let gathered = Promise.withResolvers<void>();
  connection.onicegatheringstatechange = () => {
    if (connection.iceGatheringState === "complete") gathered.resolve();
  };
  connection.onconnectionstatechange = () => options.onState(connection.connectionState);

  // In the task that creates the transceiver, whichever side creates it: see attach.ts.
  function adopt(transceiver: RTCRtpTransceiver): void {
    attachEncryption(transceiver, worker);
    const kind = transceiver.receiver.track.kind as Kind;
    transceiver.setCodecPreferences(preferredCodecs(kind, options.video));
    transceivers[kind] = transceiver;
    stream.addTrack(transceiver.receiver.track);
  }

  async function ownDescription(): Promise<Description> {
    await Promise.race([gathered.promise, pause(GATHER_PATIENCE_MS)]);
    handedOver = true;
    const sdp = sanitize(connection.localDescription?.sdp ?? "", policy);
    if (!sdp.includes("a=candidate:")) throw new PeerError("no-relay");
    const inspected = inspect(sdp);
    if (!inspected.ok) throw new PeerError("bad-description");
    return { sdp, fingerprint: inspected.fingerprint };
  }

  /** The next description waits for candidates of its own. */
  function beginAnew(next: RelayPolicy): void {
    policy = next;
    handedOver = false;
    late.length = 0;
    gathered = Promise.withResolvers<void>();
    const iceTransportPolicy = next === "relay" ? "relay" : "all";
    connection.setConfiguration({ ...connection.getConfiguration(), iceTransportPolicy });
  }

  async function takeRemote(type: "offer" | "answer", untrusted: string): Promise<Description> {
    const sdp = sanitize(untrusted.slice(0, 100_000), policy);
    const inspected = inspect(sdp);
    if (!inspected.ok) throw new PeerError("bad-description");
    try {
      await connection.setRemoteDescription({ type, sdp });
    } catch {
      throw new PeerError("bad-description");
    }
    return { sdp, fingerprint: inspected.fingerprint };
  }

  return {
    stream,
    channel,
    async offer() {
      for (const kind of ["audio", "video"] as const) {
        adopt(connection.addTransceiver(kind, { direction: "sendrecv" }));
      }
      await connection.setLocalDescription(await connection.createOffer());
      return ownDescription();
    },
    async answer(offer) {
      let attached = 0;
      connection.ontrack = ({ transceiver }) => {
        adopt(transceiver);
        transceiver.direction = "sendrecv";
        attached++;
      };
      const theirs = await takeRemote("offer", offer);
      connection.ontrack = null;
      // An exception inside the handler ends there, so what counts is what it completed.
      if (attached !== 2) throw new PeerError("not-encrypted");
      await connection.setLocalDescription(await connection.createAnswer());
      return { theirs, ours: await ownDescription() };
    },
    accept: (answer) => takeRemote("answer", answer),
    async restart(next) {
      beginAnew(next);
      // An offer of ours that was never answered is taken back first: on top of it, Firefox would
      // not gather again.
      if (connection.signalingState === "have-local-offer") {
        await connection.setLocalDescription({ type: "rollback" });
      }
      await connection.setLocalDescription(await connection.createOffer({ iceRestart: true }));
      return ownDescription();
    },
    async answerRestart(offer, next) {
      beginAnew(next);
      const theirs = await takeRemote("offer", offer);
      await connection.setLocalDescription(await connection.createAnswer());
      return { theirs, ours: await ownDescription() };
    },
    async addCandidates(candidates) {
      for (const untrusted of candidates) {
        const candidate = filterCandidate(untrusted, policy);
        if (candidate === undefined) continue;
        // One that the browser refuses is the partner's loss, not a reason to end.
        await connection.addIceCandidate({ candidate, sdpMLineIndex: 0 }).catch(() => {});
      }
    },
    async liveFingerprint() {
      const transport = connection.sctp?.transport ?? transceivers.audio?.sender.transport;
      const certificate = transport ? await remoteCertificate(transport) : undefined;
      if (certificate === undefined) return undefined;
      return new Uint8Array(await crypto.subtle.digest("SHA-256", certificate));
    },
    sender: (kind) => transceivers[kind]?.sender,
    async limitVoice(maxBitrate) {
      const sender = transceivers.audio?.sender;
      const parameters = sender?.getParameters();
      if (sender === undefined || !parameters?.encodings?.length) return;
      for (const encoding of parameters.encodings) {
        if (maxBitrate === undefined) delete encoding.maxBitrate;
        else encoding.maxBitrate = maxBitrate;
      }
      await sender.setParameters(parameters);
    },
    stats: () => connection.getStats(),
    renewServers(iceServers) {
      connection.setConfiguration({ ...connection.getConfiguration(), iceServers });
    },
    close() {
      connection.onicecandidate = null;
      connection.onconnectionstatechange = null;
      connection.close();
      for (const track of stream.getTracks()) stream.removeTrack(track);
    },
  };
}

/**
 * Chromium says "connected" of the connection some milliseconds before its DTLS transport does, and
 * the transport has no certificate to show until then.
 */
async function remoteCertificate(transport: RTCDtlsTransport): Promise<ArrayBuffer | undefined> {
  const end = performance.now() + CERTIFICATE_PATIENCE_MS;
  for (;;) {
    const [certificate] = transport.getRemoteCertificates();
    if (certificate !== undefined) return certificate;
    const isOver = transport.state === "closed" || transport.state === "failed";
    if (isOver || performance.now() > end) return undefined;
    await pause(CERTIFICATE_LOOK_MS);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
