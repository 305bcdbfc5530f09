/**
 * A bad piece of network in front of a relay: a UDP hop on loopback that loses packets in both
 * directions by a seeded coin. One socket towards the relay for each that comes from a browser.
 */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";

export interface LossyHop {
  readonly port: number;
  counts(): { readonly carried: number; readonly lost: number };
  close(): void;
}

const LOOPBACK = "127.0.0.1";
const BUFFER_BYTES = 4_194_304;

export async function openLossyHop(
  relayPort: number,
  loss: number,
  seed: number,
): Promise<LossyHop> {
  const count = { carried: 0, lost: 0 };
  const isLost = coin(loss, seed);
  const upstream = new Map<number, Socket>();
  const front = createSocket("udp4");
  front.bind(0, LOOPBACK);
  await once(front, "listening");
  enlarge(front);

  function carry(socket: Socket, packet: Buffer, port: number): void {
    if (isLost()) return void count.lost++;
    count.carried++;
    socket.send(packet, port, LOOPBACK);
  }

  function towardsRelay({ port }: RemoteInfo): Socket {
    const known = upstream.get(port);
    if (known) return known;
    const socket = createSocket("udp4");
    upstream.set(port, socket);
    socket.bind(0, LOOPBACK, () => enlarge(socket));
    socket.on("message", (packet) => carry(front, packet, port));
    // A relay that is gone answers with ICMP; the packet counts as carried and is lost.
    socket.on("error", () => {});
    return socket;
  }
  front.on("message", (packet, from) => carry(towardsRelay(from), packet, relayPort));
  front.on("error", () => {});

  return {
    port: front.address().port,
    counts: () => ({ ...count }),
    close() {
      front.close();
      for (const socket of upstream.values()) socket.close();
    },
  };
}

function enlarge(socket: Socket): void {
  // The hop itself must not lose anything that the coin did not.
  socket.setRecvBufferSize(BUFFER_BYTES);
  socket.setSendBufferSize(BUFFER_BYTES);
}

/** mulberry32 */
function coin(chance: number, seed: number): () => boolean {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32 < chance;
  };
}
