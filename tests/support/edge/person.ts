/** A scripted page that speaks to the real edge through its public door. */
import { exports } from "cloudflare:workers";
import { TurnResponse, SessionResponse } from "../../../protocol/http.ts";
import { PING, PONG, SEAL_KEY_BYTES } from "../../../protocol/limits.ts";
import {
  RESUME_SUBPROTOCOL_PREFIX,
  SUBPROTOCOL,
  TICKET_SUBPROTOCOL_PREFIX,
  type ClientMessage,
  type EdgeMessage,
  type Preferences,
} from "../../../protocol/messages.ts";
import { later, pause } from "./sleep.ts";
import { parseBody, parseEdgeMessage } from "../../../protocol/parse.ts";

export const ORIGIN = "http://winkr.test";

const PATIENCE_MS = 4_000;

type Heard = EdgeMessage | { type: "closed"; code: number } | { type: "pong" };
type HeardType = Heard["type"];
type HeardOf<Type extends HeardType> = Extract<Heard, { type: Type }>;

/** Sends a request as a browser on our own page would. */
export function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (!headers.has("origin")) headers.set("origin", ORIGIN);
  return exports.default.fetch(new Request(ORIGIN + path, { ...init, headers }));
}

export function post(path: string, body: unknown, headers: HeadersInit = {}): Promise<Response> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return ask(path, { method: "POST", body: text, headers });
}

export async function newSession(renew?: string): Promise<SessionResponse> {
  const response = await post("/api/session", {
    version: 1,
    ...(renew !== undefined && { renew }),
  });
  const parsed = parseBody(SessionResponse, await response.text());
  if (!parsed.ok) throw new Error(`no session: ${parsed.reason}`);
  return parsed.message;
}

export async function newTurn(ticket: string): Promise<TurnResponse> {
  const response = await post("/api/turn", { ticket });
  const parsed = parseBody(TurnResponse, await response.text());
  if (!parsed.ok) throw new Error(`no relay: ${parsed.reason}`);
  return parsed.message;
}

function freshSealKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SEAL_KEY_BYTES));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

export interface Wishes extends Partial<Preferences> {
  recents?: string[];
  blocks?: string[];
}

export class Person {
  readonly ticket: string;
  readonly socket: WebSocket;
  /** Everything heard and not yet awaited. */
  readonly inbox: Heard[] = [];
  sealKey = freshSealKey();
  /** The latest that the edge gave to bring back. */
  resume: string | undefined;
  #wake: () => void = () => {};

  private constructor(ticket: string, socket: WebSocket) {
    this.ticket = ticket;
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => this.#hear(data));
    socket.addEventListener("close", ({ code }) => this.#take({ type: "closed", code }));
    socket.accept();
  }

  /** Opens a socket without a word; a ticket given twice is the same session twice. */
  static async connect(ticket?: string, resume?: string): Promise<Person> {
    const held = ticket ?? (await newSession()).ticket;
    const response = await upgrade(held, {}, resume);
    if (response.webSocket === null) throw new Error(`refused with ${response.status}`);
    return new Person(held, response.webSocket);
  }

  static async greeted(ticket?: string, resume?: string): Promise<Person> {
    const person = await Person.connect(ticket, resume);
    person.say({ type: "hello", version: 1 });
    await person.hears("welcome");
    return person;
  }

  say(message: ClientMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  sendRaw(frame: string | ArrayBuffer): void {
    this.socket.send(frame);
  }

  seek(wishes: Wishes = {}): void {
    this.say({ type: "seek", ...this.#seeking(wishes) });
  }

  next(match: string, wishes: Wishes = {}): void {
    this.say({ type: "next", match, ...this.#seeking(wishes) });
  }

  /** The next message of this type; what came before it is thrown away, except a close. */
  async hears<Type extends HeardType>(type: Type): Promise<HeardOf<Type>> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const index = this.inbox.findIndex((heard) => heard.type === type);
      if (index >= 0) return this.inbox.splice(0, index + 1).at(-1) as HeardOf<Type>;
      if (Date.now() > deadline) {
        throw new Error(`no ${type}, only ${JSON.stringify(this.inbox)}`);
      }
      await new Promise<void>((resolve) => {
        const timer = later(resolve, 50);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Types heard until the edge has answered a ping that was sent now. */
  async heardSoFar(): Promise<HeardType[]> {
    this.socket.send(PING);
    const types: HeardType[] = [];
    for (;;) {
      const pong = this.inbox.findIndex((heard) => heard.type === "pong");
      if (pong >= 0) {
        for (const { type } of this.inbox.splice(0, pong + 1)) types.push(type);
        return types.slice(0, -1);
      }
      await pause(10);
    }
  }

  /** Until the edge has given something to bring back. */
  async hasResume(): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (this.resume === undefined) {
      if (Date.now() > deadline) throw new Error("nothing to resume");
      await pause(20);
    }
  }

  close(): void {
    this.socket.close(1000, "done");
  }

  #seeking({
    languages = ["en"],
    interests = [],
    relay = "direct",
    reach,
    mode,
    recents = [],
    blocks = [],
  }: Wishes) {
    this.sealKey = freshSealKey();
    const preferences: Preferences = {
      languages,
      interests,
      relay,
      ...(reach !== undefined && { reach }),
      ...(mode !== undefined && { mode }),
    };
    return { sealKey: this.sealKey, preferences, recents, blocks };
  }

  #hear(data: unknown): void {
    if (data === PONG) return this.#take({ type: "pong" });
    const parsed = parseEdgeMessage(data);
    if (!parsed.ok) throw new Error(`the edge said something unknown: ${parsed.reason}`);
    // Kept beside the conversation, as a page keeps it.
    if (parsed.message.type === "resume") this.resume = parsed.message.token;
    else this.#take(parsed.message);
  }

  #take(heard: Heard): void {
    this.inbox.push(heard);
    this.#wake();
  }
}

export function upgrade(
  ticket: string | undefined,
  headers: HeadersInit = {},
  resume?: string,
): Promise<Response> {
  const offered = [SUBPROTOCOL];
  if (ticket !== undefined) offered.push(TICKET_SUBPROTOCOL_PREFIX + ticket);
  if (resume !== undefined) offered.push(RESUME_SUBPROTOCOL_PREFIX + resume);
  return ask("/api/lobby", {
    headers: { upgrade: "websocket", "sec-websocket-protocol": offered.join(", "), ...headers },
  });
}

/** Two people in one match, neither of them up. */
export async function introduce(one: Person, two: Person, wishes: Wishes = {}) {
  one.seek(wishes);
  await one.hears("waiting");
  two.seek(wishes);
  return { first: await one.hears("match"), second: await two.hears("match") };
}

/** Two people in a call. */
export async function connectPair(one: Person, two: Person) {
  const { first, second } = await introduce(one, two);
  for (const person of [one, two]) person.say({ type: "up", match: first.match });
  await one.heardSoFar();
  await two.heardSoFar();
  return { match: first.match, first, second };
}
