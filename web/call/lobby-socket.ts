/**
 * The socket to the lobby: opens with a ticket, says hello, keeps itself alive with the ping literal
 * and comes back by itself with growing, jittered pauses. A call does not need it while media runs.
 */
import { CLOSE_CODES, mayRetry } from "../../protocol/close-codes.ts";
import { PING, PING_INTERVAL_MS, PONG } from "../../protocol/limits.ts";
import { SUBPROTOCOL, TICKET_SUBPROTOCOL_PREFIX } from "../../protocol/messages.ts";
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

export function createLobbySocket(session: EdgeSession, events: LobbySocketEvents): LobbySocket {
  let socket: WebSocket | undefined;
  let welcomed = false;
  let wanted = false;
  let opening = false;
  let attempt = 0;
  let pause: ReturnType<typeof setTimeout> | undefined;
  let ping: ReturnType<typeof setInterval> | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;

  async function open(): Promise<void> {
    if (opening || socket !== undefined) return;
    opening = true;
    clearTimeout(pause);
    try {
      const ticket = await session.ticket();
      if (wanted) begin(ticket);
    } catch (cause) {
      const error = cause instanceof EdgeError ? cause : new EdgeError("malformed", true);
      if (wanted) retry(error.retry, error.code);
    } finally {
      opening = false;
    }
  }

  function begin(ticket: string): void {
    const url = new URL("/api/lobby", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const opened = new WebSocket(url, [SUBPROTOCOL, TICKET_SUBPROTOCOL_PREFIX + ticket]);
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
      if (parsed.message.type !== "welcome") return events.message(parsed.message);
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
      release();
      if (code === CLOSE_CODES.superseded.code) {
        wanted = false;
        return events.lost({ kind: "superseded" });
      }
      if (code === CLOSE_CODES.badTicket.code) session.forget();
      retry(mayRetry(code));
    };
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

  function retry(again: boolean, code?: EdgeError["code"]): void {
    if (!wanted) return;
    if (!again) {
      wanted = false;
      if (code === "elsewhere") return events.lost({ kind: "superseded" });
      const why = code === "banned" || code === "age-required" ? { why: code } : {};
      return events.lost({ kind: "refused", ...why });
    }
    attempt++;
    const longest = Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** (attempt - 1));
    pause = setTimeout(() => void open(), longest * (0.5 + Math.random() / 2));
    events.lost({ kind: "retrying", attempt });
  }

  // A phone that comes back to a network should not sit out the pause.
  const online = (): void => {
    if (wanted && socket === undefined) void open();
  };

  return {
    send(message) {
      if (socket === undefined || !welcomed || socket.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(message));
      return true;
    },
    connect() {
      if (!wanted) {
        wanted = true;
        attempt = 0;
        addEventListener("online", online);
      }
      void open();
    },
    close() {
      wanted = false;
      removeEventListener("online", online);
      clearTimeout(pause);
      const closing = socket;
      release();
      closing?.close(1000);
    },
  };
}
