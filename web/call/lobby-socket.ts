/**
 * The socket to the lobby: opens with a ticket, says hello, keeps itself alive with the ping literal
 * and comes back by itself with growing, jittered pauses, bringing along what the lobby gave it to
 * resume. A call does not need it while media runs.
 */
import { CLOSE_CODES, mayRetry } from "../../protocol/close-codes.ts";
import { PING, PING_INTERVAL_MS, PONG, RESTART_SPREAD_MS } from "../../protocol/limits.ts";
import {
  RESUME_SUBPROTOCOL_PREFIX,
  SUBPROTOCOL,
  TICKET_SUBPROTOCOL_PREFIX,
} from "../../protocol/messages.ts";
import type { ClientMessage, EdgeMessage } from "../../protocol/messages.ts";
import { parseEdgeMessage } from "../../protocol/parse.ts";
import { EdgeError } from "./edge-client.ts";
import type { EdgeSession } from "./session.ts";

export type LobbyLoss =
  /** It is being tried again. */
  | { readonly kind: "retrying"; readonly attempt: number }
  /** A newer socket of the same session took over. */
  | { readonly kind: "superseded" }
  /** The edge does not want this page back. */
  | { readonly kind: "refused"; readonly why?: "banned" | "age-required" };

export interface LobbySocketEvents {
  /** `welcome` was received. */
  open(): void;
  message(message: EdgeMessage): void;
  lost(loss: LobbyLoss): void;
}

export interface LobbySocket {
  /** False when there is no open socket; the message is then gone. */
  send(message: ClientMessage): boolean;
  /** Opens it, or tries at once instead of after the pause. */
  connect(): void;
  close(): void;
}

const PAUSE_FIRST_MS = 300;
const PAUSE_MAX_MS = 8_000;
/** A ping that is not answered within this means a half-open socket. */
const PONG_PATIENCE_MS = 8_000;
/** From the upgrade to `welcome`. */
const WELCOME_PATIENCE_MS = 8_000;
/** The codes of a server that went: everybody's socket is closed at the same moment (RFC 6455, 7.4). */
const SERVER_WENT: readonly number[] = [1006, 1012];
/** A close so soon after a change of the own network is the network's doing. */
const OWN_CHANGE_MS = 10_000;

export function createLobbySocket(session: EdgeSession, events: LobbySocketEvents): LobbySocket {
  let socket: WebSocket | undefined;
  let welcomed = false;
  let wanted = false;
  let opening = false;
  let attempt = 0;
  let pause: ReturnType<typeof setTimeout> | undefined;
  let ping: ReturnType<typeof setInterval> | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;
  /** What the lobby gave to bring back: the latest counts, and only while it fits what the page does. */
  let resume: string | undefined;
  let networkChangedAt = -Infinity;

  async function open(): Promise<void> {
    if (opening || socket !== undefined) return;
    opening = true;
    clearTimeout(pause);
    try {
      const ticket = await session.ticket();
      if (wanted) begin(ticket);
    } catch (cause) {
      const error = cause instanceof EdgeError ? cause : new EdgeError("malformed", true);
      if (wanted) retry(error.retry, { code: error.code });
    } finally {
      opening = false;
    }
  }

  function begin(ticket: string): void {
    const url = new URL("/api/lobby", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const offered = [SUBPROTOCOL, TICKET_SUBPROTOCOL_PREFIX + ticket];
    if (resume !== undefined) offered.push(RESUME_SUBPROTOCOL_PREFIX + resume);
    const opened = new WebSocket(url, offered);
    socket = opened;
    welcomed = false;
    expect(WELCOME_PATIENCE_MS);
    opened.onopen = () =>
      opened.send(JSON.stringify({ type: "hello", version: 1 } satisfies ClientMessage));
    opened.onmessage = ({ data }: MessageEvent<unknown>) => {
      clearTimeout(patience);
      if (data === PONG) return;
      const parsed = parseEdgeMessage(data);
      // What is not a word of ours says nothing; the edge may be a version ahead.
      if (!parsed.ok) return;
      if (parsed.message.type !== "welcome") return hear(parsed.message);
      welcomed = true;
      attempt = 0;
      ping = setInterval(() => {
        opened.send(PING);
        expect(PONG_PATIENCE_MS);
      }, PING_INTERVAL_MS);
      events.open();
    };
    opened.onclose = ({ code }) => {
      if (socket !== opened) return;
      // A refused upgrade looks like a lost network (1006); after the second time the ticket is suspected.
      if (!welcomed && attempt > 0) session.forget();
      const together = welcomed && SERVER_WENT.includes(code) && !isOwnChange();
      release();
      if (code === CLOSE_CODES.superseded.code) {
        wanted = false;
        return events.lost({ kind: "superseded" });
      }
      if (code === CLOSE_CODES.badTicket.code) session.forget();
      retry(mayRetry(code), {
        afterMs: together ? Math.random() * RESTART_SPREAD_MS : undefined,
      });
    };
  }

  function hear(message: EdgeMessage): void {
    switch (message.type) {
      case "resume":
        resume = message.token;
        return;
      case "move": {
        resume = message.token;
        const moving = socket;
        release();
        moving?.close(1000);
        retry(true, { afterMs: message.ms });
        return;
      }
      case "match":
      case "gone":
        // A place that was taken, a call that is over: neither is worth coming back to.
        resume = undefined;
        events.message(message);
        return;
      default:
        events.message(message);
    }
  }

  function isOwnChange(): boolean {
    return navigator.onLine === false || performance.now() - networkChangedAt < OWN_CHANGE_MS;
  }

  function expect(ms: number): void {
    clearTimeout(patience);
    const waiting = socket;
    patience = setTimeout(() => {
      if (socket !== waiting || waiting === undefined) return;
      // A half-open socket may take minutes to notice its own close; do not wait for its event.
      release();
      waiting.close();
      retry(true);
    }, ms);
  }

  function release(): void {
    clearInterval(ping);
    clearTimeout(patience);
    socket = undefined;
    welcomed = false;
  }

  /** Goes on after `afterMs`, or after a pause that grows with the attempts. `code`: why not. */
  function retry(
    again: boolean,
    { afterMs, code }: { afterMs?: number | undefined; code?: EdgeError["code"] } = {},
  ): void {
    if (!wanted) return;
    if (!again) {
      wanted = false;
      if (code === "elsewhere") return events.lost({ kind: "superseded" });
      const why = code === "banned" || code === "age-required" ? { why: code } : {};
      return events.lost({ kind: "refused", ...why });
    }
    attempt++;
    const longest = Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** (attempt - 1));
    pause = setTimeout(() => void open(), afterMs ?? longest * (0.5 + Math.random() / 2));
    events.lost({ kind: "retrying", attempt });
  }

  // A phone that comes back to a network should not sit out the pause.
  const online = (): void => {
    networkChangedAt = performance.now();
    if (wanted && socket === undefined) void open();
  };

  const offline = (): void => {
    networkChangedAt = performance.now();
  };

  return {
    send(message) {
      if (socket === undefined || !welcomed || socket.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(message));
      if (message.type === "seek" || message.type === "next" || message.type === "bye") {
        resume = undefined;
      }
      return true;
    },
    connect() {
      if (!wanted) {
        wanted = true;
        attempt = 0;
        addEventListener("online", online);
        addEventListener("offline", offline);
      }
      void open();
    },
    close() {
      wanted = false;
      removeEventListener("online", online);
      removeEventListener("offline", offline);
      clearTimeout(pause);
      const closing = socket;
      release();
      closing?.close(1000);
    },
  };
}
