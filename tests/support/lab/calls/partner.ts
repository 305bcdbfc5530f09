/**
 * A partner whose page is modified, against an honest one: the product's own session on both sides,
 * and the modified side's frames, messages and descriptions turned against the honest one.
 */
import { pairUp, pause, until, type Pair } from "./pairs.ts";
import type { PeerMessage } from "../../../../web/chat/messages.ts";
import type { Role } from "../../../../protocol/ids.ts";
import type { Scenery } from "./picture.ts";
import type { SideOptions, SideStatus } from "./side.ts";
import { PLAIN_PLAN, type Mischief } from "./watch.types.ts";

export const PRANKS = [
  "unsealed",
  "covered",
  "replayed",
  "other-key-id",
  "spoiled",
  "old-keys",
  "malformed-messages",
  "message-flood",
  "lobby-flood",
  "no-rekey",
  "other-certificate",
  "other-addresses",
  "direct-alone",
  "direct-withdrawn",
] as const;
export type Prank = (typeof PRANKS)[number];

export interface PrankOutcome {
  readonly modified: SideStatus;
  readonly honest: SideStatus;
  /** Types of the honest side's own candidates and of the partner's that it tried. */
  readonly localTypes: readonly string[];
  readonly remoteTypes: readonly string[];
  readonly honestPolicy: string;
  /** What reached the honest page's chat. */
  readonly heard: readonly PeerMessage[];
  /** Opened in the last second: the call goes on. */
  readonly lastOpened: number;
  readonly generation: number;
}

const CONNECT_MS = 30_000;
/** Keys move on within seconds, and a side that is kept from it gives up after eight. */
const FAST = { stepMs: 1_000, rekeyMs: 2_000, oldestMs: 8_000 };
const NEVER = { stepMs: 1_000, rekeyMs: 1e9, oldestMs: 1e9 };
/** No answer to it, and no end of its own. */
const DEAF = { stepMs: 1_000, rekeyMs: 2_000, oldestMs: 1e9 };

export async function playPrank(
  prank: Prank,
  modifiedRole: Role,
  servers: readonly RTCIceServer[][],
  scenery: Scenery,
): Promise<PrankOutcome> {
  const [a, b] = await meet(prank, modifiedRole, servers, scenery);
  switch (prank) {
    case "old-keys":
      keepOldKeys(a.watched.worker);
      await pause(9_000);
      break;
    case "malformed-messages":
      await malformed(a);
      break;
    case "message-flood":
      for (let i = 0; i < 500; i++) void a.session()?.send({ type: "chat", text: `flood ${i}` });
      await pause(3_000);
      await a.session()?.send({ type: "chat", text: "after the flood" });
      await pause(1_000);
      break;
    case "lobby-flood":
      await lobbyFlood(a, b);
      break;
    case "no-rekey":
      if (modifiedRole === "responder") muteChannel(a);
      await until(() => b.status().stage === "ended", 25_000);
      break;
    case "other-certificate":
    case "other-addresses":
      await falseRestart(a, b, prank, modifiedRole);
      break;
    case "direct-alone":
      await directAlone(a, modifiedRole);
      break;
    case "direct-withdrawn":
      await directWithdrawn(a, b);
      break;
    default:
      await pause(3_000);
  }
  const before = b.status().opened;
  await pause(1_000);
  const outcome = { ...(await look(a, b)), lastOpened: b.status().opened - before };
  a.end();
  b.end();
  await pause(200);
  return outcome;
}

async function meet(
  prank: Prank,
  modifiedRole: Role,
  servers: readonly RTCIceServer[][],
  scenery: Scenery,
): Promise<Pair> {
  const isFrames = ["unsealed", "covered", "replayed", "other-key-id", "spoiled"].includes(prank);
  const ages = prank === "old-keys" || prank === "no-rekey";
  const modified: SideOptions = {
    iceServers: servers[0]!,
    ...(isFrames && { plan: { ...PLAIN_PLAN, mischief: prank as Mischief } }),
    ...(ages && {
      pace: prank === "old-keys" ? FAST : modifiedRole === "initiator" ? NEVER : DEAF,
    }),
  };
  const honest: SideOptions = { iceServers: servers[1]!, ...(ages && { pace: FAST }) };
  const isFirst = modifiedRole === "initiator";
  const pair = await pairUp(isFirst ? [modified, honest] : [honest, modified], scenery);
  const [a, b]: Pair = isFirst ? pair : [pair[1], pair[0]];
  const isOn = (): boolean =>
    [a, b].every((side) => side.status().stage === "encrypted") && a.status().visible;
  if (!(await until(isOn, CONNECT_MS))) throw new Error(`no call came about: ${prank}`);
  return [a, b];
}

async function look(a: Pair[0], b: Pair[1]): Promise<Omit<PrankOutcome, "lastOpened">> {
  const types = { local: new Set<string>(), remote: new Set<string>() };
  (await b.connection()?.getStats())?.forEach((report: Record<string, unknown>) => {
    const kind = String(report["candidateType"]);
    if (report["type"] === "local-candidate") types.local.add(kind);
    // Of a packet that came from where no candidate was told of; it is no address that was tried.
    if (report["type"] === "remote-candidate" && kind !== "prflx") types.remote.add(kind);
  });
  return {
    modified: a.status(),
    honest: b.status(),
    localTypes: [...types.local],
    remoteTypes: [...types.remote],
    honestPolicy: b.connection()?.getConfiguration().iceTransportPolicy ?? "",
    heard: [...b.heard],
    generation: b.session()?.protection()?.keyGeneration ?? -1,
  };
}

/** The worker never hears of a later generation: pictures stay under the first one's keys. */
function keepOldKeys(worker: Worker): void {
  const post = worker.postMessage.bind(worker);
  const selective = (message: unknown, transfer: Transferable[] = []): void => {
    const { type, direction } = message as { type?: string; direction?: string };
    // Told that it has them, the page goes on as if it had.
    if (type === "keys" && direction === "seal") {
      const keyed = new MessageEvent("message", { data: { type: "keyed" } });
      // The page begins to wait for the word after it gave the keys.
      setTimeout(() => worker.dispatchEvent(keyed));
    } else post(message, transfer);
  };
  worker.postMessage = selective as Worker["postMessage"];
}

function channelOf(side: Pair[0]): RTCDataChannel {
  const channel = side.channel();
  if (channel === undefined) throw new Error("no channel");
  return channel;
}

async function malformed(a: Pair[0]): Promise<void> {
  const channel = channelOf(a);
  const own = crypto.getRandomValues(new Uint8Array(32_000));
  channel.send("hello");
  channel.send("");
  for (const length of [1, 2, 16, 17, 64, 300, 32_000]) channel.send(own.slice(0, length));
  // Sealed under the right keys, and no message all the same.
  const sealed: unknown[] = [
    { type: "nothing" },
    { type: "chat" },
    { type: "chat", text: "" },
    { type: "chat", text: 7 },
    { type: "chat", text: "x".repeat(5_000) },
    { type: "chat", text: "<b>", extra: true },
    { type: "media", camera: "yes", microphone: 1 },
    { type: "restart-answer", epoch: -1, sdp: "v=0" },
    { type: "restart-offer", epoch: 1e9, sdp: "" },
    { type: "restart-candidates", epoch: 1, candidates: [] },
    { type: "direct", wanted: "true" },
    [],
    null,
    "bye",
  ];
  for (const message of sealed) await a.session()?.send(message as PeerMessage);
  await pause(1_500);
  await a.session()?.send({ type: "chat", text: "well formed" });
  await pause(500);
}

/** The lobby pours sealed bodies of nobody's into a call while the partner writes. */
async function lobbyFlood(a: Pair[0], b: Pair[1]): Promise<void> {
  const body = "A".repeat(400);
  const pouring = setInterval(() => {
    for (let i = 0; i < 20; i++) b.session()?.receive(body, 1);
  }, 20);
  for (let i = 0; i < 10; i++) {
    await a.session()?.send({ type: "chat", text: `through ${i}` });
    await pause(150);
  }
  clearInterval(pouring);
  await pause(500);
}

/** Whatever its page says, nothing leaves any more. */
function muteChannel(side: Pair[0]): void {
  channelOf(side).send = () => {};
}

const ALIEN_FINGERPRINT = Array.from({ length: 32 }, (_, index) =>
  (index * 7).toString(16).padStart(2, "0").toUpperCase(),
).join(":");
const ALIEN_CANDIDATES = [
  "a=candidate:1 1 udp 2122260223 127.0.0.1 9 typ host generation 0",
  "a=candidate:2 1 udp 1686052607 203.0.113.7 9 typ srflx raddr 0.0.0.0 rport 0 generation 0",
].join("\r\n");

/** Its own description, changed on the way out: the page reads it where it asks its connection. */
async function falseRestart(a: Pair[0], b: Pair[1], prank: Prank, role: Role): Promise<void> {
  const { localDescription } = Object.getOwnPropertyDescriptors(RTCPeerConnection.prototype);
  const connection = a.connection()!;
  const own = (): RTCSessionDescription =>
    localDescription.get!.call(connection) as RTCSessionDescription;
  Object.defineProperty(connection, "localDescription", {
    get() {
      const { type, sdp } = own();
      return { type, sdp: prank === "other-certificate" ? forged(sdp) : sdp };
    },
  });
  if (prank === "other-addresses") {
    // Its page would leave them out, so they are put where it hands the message on.
    const session = a.session()!;
    const sdp = own().sdp.replace(/\r\na=mid:/, `\r\n${ALIEN_CANDIDATES}\r\na=mid:`);
    if (role === "initiator") await session.send({ type: "restart-offer", epoch: 1, sdp });
    for (const epoch of [0, 1, 2]) {
      const candidates = ALIEN_CANDIDATES.split("\r\n").map((line) => line.slice(2));
      if (epoch > 0) await session.send({ type: "restart-candidates", epoch, candidates });
    }
  } else if (role === "initiator") {
    // As when its device changed networks.
    dispatchEvent(new Event("online"));
  } else {
    await a.session()?.send({ type: "restart" });
  }
  await until(() => b.status().stage === "ended", prank === "other-certificate" ? 10_000 : 2_500);
}

function forged(sdp: string): string {
  return sdp.replace(/a=fingerprint:sha-256 \S+/gi, `a=fingerprint:sha-256 ${ALIEN_FINGERPRINT}`);
}

/** Wishes, again and again, and restarts on top: none of it is the honest person's consent. */
async function directAlone(a: Pair[0], role: Role): Promise<void> {
  for (let i = 0; i < 6; i++) {
    await a.session()?.send({ type: "direct", wanted: i % 3 !== 1 });
    if (role === "responder") await a.session()?.send({ type: "restart" });
    else if (i % 2 === 0) dispatchEvent(new Event("online"));
    await pause(500);
  }
  await pause(2_000);
}

/** The honest person wanted it, and does not any more when the modified side begins to. */
async function directWithdrawn(a: Pair[0], b: Pair[1]): Promise<void> {
  b.session()?.setDirect(true);
  await pause(500);
  b.session()?.setDirect(false);
  await pause(100);
  for (let i = 0; i < 4; i++) {
    await a.session()?.send({ type: "direct", wanted: true });
    await a.session()?.send({ type: "restart" });
    dispatchEvent(new Event("online"));
    await pause(700);
  }
}
