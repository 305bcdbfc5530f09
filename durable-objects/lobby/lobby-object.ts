/**
 * The table the matcher is played on: sockets in, effects out. It holds no rule of its own about
 * who meets whom, writes nothing to storage, sets no alarm, and awaits nothing while it handles a
 * frame, so every frame is atomic. What other objects answer comes back as an event of its own.
 */
import { DurableObject } from "cloudflare:workers";
import { randomBytes } from "node:crypto";
import { CLOSE_CODES, type CloseReason } from "../../protocol/close-codes.ts";
import {
  FRAMES_BURST,
  FRAMES_REFILL_MS,
  INVALID_FRAMES_MAX,
  MATCH_ID_BYTES,
  MOVE_SPREAD_MS,
  NETWORK_NEXT_BURST,
  NETWORK_NEXT_REFILL_MS,
  NEXT_BURST,
  NEXT_REFILL_MS,
  PING,
  PONG,
  SHARD_SOCKETS_MAX,
} from "../../protocol/limits.ts";
import { SUBPROTOCOL, type ClientMessage, type EdgeMessage } from "../../protocol/messages.ts";
import { parseClientMessage } from "../../protocol/parse.ts";
import { readShardName, shardName, type ShardName } from "../directory/names.ts";
import type { View } from "../directory/directory.ts";
import { clearAttachment, readAttachment, writeAttachment } from "./attachment.ts";
import { createCapsules, type Capsules } from "./capsules.ts";
import { CLAIMS_HEADER, decodeClaims, type LobbyClaims } from "./claims.ts";
import { countWaiting } from "./buckets.ts";
import { Company, type CompanyEnv } from "./company-object.ts";
import {
  createLoadMeter,
  isLate,
  isReportDue,
  isKnownToWait,
  recordLag,
  takeRate,
  type LoadMeter,
} from "./load-meter.ts";
import { keepsPlace, nextTick, restore, step } from "./matcher.ts";
import type { Context, Effect, LobbyEvent, LobbyState, Outcome } from "./state.ts";
import type { PeerAnswer, PeerRequest } from "./peers.ts";
import type { Person } from "./people.ts";
import { createResumeSealer } from "./resume-tokens.ts";
import { createThrottle, take, type Pace, type Throttle } from "./throttle.ts";
import type { Wish } from "./ticket.ts";

export interface LobbyEnv extends CompanyEnv {
  /** At least 32 bytes in base64url. The Worker opens no socket without it. */
  readonly EDGE_SECRET?: string;
}

const FRAMES: Pace = { burst: FRAMES_BURST, refillMs: FRAMES_REFILL_MS };
const SEARCHES: Pace = { burst: NEXT_BURST, refillMs: NEXT_REFILL_MS };
const NETWORK_SEARCHES: Pace = { burst: NETWORK_NEXT_BURST, refillMs: NETWORK_NEXT_REFILL_MS };
/** Networks counted at a time; the oldest is forgotten, which only gives it a full burst again. */
const NETWORKS_MAX = 10_000;

/** Sockets from which on lateness counts as overload. */
const CROWD_MIN = 100;

/** One live socket and what is counted for it. The counts may be forgotten in sleep: they refill faster. */
interface Connection {
  readonly id: string;
  readonly socket: WebSocket;
  readonly sid: string;
  greeted: boolean;
  invalidFrames: number;
  heardAt: number;
  readonly network: string | undefined;
  readonly frames: Throttle;
  readonly searches: Throttle;
  /** Capsules of recent partners that were opened or sealed for this page, which shows them again and again. */
  recents: ReadonlyMap<string, string>;
}

export class Lobby extends DurableObject<LobbyEnv> {
  /** People with a socket at the same time. A field, so that a test need not bring 15,000. */
  capacity = SHARD_SOCKETS_MAX;
  /** With fewer than this it is not the lobby's load that makes it late, and elsewhere is no better. */
  crowd = CROWD_MIN;
  /** A field for the same reason: no test can make an object late. */
  readonly meter: LoadMeter = createLoadMeter(Date.now());
  readonly #connections = new Map<string, Connection>();
  /** Spares reading an attachment for each frame. */
  readonly #bySocket = new WeakMap<WebSocket, Connection>();
  readonly #networks = new Map<string, Throttle>();
  readonly #capsules: Capsules;
  readonly #sealResume: ReturnType<typeof createResumeSealer>;
  readonly #name: ShardName;
  readonly #company: Company;
  readonly #state: LobbyState;
  /** Directories that still count people here. */
  #reportedRegions = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt: number | undefined;

  constructor(ctx: DurableObjectState, env: LobbyEnv) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
    this.#capsules = createCapsules(env.EDGE_SECRET ?? "");
    this.#sealResume = createResumeSealer(env.EDGE_SECRET ?? "");
    this.#name = readShardName(ctx.id.name) ?? { region: "weur", tier: "open", number: 0 };
    this.#company = new Company(env, this.#name);
    const name = shardName(this.#name);
    const { lobby, outcome } = restore(name, this.#readSockets(), this.#context());
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
    this.#reportIfDue();
    return new Response(null, {
      status: 101,
      webSocket: client,
      headers: { "sec-websocket-protocol": SUBPROTOCOL },
    });
  }

  /** Another lobby's door: answered in the same breath, before any effect has left. */
  peer(from: string, request: PeerRequest): PeerAnswer {
    const outcome = step(this.#state, { type: "peer", from, request }, this.#context());
    this.#perform(outcome);
    this.#armTimer();
    return outcome.answer ?? { type: "dead" };
  }

  override webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): void {
    const connection = this.#connectionOf(socket);
    if (connection === undefined) return;
    const now = Date.now();
    connection.heardAt = now;
    this.meter.frames++;
    if (take(connection.frames, FRAMES, now) > 0) {
      this.#drop(connection, "flood");
      return;
    }
    const parsed = parseClientMessage(frame);
    if (parsed.ok) this.#hear(connection, parsed.message, now);
    else this.#hearInvalid(connection, parsed.reason);
    this.#reportIfDue();
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
      network: claims.network,
      // Coming back with a new socket does not refill anything.
      frames: older?.frames ?? createThrottle(FRAMES, now),
      searches: older?.searches ?? createThrottle(SEARCHES, now),
      recents: older?.recents ?? new Map(),
    });
    if (older !== undefined) close(older.socket, "superseded");
    const { sid, handle, tier, region, relay, resume } = claims;
    this.#handle({
      type: "connect",
      sid,
      handle,
      tier,
      region,
      relay,
      ...(resume !== undefined && { resume }),
    });
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
    // The last one out says so: a lobby with nobody in it hears nothing that could remind it.
    if (this.#connections.size === 0) void this.#report().catch(() => {});
    else this.#reportIfDue();
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
      const { connection: id, greeted, invalidFrames, heardAt, network, person } = attachment;
      const { sid } = person;
      this.#connections.set(sid, {
        id,
        socket,
        sid,
        greeted,
        invalidFrames,
        heardAt,
        network,
        frames: createThrottle(FRAMES, now),
        searches: createThrottle(SEARCHES, now),
        recents: new Map(),
      });
      people.push(person);
    }
    return people;
  }

  // — frames —

  #hear(connection: Connection, message: ClientMessage, now: number): void {
    const { sid } = connection;
    if (message.type === "hello") {
      if (!connection.greeted && this.#isOverloaded(now) && this.#sendAway(connection, now)) return;
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
        const wait = free ? 0 : this.#searchPause(connection, now);
        if (wait > 0) this.#say(connection, { type: "slow", ms: wait });
        else this.#handle({ type: "seek", sid, wish: this.#readWish(connection, message, now) });
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

  /** Milliseconds until this person, and this network, may search again. */
  #searchPause({ searches, network }: Connection, now: number): number {
    const own = take(searches, SEARCHES, now);
    if (own > 0 || network === undefined) return own;
    let shared = this.#networks.get(network);
    if (shared === undefined) {
      const oldest = this.#networks.keys().next();
      if (this.#networks.size >= NETWORKS_MAX && !oldest.done) this.#networks.delete(oldest.value);
      this.#networks.set(network, (shared = createThrottle(NETWORK_SEARCHES, now)));
    }
    return take(shared, NETWORK_SEARCHES, now);
  }

  #isOverloaded(now: number): boolean {
    return this.#connections.size >= this.crowd && isLate(this.meter, now);
  }

  /** Late already: somebody new is better off elsewhere. Whoever has a seat here keeps it. */
  #sendAway(connection: Connection, now: number): boolean {
    const { sid } = connection;
    const state = this.#state.people.get(sid)?.state;
    if (state?.name !== "idle") return false;
    const { place, waited } = state.kept ?? { place: now, waited: 0 };
    const resume = { kind: "place", sid, place, since: now - waited } as const;
    this.#say(connection, this.#sealed({ as: "move", resume }));
    this.#drop(connection, "busy");
    return true;
  }

  #readWish(
    connection: Connection,
    message: Extract<ClientMessage, { type: "seek" | "next" }>,
    now: number,
  ): Wish {
    const { sealKey, preferences, recents, blocks } = message;
    const known = new Map<string, string>();
    for (const capsule of recents) {
      const handle = connection.recents.get(capsule) ?? this.#capsules.openRecent(capsule, now);
      if (handle !== undefined) known.set(capsule, handle);
    }
    connection.recents = known;
    return {
      sealKey,
      languages: unique(preferences.languages),
      interests: unique(preferences.interests),
      relay: preferences.relay,
      reach: preferences.reach ?? "world",
      mode: preferences.mode ?? "video",
      recents: [...known.values()],
      blocks: new Set(opened(blocks, (capsule) => this.#capsules.openBlock(capsule))),
    };
  }

  // — effects —

  #context(): Context {
    return {
      now: Date.now(),
      heardAt: (sid) => this.#heardAt(sid),
      drawId,
      random: Math.random,
    };
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
      for (const effect of next.effects) {
        if (!this.#carryOut(effect) && "to" in effect) lost.push(effect.to);
      }
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
    if (effect.kind === "call") return this.#call(effect);
    if (effect.kind === "look") return this.#look(effect);
    const connection = this.#connections.get(effect.to);
    if (connection === undefined) return true;
    switch (effect.kind) {
      case "send":
        return this.#say(connection, effect.message);
      case "introduce": {
        const recent = this.#capsules.sealRecent(effect.partnerHandle, Date.now());
        const block = this.#capsules.sealBlock(effect.partnerHandle);
        connection.recents = new Map([[recent, effect.partnerHandle], ...connection.recents]);
        return this.#say(connection, { ...effect.match, capsules: { recent, block } });
      }
      case "resume":
        return this.#say(connection, this.#sealed(effect));
      case "close":
        this.#connections.delete(effect.to);
        close(connection.socket, effect.reason);
        return true;
      default:
        effect satisfies never;
        return true;
    }
  }

  #sealed({ as, resume }: Pick<Effect & { kind: "resume" }, "as" | "resume">): EdgeMessage {
    const token = this.#sealResume(resume, Date.now());
    if (as === "resume") return { type: "resume", token };
    return { type: "move", token, ms: Math.floor(Math.random() * MOVE_SPREAD_MS) };
  }

  // — other objects —

  /** No answer is an answer too: the matcher counts the time itself. */
  #call({ call, shard, request }: Effect & { kind: "call" }): true {
    this.#company.ask(shard, request).then(
      (answer) => this.#handle({ type: "answer", call, answer }),
      () => {},
    );
    return true;
  }

  #look({ to: sid, rung }: Effect & { kind: "look" }): true {
    const found = async () => {
      // Who asks must be known to wait, or two who ask at once would not find each other.
      if (!isKnownToWait(this.meter, Date.now())) await this.#report();
      return this.#company.whereOthersWait(rung);
    };
    found()
      .catch(() => [])
      .then((shards) => this.#handle({ type: "found", sid, shards }))
      .catch(() => {});
    return true;
  }

  #reportIfDue(): void {
    if (isReportDue(this.meter, Date.now())) void this.#report().catch(() => {});
  }

  async #report(): Promise<void> {
    const now = Date.now();
    const people = new Map<string, number>();
    for (const { region } of this.#state.people.values()) {
      people.set(region, (people.get(region) ?? 0) + 1);
    }
    for (const region of this.#reportedRegions) if (!people.has(region)) people.set(region, 0);
    this.#reportedRegions = new Set(
      [...people].filter(([, count]) => count > 0).map(([each]) => each),
    );
    const load = {
      sockets: this.#connections.size,
      waiting: countWaiting(this.#state.buckets),
      inboundPerSecond: takeRate(this.meter, now),
      overloaded: this.#isOverloaded(now),
    };
    this.meter.reportedAt = now;
    this.meter.reportedWaiting = load.waiting;
    this.#heed(await this.#company.report(load, people));
  }

  /** A shard that is no longer one sends its people on. */
  #heed(view: View): void {
    if (!view.open || this.#name.number >= view.shards) this.#handle({ type: "drain" });
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
    const { id, socket, greeted, invalidFrames, heardAt, network } = connection;
    try {
      writeAttachment(socket, { connection: id, greeted, invalidFrames, heardAt, network, person });
      return true;
    } catch {
      return false;
    }
  }

  /**
   * One timer for the whole lobby, and none when nothing is pending: a timer keeps the object awake
   * and billed. One that rings too early is left to ring, because setting it anew with every frame
   * costs more than a tick that finds nothing due.
   */
  #armTimer(): void {
    const at = nextTick(this.#state);
    if (at !== undefined && this.#timerAt !== undefined && this.#timerAt <= at) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    if (at === undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timerAt = undefined;
        recordLag(this.meter, at, Date.now());
        this.#handle({ type: "tick" });
        this.#reportIfDue();
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
