/**
 * The table the matcher is played on: sockets in, effects out. It holds no rule of its own about
 * who meets whom, writes nothing to storage, sets no alarm, and awaits nothing while it handles a
 * frame, so every frame is atomic.
 */
import { DurableObject } from "cloudflare:workers";
import { randomBytes } from "node:crypto";
import { CLOSE_CODES, type CloseReason } from "../../protocol/close-codes.ts";
import {
  FRAMES_BURST,
  FRAMES_REFILL_MS,
  INVALID_FRAMES_MAX,
  MATCH_ID_BYTES,
  NEXT_BURST,
  NEXT_REFILL_MS,
  PING,
  PONG,
  SHARD_SOCKETS_MAX,
} from "../../protocol/limits.ts";
import { SUBPROTOCOL, type ClientMessage, type EdgeMessage } from "../../protocol/messages.ts";
import { parseClientMessage } from "../../protocol/parse.ts";
import { clearAttachment, readAttachment, writeAttachment } from "./attachment.ts";
import { createCapsules, type Capsules } from "./capsules.ts";
import { CLAIMS_HEADER, decodeClaims, type LobbyClaims } from "./claims.ts";
import { keepsPlace, nextTick, restore, step } from "./matcher.ts";
import type { Context, Effect, LobbyEvent, LobbyState, Outcome } from "./state.ts";
import type { Person } from "./people.ts";
import { createThrottle, take, type Pace, type Throttle } from "./throttle.ts";
import type { Wish } from "./ticket.ts";

export interface LobbyEnv {
  /** At least 32 bytes in base64url. The Worker opens no socket without it. */
  readonly EDGE_SECRET?: string;
}

const FRAMES: Pace = { burst: FRAMES_BURST, refillMs: FRAMES_REFILL_MS };
const SEARCHES: Pace = { burst: NEXT_BURST, refillMs: NEXT_REFILL_MS };

/** One live socket and what is counted for it. The counts may be forgotten in sleep: they refill faster. */
interface Connection {
  readonly id: string;
  readonly socket: WebSocket;
  readonly sid: string;
  greeted: boolean;
  invalidFrames: number;
  heardAt: number;
  readonly frames: Throttle;
  readonly searches: Throttle;
}

export class Lobby extends DurableObject<LobbyEnv> {
  /** People with a socket at the same time. A field, so that a test need not bring 15,000. */
  capacity = SHARD_SOCKETS_MAX;
  readonly #connections = new Map<string, Connection>();
  /** Spares reading an attachment for each frame. */
  readonly #bySocket = new WeakMap<WebSocket, Connection>();
  readonly #capsules: Capsules;
  readonly #state: LobbyState;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt: number | undefined;

  constructor(ctx: DurableObjectState, env: LobbyEnv) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
    this.#capsules = createCapsules(env.EDGE_SECRET ?? "");
    const { lobby, outcome } = restore(this.#readSockets(), this.#context());
    this.#state = lobby;
    this.#perform(outcome);
    this.#armTimer();
  }

  /** The Worker's door: an upgrade with verified claims. */
  override async fetch(request: Request): Promise<Response> {
    const claims = decodeClaims(request.headers.get(CLAIMS_HEADER));
    if (claims === undefined) return new Response(null, { status: 403 });
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return new Response(null, { status: 426 });
    }
    const { 0: client, 1: server } = new WebSocketPair();
    if (this.#connections.size >= this.capacity && !this.#connections.has(claims.sid)) {
      server.accept();
      close(server, "busy");
    } else {
      this.#open(server, claims);
    }
    return new Response(null, {
      status: 101,
      webSocket: client,
      headers: { "sec-websocket-protocol": SUBPROTOCOL },
    });
  }

  override webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): void {
    const connection = this.#connectionOf(socket);
    if (connection === undefined) return;
    const now = Date.now();
    connection.heardAt = now;
    if (take(connection.frames, FRAMES, now) > 0) {
      this.#drop(connection, "flood");
      return;
    }
    const parsed = parseClientMessage(frame);
    if (parsed.ok) this.#hear(connection, parsed.message, now);
    else this.#hearInvalid(connection, parsed.reason);
  }

  override webSocketClose(socket: WebSocket): void {
    this.#lose(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#lose(socket);
  }

  // — sockets —

  #open(socket: WebSocket, claims: LobbyClaims): void {
    const older = this.#connections.get(claims.sid);
    this.ctx.acceptWebSocket(socket);
    const now = Date.now();
    this.#connections.set(claims.sid, {
      id: drawId(),
      socket,
      sid: claims.sid,
      greeted: false,
      invalidFrames: 0,
      heardAt: now,
      // Coming back with a new socket does not refill anything.
      frames: older?.frames ?? createThrottle(FRAMES, now),
      searches: older?.searches ?? createThrottle(SEARCHES, now),
    });
    if (older !== undefined) close(older.socket, "superseded");
    const { sid, handle, tier, relay } = claims;
    this.#handle({ type: "connect", sid, handle, tier, relay });
  }

  /** Idempotent: the closing socket's own attachment says whether it still counts. */
  #lose(socket: WebSocket): void {
    const connection = this.#connectionOf(socket);
    close(socket, undefined);
    if (connection !== undefined) this.#forget(connection);
  }

  #drop(connection: Connection, reason: CloseReason): void {
    close(connection.socket, reason);
    this.#forget(connection);
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection.sid);
    this.#handle({ type: "disconnect", sid: connection.sid });
  }

  #connectionOf(socket: WebSocket): Connection | undefined {
    const known = this.#bySocket.get(socket);
    if (known !== undefined) {
      return this.#connections.get(known.sid) === known ? known : undefined;
    }
    const attachment = readAttachment(socket);
    if (attachment === undefined) return undefined;
    const connection = this.#connections.get(attachment.person.sid);
    if (connection?.id !== attachment.connection) return undefined;
    this.#bySocket.set(socket, connection);
    return connection;
  }

  /** Everything that sleep left behind. */
  #readSockets(): Person[] {
    const people: Person[] = [];
    const now = Date.now();
    for (const socket of this.ctx.getWebSockets()) {
      const attachment = readAttachment(socket);
      if (attachment === undefined) continue;
      const { connection: id, greeted, invalidFrames, heardAt, person } = attachment;
      const { sid } = person;
      const frames = createThrottle(FRAMES, now);
      const searches = createThrottle(SEARCHES, now);
      const connection = { id, socket, sid, greeted, invalidFrames, heardAt, frames, searches };
      this.#connections.set(sid, connection);
      people.push(person);
    }
    return people;
  }

  // — frames —

  #hear(connection: Connection, message: ClientMessage, now: number): void {
    const { sid } = connection;
    if (message.type === "hello") {
      connection.greeted = true;
      this.#save(sid);
      this.#say(connection, { type: "welcome", version: 1 });
      return;
    }
    if (!connection.greeted) {
      this.#say(connection, { type: "error", code: "unexpected", detail: message.type });
      return;
    }
    switch (message.type) {
      case "seek":
      case "next": {
        // Taking back a place that somebody else made this person lose costs nothing.
        const free = keepsPlace(this.#state, sid, now);
        const wait = free ? 0 : take(connection.searches, SEARCHES, now);
        if (wait > 0) this.#say(connection, { type: "slow", ms: wait });
        else this.#handle({ type: "seek", sid, wish: this.#readWish(message, now) });
        break;
      }
      case "ack":
      case "up":
        this.#handle({ type: message.type, sid, match: message.match });
        break;
      case "seal": {
        const { match, epoch, body } = message;
        this.#handle({ type: "seal", sid, match, epoch, body });
        break;
      }
      case "bye":
        this.#handle({ type: "bye", sid });
        break;
      default:
        message satisfies never;
    }
  }

  #hearInvalid(connection: Connection, reason: string): void {
    connection.invalidFrames++;
    if (connection.invalidFrames >= INVALID_FRAMES_MAX) {
      this.#drop(connection, "badRequest");
      return;
    }
    this.#save(connection.sid);
    this.#say(connection, { type: "error", code: "invalid", detail: reason });
  }

  #readWish(message: Extract<ClientMessage, { type: "seek" | "next" }>, now: number): Wish {
    const { sealKey, preferences, recents, blocks } = message;
    return {
      sealKey,
      languages: unique(preferences.languages),
      interests: unique(preferences.interests),
      relay: preferences.relay,
      recents: opened(recents, (capsule) => this.#capsules.openRecent(capsule, now)),
      blocks: new Set(opened(blocks, (capsule) => this.#capsules.openBlock(capsule))),
    };
  }

  // — effects —

  #context(): Context {
    return { now: Date.now(), heardAt: (sid) => this.#heardAt(sid), drawId };
  }

  #heardAt(sid: string): number {
    const connection = this.#connections.get(sid);
    if (connection === undefined) return 0;
    const ping = this.ctx.getWebSocketAutoResponseTimestamp(connection.socket);
    return Math.max(connection.heardAt, ping?.getTime() ?? 0);
  }

  #handle(event: LobbyEvent): void {
    this.#perform(step(this.#state, event, this.#context()));
    this.#armTimer();
  }

  /** Attachments first, then words: whoever hears `match` can be sure that sleep will not undo it. */
  #perform(outcome: Outcome): void {
    const outcomes = [outcome];
    for (let next = outcomes.shift(); next !== undefined; next = outcomes.shift()) {
      const lost: string[] = [];
      for (const sid of next.touched) if (!this.#save(sid)) lost.push(sid);
      for (const effect of next.effects) if (!this.#carryOut(effect)) lost.push(effect.to);
      // A socket that cannot be written to is gone, whatever it says about itself.
      for (const sid of lost) {
        const connection = this.#connections.get(sid);
        if (connection === undefined) continue;
        close(connection.socket, undefined);
        this.#connections.delete(sid);
        outcomes.push(step(this.#state, { type: "disconnect", sid }, this.#context()));
      }
    }
  }

  /** False when the socket is broken. */
  #carryOut(effect: Effect): boolean {
    const connection = this.#connections.get(effect.to);
    if (connection === undefined) return true;
    switch (effect.kind) {
      case "send":
        return this.#say(connection, effect.message);
      case "introduce": {
        const recent = this.#capsules.sealRecent(effect.partnerHandle, Date.now());
        const block = this.#capsules.sealBlock(effect.partnerHandle);
        return this.#say(connection, { ...effect.match, capsules: { recent, block } });
      }
      case "close":
        this.#connections.delete(effect.to);
        close(connection.socket, effect.reason);
        return true;
      default:
        effect satisfies never;
        return true;
    }
  }

  #say(connection: Connection, message: EdgeMessage): boolean {
    try {
      connection.socket.send(JSON.stringify(message));
      return true;
    } catch {
      return false;
    }
  }

  #save(sid: string): boolean {
    const connection = this.#connections.get(sid);
    const person = this.#state.people.get(sid);
    if (connection === undefined || person === undefined) return true;
    const { id, socket, greeted, invalidFrames, heardAt } = connection;
    try {
      writeAttachment(socket, { connection: id, greeted, invalidFrames, heardAt, person });
      return true;
    } catch {
      return false;
    }
  }

  /** One timer for the whole lobby, and none when nothing is pending: a timer keeps the object awake and billed. */
  #armTimer(): void {
    const at = nextTick(this.#state);
    if (at === this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    if (at === undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timerAt = undefined;
        this.#handle({ type: "tick" });
      },
      Math.max(1, at - Date.now()),
    );
  }
}

/** Closes once and for good; with no reason it only answers a close or gives up a broken socket. */
function close(socket: WebSocket, reason: CloseReason | undefined): void {
  try {
    clearAttachment(socket);
  } catch {
    // The socket was never accepted for sleep, so it has nothing to clear.
  }
  try {
    if (reason === undefined) socket.close();
    else socket.close(CLOSE_CODES[reason].code, reason);
  } catch {
    // Already closed: that is what was wanted.
  }
}

function drawId(): string {
  return randomBytes(MATCH_ID_BYTES).toString("base64url");
}

function unique<Item>(items: readonly Item[]): Item[] {
  return [...new Set(items)];
}

/** Capsules that do not open are ignored. */
function opened(capsules: readonly string[], open: (capsule: string) => string | undefined) {
  return capsules.map(open).filter((handle) => handle !== undefined);
}
