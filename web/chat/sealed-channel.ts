/**
 * What the two pages say to each other in a call, every message sealed as SFrame under the keys of
 * kind `data`. It goes over the data channel; while the connection is interrupted, also over the
 * lobby, which sees sealed bytes. What does not open or parse is dropped and counted.
 */
import type { ReceivingKeys } from "../../e2ee/frame-keys/receiving-keys.ts";
import type { SendingKeys } from "../../e2ee/frame-keys/sending-keys.ts";
import { decodePeerMessage, encodePeerMessage } from "./messages.ts";
import type { PeerMessage } from "./messages.ts";
import { BUCKETS, pad, unpad } from "./padding.ts";

export interface SealedChannel {
  /** Resolves to whether the channel took it. */
  send(message: PeerMessage): Promise<boolean>;
  /** For what repairs the connection: over the lobby, and over the channel should it still live. */
  sendBothWays(message: PeerMessage): Promise<void>;
  /** What came over the lobby. */
  receiveRelayed(sealed: Uint8Array<ArrayBuffer>): void;
  counts(): { readonly sealed: number; readonly opened: number; readonly rejected: number };
}

interface SealedChannelOptions {
  readonly channel: RTCDataChannel;
  readonly sending: Pick<SendingKeys, "seal">;
  readonly receiving: Pick<ReceivingKeys, "open">;
  /** The way over the lobby. */
  readonly relay: (sealed: Uint8Array<ArrayBuffer>) => void;
  readonly onMessage: (message: PeerMessage) => void;
}

/** SFrame's header and tag at their largest. */
const OVERHEAD_BYTES = 17 + 16;
const LARGEST = BUCKETS[BUCKETS.length - 1]! + OVERHEAD_BYTES;
/** Unsent bytes above which a message is refused rather than queued without end. */
const BUFFERED_MAX_BYTES = 262_144;
/** Messages of the partner in one second; what a person can cause is far below. */
const RECEIVED_PER_SECOND_MAX = 30;

export function createSealedChannel(options: SealedChannelOptions): SealedChannel {
  const { channel, sending, receiving, relay } = options;
  const count = { sealed: 0, opened: 0, rejected: 0 };

  // Sealing is asynchronous and the channel is ordered, so both directions run one at a time.
  // The keys are often there before the channel is: what is said meanwhile waits for it.
  let outbound: Promise<unknown> = opening(channel);
  let inbound: Promise<unknown> = Promise.resolve();

  async function seal(message: PeerMessage): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const padded = pad(encodePeerMessage(message));
    const sealed = padded && (await sending.seal(padded));
    if (sealed !== undefined) count.sealed++;
    return sealed;
  }

  function put(sealed: Uint8Array<ArrayBuffer>): boolean {
    if (!writable(channel)) return false;
    channel.send(sealed);
    return true;
  }

  async function sealAndSend(message: PeerMessage): Promise<boolean> {
    if (!writable(channel)) return false;
    const sealed = await seal(message);
    return sealed !== undefined && put(sealed);
  }

  async function receive(sealed: Uint8Array): Promise<void> {
    const opened = await receiving.open(sealed);
    // It came both ways.
    if (!opened.ok && opened.reason === "replayed") return;
    const bytes = opened.ok ? unpad(opened.plaintext) : undefined;
    const message = bytes && decodePeerMessage(bytes);
    if (message === undefined) {
      count.rejected++;
      return;
    }
    count.opened++;
    options.onMessage(message);
  }

  function arrive(data: unknown, isInBudget: () => boolean): void {
    const isTaken = isInBudget() && data instanceof ArrayBuffer && data.byteLength <= LARGEST;
    if (!isTaken) count.rejected++;
    else inbound = inbound.then(() => receive(new Uint8Array(data))).catch(() => count.rejected++);
  }
  // Each way has a budget of its own: a lobby that pours junk must not silence the partner.
  const [overChannel, overLobby] = [createBudget(), createBudget()];
  channel.onmessage = ({ data }: MessageEvent<unknown>) => arrive(data, overChannel);

  return {
    send(message) {
      const done = outbound.then(() => sealAndSend(message)).catch(() => false);
      outbound = done;
      return done;
    },
    sendBothWays(message) {
      const done = outbound
        .then(async () => {
          const sealed = await seal(message);
          if (sealed === undefined) return;
          relay(sealed);
          put(sealed);
        })
        .catch(() => {});
      outbound = done;
      return done;
    },
    receiveRelayed: (sealed) => arrive(sealed.buffer, overLobby),
    counts: () => ({ ...count }),
  };
}

/** Whether one more fits into the present second. */
function createBudget(): () => boolean {
  let second = 0;
  let received = 0;
  return () => {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) received = 0;
    second = now;
    return ++received <= RECEIVED_PER_SECOND_MAX;
  };
}

/** Resolves when the channel is no longer being opened, whichever way that went. */
function opening(channel: RTCDataChannel): Promise<void> {
  if (channel.readyState !== "connecting") return Promise.resolve();
  return new Promise((resolve) => {
    for (const event of ["open", "close"]) {
      channel.addEventListener(event, () => resolve(), { once: true });
    }
  });
}

function writable(channel: RTCDataChannel): boolean {
  return channel.readyState === "open" && channel.bufferedAmount <= BUFFERED_MAX_BYTES;
}
