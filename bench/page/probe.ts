/**
 * Notes when things happen, from outside of what is measured and alike for every variant: it listens
 * on the page's own sockets, connections, workers and video elements. It must be imported first.
 */
import type { FromWorker } from "../../web/media-worker/messages.ts";
import type { Moment, Moments, Proof, Sent } from "./lab.types.ts";

interface Waiter {
  readonly moment: Moment;
  resolve(): void;
  reject(cause: Error): void;
}

const PATIENCE_MS = 15_000;

let noted: Partial<Record<Moment, number>> = {};
let waiters: Waiter[] = [];
let connections: RTCPeerConnection[] = [];
let abandoned: string | undefined;

export function note(moment: Moment): void {
  noteAt(moment, performance.now());
}

function noteAt(moment: Moment, now: number): void {
  if (noted[moment] !== undefined) return;
  noted[moment] = performance.timeOrigin + now;
  for (const waiter of waiters) if (waiter.moment === moment) waiter.resolve();
}

/** Waits inside the page: asking it from outside, again and again, would cost what is measured. */
export async function until(moment: Moment): Promise<void> {
  if (noted[moment] !== undefined) return;
  if (abandoned !== undefined) throw new Error(abandoned);
  await new Promise<void>((resolve, reject) => {
    waiters.push({ moment, resolve, reject });
    setTimeout(() => reject(new Error(`${PATIENCE_MS} ms without: ${moment}`)), PATIENCE_MS);
  });
}

/** The visit ended by itself: nothing more is to be expected of it. */
export function abandon(reason: string): void {
  abandoned = reason;
  for (const { reject } of waiters) reject(new Error(reason));
}

export function forget(): void {
  noted = {};
  waiters = [];
  connections = [];
  abandoned = undefined;
}

export function moments(): Moments {
  return { ...noted };
}

/** Words of the lobby that the page says or hears; the rest of the text may be 60 kB and is not read. */
function noteWord(way: "sent" | "received", text: unknown): void {
  const word = typeof text === "string" && /^\{"type":"(\w+)"/.exec(text)?.[1];
  switch (`${way} ${word}`) {
    case "sent next":
    case "sent seal":
    case "received waiting":
    case "received slow":
    case "received match":
    case "received seal":
      note(`${way} ${word}` as Moment);
  }
}

window.WebSocket = class extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    this.addEventListener("message", ({ data }) => noteWord("received", data));
  }
  override send(data: string): void {
    noteWord("sent", data);
    super.send(data);
  }
};

window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    connections.push(this);
    this.addEventListener("connectionstatechange", () => {
      if (this.connectionState === "connected") note("connected");
    });
    this.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate !== null && this.localDescription?.type === "offer") note("offer ready");
    });
  }
};

/** The media worker's own words for its first frames. */
window.Worker = class extends Worker {
  constructor(url: string | URL, options?: WorkerOptions) {
    super(url, options);
    this.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
      if (data.type === "proven" && data.kind === "video") note("worker sealed video");
      if (data.type === "opened" && data.kind === "video") note("worker opened video");
    });
  }
};

let element: HTMLVideoElement | undefined;

/**
 * Shows a partner as the call screen does and notes the first frame that was decoded for it: the
 * moment at which the browser handed it to its compositor.
 */
export function show(stream: MediaStream | undefined): void {
  element?.remove();
  if (element) element.srcObject = null;
  element = undefined;
  if (stream === undefined) return;
  const video = document.createElement("video");
  video.autoplay = video.playsInline = video.disableRemotePlayback = true;
  video.width = 640;
  video.height = 480;
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const look: VideoFrameRequestCallback = (_, { presentationTime }) => {
    if (element !== video) return;
    noteAt("first frame", presentationTime);
    if (canvas && isBlack(canvas, video)) video.requestVideoFrameCallback(look);
    else noteAt("first picture", presentationTime);
  };
  video.requestVideoFrameCallback(look);
  video.srcObject = stream;
  document.body.append(video);
  element = video;
  // AbortError: taken away while it was starting.
  video.play().catch(() => {});
}

function isBlack(canvas: CanvasRenderingContext2D, video: HTMLVideoElement): boolean {
  canvas.drawImage(video, 0, 0, 8, 8);
  const { data } = canvas.getImageData(0, 0, 8, 8);
  // Black after VP8 is nearly so; the fourth of four is opacity.
  return data.every((value, index) => index % 4 === 3 || value < 40);
}

export function connectionStates(): string {
  return connections
    .map((one) => `${one.connectionState}/${one.iceConnectionState}/${one.signalingState}`)
    .join(" ");
}

export async function sent(): Promise<Sent> {
  const connection = connections.findLast(({ connectionState }) => connectionState === "connected");
  let [audioPackets, audioBytes, videoFrames, videoBytes] = [0, 0, 0, 0];
  (await connection?.getStats())?.forEach((report: Record<string, unknown>) => {
    if (report["type"] !== "outbound-rtp") return;
    if (report["kind"] === "audio") {
      audioPackets += Number(report["packetsSent"]);
      audioBytes += Number(report["bytesSent"]);
    } else {
      videoFrames += Number(report["framesSent"] ?? 0);
      videoBytes += Number(report["bytesSent"]);
    }
  });
  return { audioPackets, audioBytes, videoFrames, videoBytes };
}

/** What the newest connection really was, so that no variant is measured under another's name. */
export async function proof(): Promise<Proof> {
  const connection = connections.findLast(({ connectionState }) => connectionState === "connected");
  if (connection === undefined) return { path: "none", framesDecoded: 0, transforms: "mixed" };
  const reports = new Map<string, Record<string, unknown>>();
  (await connection.getStats()).forEach((report: Record<string, unknown>, id) =>
    reports.set(id, report),
  );
  const find = (type: string, also: (report: Record<string, unknown>) => boolean) =>
    [...reports.values()].find((report) => report["type"] === type && also(report));
  const pair = find(
    "candidate-pair",
    ({ nominated, state }) => nominated === true && state === "succeeded",
  );
  const local = reports.get(String(pair?.["localCandidateId"]));
  const video = find("inbound-rtp", ({ kind }) => kind === "video");
  const ends = [...connection.getSenders(), ...connection.getReceivers()];
  const transformed = ends.filter(({ transform }) => transform !== null && transform !== undefined);
  return {
    path: String(local?.["candidateType"]),
    framesDecoded: Number(video?.["framesDecoded"] ?? 0),
    transforms:
      transformed.length === 0 ? "none" : transformed.length === ends.length ? "all" : "mixed",
  };
}
