/** The same first come, first served in plain Node, for whichever kind of socket. */
import { randomUUID } from "node:crypto";

export interface Heard {
  readonly type: string;
  readonly sealKey?: string;
}

export class Fifo<Socket> {
  #waiting: { socket: Socket; sealKey: string | undefined } | undefined;
  readonly #partners = new Map<Socket, Socket>();
  readonly #send: (socket: Socket, message: object) => void;

  constructor(send: (socket: Socket, message: object) => void) {
    this.#send = send;
  }

  hear(socket: Socket, heard: Heard): void {
    if (heard.type === "hello") this.#send(socket, { type: "welcome", version: 1 });
    else if (heard.type === "seek") this.#seek(socket, heard.sealKey);
    else if (heard.type === "seal") {
      const partner = this.#partners.get(socket);
      if (partner !== undefined) this.#send(partner, heard);
    }
  }

  lose(socket: Socket): void {
    if (this.#waiting?.socket === socket) this.#waiting = undefined;
    this.#partners.delete(socket);
  }

  #seek(socket: Socket, sealKey: string | undefined): void {
    const first = this.#waiting;
    if (first === undefined || first.socket === socket) {
      this.#waiting = { socket, sealKey };
      this.#send(socket, { type: "waiting", rung: "shard", level: 0, waited: 0 });
      return;
    }
    this.#waiting = undefined;
    this.#partners.set(socket, first.socket);
    this.#partners.set(first.socket, socket);
    const match = randomUUID();
    const about = (role: string, key: string | undefined) => ({
      type: "match",
      match,
      role,
      policy: "relay",
      partner: { sealKey: key },
    });
    this.#send(first.socket, about("initiator", sealKey));
    this.#send(socket, about("responder", first.sealKey));
  }
}
