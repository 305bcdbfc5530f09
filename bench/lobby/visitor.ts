/**
 * One page of the load: seeks, and with each match plays what two pages play (an offer, an answer,
 * acknowledgement, both up). The same frames for every server, so that only the server differs.
 */
import WebSocket from "ws";
import { PING, PING_INTERVAL_MS, SEAL_KEY_BYTES } from "../../protocol/limits.ts";

export interface Dialect {
  connect(url: string, index: number): Promise<WebSocket>;
  encode(message: object): string;
  /** The message in a frame, if it holds one; answers what only keeps a connection alive. */
  decode(frame: string, socket: WebSocket): Heard | undefined;
}

export interface Heard {
  readonly type: string;
  readonly match?: string;
  readonly role?: string;
  readonly capsules?: { readonly recent: string };
}

const SEAL_KEY = Buffer.alloc(SEAL_KEY_BYTES, 7).toString("base64url");
/** A complete offer with relay candidates, sealed, takes about so much. */
const BODY = "A".repeat(2_400);

export class Visitor {
  readonly #socket: WebSocket;
  readonly #dialect: Dialect;
  #recents: string[] = [];
  #match: string | undefined;
  #initiator = false;
  soughtAt = -Infinity;
  /** Nothing more is to come of the present match. */
  idle = true;
  matches = 0;
  readonly waits: number[] = [];
  onWaiting: (() => void) | undefined;

  private constructor(socket: WebSocket, dialect: Dialect) {
    this.#socket = socket;
    this.#dialect = dialect;
  }

  static async open(url: string, index: number, dialect: Dialect): Promise<Visitor> {
    const socket = await dialect.connect(url, index);
    const visitor = new Visitor(socket, dialect);
    await new Promise<void>((resolve, reject) => {
      socket.on("message", (data: Buffer) => {
        const heard = dialect.decode(data.toString(), socket);
        if (heard?.type === "welcome") resolve();
        else if (heard !== undefined) visitor.#hear(heard);
      });
      socket.once("close", (code) => reject(new Error(`closed with ${code}`)));
      visitor.#say({ type: "hello", version: 1 });
    });
    return visitor;
  }

  /** As a page does; only our own server answers it without waking. */
  keepAlive(): NodeJS.Timeout {
    return setInterval(() => this.#socket.send(PING), PING_INTERVAL_MS);
  }

  seek(): void {
    this.soughtAt = performance.now();
    this.idle = false;
    this.#match = undefined;
    this.#say({
      type: "seek",
      sealKey: SEAL_KEY,
      preferences: { languages: ["en"], interests: [], relay: "relay" },
      recents: this.#recents,
      blocks: [],
    });
  }

  close(): void {
    this.#socket.terminate();
  }

  #hear(heard: Heard): void {
    if (heard.type === "match") {
      this.waits.push(performance.now() - this.soughtAt);
      this.matches++;
      this.#match = heard.match;
      this.#initiator = heard.role === "initiator";
      if (heard.capsules !== undefined) {
        this.#recents = [heard.capsules.recent, ...this.#recents].slice(0, 8);
      }
      if (this.#initiator) this.#seal();
      else this.#say({ type: "ack", match: this.#match });
    } else if (heard.type === "seal" && heard.match === this.#match) {
      if (!this.#initiator) this.#seal();
      this.#say({ type: "up", match: this.#match });
      this.idle = true;
    } else if (heard.type === "gone" && heard.match === this.#match) this.idle = true;
    else if (heard.type === "slow") throw new Error("the load is faster than a person may be");
    else if (heard.type === "waiting") this.onWaiting?.();
  }

  #seal(): void {
    this.#say({ type: "seal", match: this.#match, epoch: 0, body: BODY });
  }

  #say(message: object): void {
    this.#socket.send(this.#dialect.encode(message));
  }
}
