/**
 * The data channel of a call, every message sealed as SFrame under the keys of kind `data`.
 * What does not open or parse is dropped and counted.
 */
import { createOpener, createSealer } from "../../e2ee/sframe/index.ts";
import { decodePeerMessage, encodePeerMessage } from "./messages.ts";
import type { PeerMessage } from "./messages.ts";
import { BUCKETS, pad, unpad } from "./padding.ts";

export interface SealedChannel {
  /** Resolves to whether the channel took it. */
  send(message: PeerMessage): Promise<boolean>;
  counts(): { readonly sealed: number; readonly opened: number; readonly rejected: number };
}

interface SealedChannelOptions {
  readonly channel: RTCDataChannel;
  readonly sealKey: Uint8Array;
  readonly openKey: Uint8Array;
  readonly kid: number;
  readonly onMessage: (message: PeerMessage) => void;
}

/** SFrame's header and tag at their largest. */
const OVERHEAD_BYTES = 17 + 16;
const LARGEST = BUCKETS[BUCKETS.length - 1]! + OVERHEAD_BYTES;
/** Unsent bytes above which a message is refused rather than queued without end. */
const BUFFERED_MAX_BYTES = 262_144;
/** Messages of the partner in one second; what a person can cause is far below. */
const RECEIVED_PER_SECOND_MAX = 30;

export async function createSealedChannel(options: SealedChannelOptions): Promise<SealedChannel> {
  const { channel, kid } = options;
  const sealer = await createSealer({ suite: 5, baseKey: options.sealKey, kid });
  const opener = createOpener({ suite: 5 });
  await opener.addKey(kid, options.openKey);
  const count = { sealed: 0, opened: 0, rejected: 0 };

  // Sealing is asynchronous and the channel is ordered, so both directions run one at a time.
  // The keys are often there before the channel is: what is said meanwhile waits for it.
  let sending: Promise<unknown> = opening(channel);
  let receiving: Promise<unknown> = Promise.resolve();

  async function sealAndSend(message: PeerMessage): Promise<boolean> {
    const padded = pad(encodePeerMessage(message));
    if (padded === undefined || !writable(channel)) return false;
    const sealed = await sealer.seal(padded);
    if (!writable(channel)) return false;
    channel.send(new Uint8Array(sealed));
    count.sealed++;
    return true;
  }

  async function receive(data: unknown): Promise<void> {
    if (!(data instanceof ArrayBuffer) || data.byteLength > LARGEST) {
      count.rejected++;
      return;
    }
    const opened = await opener.open(new Uint8Array(data));
    const bytes = opened.ok ? unpad(opened.plaintext) : undefined;
    const message = bytes && decodePeerMessage(bytes);
    if (message === undefined) {
      count.rejected++;
      return;
    }
    count.opened++;
    options.onMessage(message);
  }

  let second = 0;
  let receivedInSecond = 0;
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) receivedInSecond = 0;
    second = now;
    if (++receivedInSecond > RECEIVED_PER_SECOND_MAX) {
      count.rejected++;
      return;
    }
    receiving = receiving.then(() => receive(data)).catch(() => count.rejected++);
  };

  return {
    send(message) {
      const done = sending.then(() => sealAndSend(message)).catch(() => false);
      sending = done;
      return done;
    },
    counts: () => ({ ...count }),
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
