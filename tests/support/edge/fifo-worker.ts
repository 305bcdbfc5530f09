/**
 * The floor that bench/lobby measures against: the least that a lobby on workerd can be. First come,
 * first served; nothing is checked, nothing is kept through sleep, words are relayed as they are.
 */
import { DurableObject } from "cloudflare:workers";

interface Env {
  readonly FIFO: DurableObjectNamespace<Fifo>;
}

interface Heard {
  readonly type: string;
  readonly sealKey?: string;
}

export class Fifo extends DurableObject<Env> {
  #waiting: { socket: WebSocket; sealKey: string | undefined } | undefined;
  readonly #partners = new Map<WebSocket, WebSocket>();

  override fetch(): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  override webSocketMessage(socket: WebSocket, frame: string): void {
    const heard = JSON.parse(frame) as Heard;
    if (heard.type === "hello") socket.send('{"type":"welcome","version":1}');
    else if (heard.type === "seek") this.#seek(socket, heard.sealKey);
    else if (heard.type === "seal") this.#partners.get(socket)?.send(frame);
  }

  override webSocketClose(socket: WebSocket): void {
    if (this.#waiting?.socket === socket) this.#waiting = undefined;
    this.#partners.delete(socket);
  }

  #seek(socket: WebSocket, sealKey: string | undefined): void {
    const first = this.#waiting;
    if (first === undefined || first.socket === socket) {
      this.#waiting = { socket, sealKey };
      socket.send('{"type":"waiting","rung":"shard","level":0,"waited":0}');
      return;
    }
    this.#waiting = undefined;
    this.#partners.set(socket, first.socket);
    this.#partners.set(first.socket, socket);
    const match = crypto.randomUUID();
    first.socket.send(introduction(match, "initiator", sealKey));
    socket.send(introduction(match, "responder", first.sealKey));
  }
}

function introduction(match: string, role: string, sealKey: string | undefined): string {
  return JSON.stringify({ type: "match", match, role, policy: "relay", partner: { sealKey } });
}

export default {
  fetch(request: Request, env: Env): Promise<Response> {
    return env.FIFO.get(env.FIFO.idFromName("one")).fetch(request);
  },
} satisfies ExportedHandler<Env>;
