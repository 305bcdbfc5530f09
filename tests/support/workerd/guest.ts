/** A scripted page on a real socket, light enough for thousands of them in one process. */
import WebSocket from "ws";
import { PING, PING_INTERVAL_MS, PONG, SEAL_KEY_BYTES } from "../../../protocol/limits.ts";
import type { EdgeMessage, Preferences } from "../../../protocol/messages.ts";

export interface GuestOptions {
  readonly url: string;
  readonly ticket: string;
  readonly resume?: string | undefined;
  /** Distinguishes networks, as the addresses of people would. */
  readonly network: string;
  readonly preferences?: Preferences;
}

const SEAL_KEY = Buffer.alloc(SEAL_KEY_BYTES, 7).toString("base64url");

/** Any address of the range that is for documentation and benchmarks (RFC 2544). */
export function networkNumber(index: number): string {
  return `198.18.${(index >> 8) & 255}.${index & 255}`;
}

export class Guest {
  readonly ticket: string;
  readonly socket: WebSocket;
  readonly welcomed: Promise<void>;
  match: string | undefined;
  resume: string | undefined;
  closed: number | undefined;
  onMatch: ((match: string) => void) | undefined;
  onMessage: ((message: EdgeMessage) => void) | undefined;
  recents: string[] = [];
  readonly preferences: Preferences;

  constructor({ url, ticket, resume, network, preferences }: GuestOptions) {
    this.ticket = ticket;
    this.preferences = preferences ?? { languages: ["en"], interests: [], relay: "direct" };
    const offered = ["winkr.1", `ticket.${ticket}`];
    if (resume !== undefined) offered.push(`resume.${resume}`);
    this.socket = new WebSocket(`${url.replace("http", "ws")}/api/lobby`, offered, {
      origin: url,
      headers: { "cf-connecting-ip": network },
      perMessageDeflate: false,
    });
    this.welcomed = new Promise((resolve, reject) => {
      this.socket.once("open", () => this.say('{"type":"hello","version":1}'));
      this.socket.once("error", reject);
      const ping = setInterval(() => this.say(PING), PING_INTERVAL_MS);
      this.socket.once("close", (code) => {
        clearInterval(ping);
        this.closed = code;
        reject(new Error(`closed with ${code}`));
      });
      this.socket.on("message", (data: Buffer) => {
        const frame = data.toString();
        if (frame === PONG) return;
        const message = JSON.parse(frame) as EdgeMessage;
        if (message.type === "welcome") resolve();
        else this.#hear(message);
      });
    });
    this.welcomed.catch(() => {});
  }

  say(frame: string): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(frame);
  }

  seek(): void {
    this.match = undefined;
    const { preferences, recents } = this;
    const wish = { sealKey: SEAL_KEY, preferences, recents, blocks: [] };
    this.say(JSON.stringify({ type: "seek", ...wish }));
  }

  send(type: "ack" | "up"): void {
    this.say(JSON.stringify({ type, match: this.match }));
  }

  seal(body: string): void {
    this.say(JSON.stringify({ type: "seal", match: this.match, epoch: 0, body }));
  }

  #hear(message: EdgeMessage): void {
    if (message.type === "match") {
      this.match = message.match;
      this.recents = [message.capsules.recent, ...this.recents].slice(0, 8);
      this.onMatch?.(message.match);
    } else if (message.type === "gone") this.match = undefined;
    else if (message.type === "resume" || message.type === "move") this.resume = message.token;
    this.onMessage?.(message);
  }
}

/** So many guests, opened a few at a time. */
export async function openGuests(
  count: number,
  open: (index: number) => Promise<Guest>,
  atOnce = 100,
): Promise<Guest[]> {
  const guests: Guest[] = [];
  for (let from = 0; from < count; from += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, count - from) }, (_, index) =>
      open(from + index),
    );
    for (const guest of await Promise.all(some)) {
      await guest.welcomed;
      guests.push(guest);
    }
  }
  return guests;
}
