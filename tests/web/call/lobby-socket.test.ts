import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CLOSE_CODES } from "../../../protocol/close-codes.ts";
import { PING, PING_INTERVAL_MS, PONG } from "../../../protocol/limits.ts";
import type { ClientMessage, EdgeMessage } from "../../../protocol/messages.ts";
import { EdgeError } from "../../../web/call/edge-client.ts";
import { createLobbySocket } from "../../../web/call/lobby-socket.ts";
import type { LobbyLoss } from "../../../web/call/lobby-socket.ts";

/** Stands where the browser's WebSocket stands; a test plays the server's side of it. */
class FakeSocket {
  static readonly OPEN = 1;
  static opened: FakeSocket[] = [];
  readyState = 0;
  readonly sent: string[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly url: URL;
  readonly protocols: string[];

  constructor(url: URL, protocols: string[]) {
    this.url = url;
    this.protocols = protocols;
    FakeSocket.opened.push(this);
  }

  send(data: string): void {
    this.sent.push(data);
  }

  close(): void {
    this.closed = true;
  }

  accept(): void {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
  }

  say(data: unknown): void {
    this.onmessage?.({ data: typeof data === "string" ? data : JSON.stringify(data) });
  }

  welcome(): void {
    this.accept();
    this.say({ type: "welcome", version: 1 });
  }

  drop(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

function setUp(ticket: () => Promise<string> = () => Promise.resolve("t".repeat(40))) {
  const heard: EdgeMessage[] = [];
  const losses: LobbyLoss[] = [];
  let opens = 0;
  const session = { ticket: vi.fn(ticket), iceServers: vi.fn(), forget: vi.fn() };
  const socket = createLobbySocket(session, {
    open: () => opens++,
    message: (message) => heard.push(message),
    lost: (loss) => losses.push(loss),
  });
  return { socket, session, heard, losses, opens: () => opens };
}

const last = (): FakeSocket => FakeSocket.opened.at(-1)!;
const soon = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.opened = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("location", { href: "https://winkr.example/" });
  vi.stubGlobal("addEventListener", vi.fn());
  vi.stubGlobal("removeEventListener", vi.fn());
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("opening", () => {
  test("P-9 P-14 offers our subprotocol and the ticket, says hello, and is open with `welcome`", async () => {
    const { socket, opens } = setUp();
    socket.connect();
    await soon();
    expect(last().url.href).toBe("wss://winkr.example/api/lobby");
    expect(last().protocols).toEqual(["winkr.1", `ticket.${"t".repeat(40)}`]);
    last().accept();
    expect(last().sent).toEqual(['{"type":"hello","version":1}']);
    expect(socket.send({ type: "bye" })).toBe(false);
    expect(opens()).toBe(0);
    last().say({ type: "welcome", version: 1 });
    expect(opens()).toBe(1);
    expect(socket.send({ type: "bye" })).toBe(true);
  });

  test("connecting twice opens one socket", async () => {
    const { socket } = setUp();
    socket.connect();
    socket.connect();
    await soon();
    socket.connect();
    await soon();
    expect(FakeSocket.opened).toHaveLength(1);
  });

  test("closed before the ticket came, it opens nothing", async () => {
    const { socket } = setUp();
    socket.connect();
    socket.close();
    await soon(60_000);
    expect(FakeSocket.opened).toHaveLength(0);
  });
});

describe("what the edge says", () => {
  test.each(["{", '{"type":"launch"}', '{"type":"gone"}', "null", `"${"x".repeat(70_000)}"`])(
    "%.20s is no word of ours and changes nothing",
    async (frame) => {
      const { socket, heard, losses } = setUp();
      socket.connect();
      await soon();
      last().welcome();
      last().say(frame);
      expect(heard).toEqual([]);
      expect(losses).toEqual([]);
    },
  );
});

describe("losing it", () => {
  test("it comes back by itself, each time after a longer pause, and counts from one again once welcomed", async () => {
    const { socket, losses } = setUp();
    socket.connect();
    await soon();
    last().welcome();
    for (const attempt of [1, 2, 3]) {
      last().drop(CLOSE_CODES.busy.code);
      expect(losses.at(-1)).toEqual({ kind: "retrying", attempt });
      await soon(2_000);
      expect(FakeSocket.opened).toHaveLength(1 + attempt);
    }
    last().welcome();
    last().drop(1006);
    expect(losses.at(-1)).toEqual({ kind: "retrying", attempt: 1 });
  });

  test("the first pause is short", async () => {
    const { socket } = setUp();
    socket.connect();
    await soon();
    last().welcome();
    last().drop(CLOSE_CODES.busy.code);
    await soon(300);
    expect(FakeSocket.opened).toHaveLength(2);
  });

  test.each([1006, 1012])(
    "P-51 after %i, when everybody is cut at once, pages come back spread over 8 s",
    async (code) => {
      const pages = Array.from({ length: 200 }, () => setUp());
      for (const { socket } of pages) socket.connect();
      await soon();
      const first = [...FakeSocket.opened];
      for (const each of first) each.welcome();
      for (const each of first) each.drop(code);
      const perSecond: number[] = [];
      for (let second = 0; second < 8; second++) {
        const before = FakeSocket.opened.length;
        await soon(1_000);
        perSecond.push(FakeSocket.opened.length - before);
      }
      expect(FakeSocket.opened).toHaveLength(400);
      // 25 expected in each; five standard deviations.
      expect(Math.max(...perSecond)).toBeLessThan(50);
      for (const { socket } of pages) socket.close();
    },
  );

  test("P-51 after a change of the own network it comes back at once", async () => {
    const listeners = new Map<string, () => void>();
    vi.stubGlobal("addEventListener", (name: string, act: () => void) => listeners.set(name, act));
    const { socket } = setUp();
    socket.connect();
    await soon();
    last().welcome();
    listeners.get("offline")!();
    last().drop(1006);
    await soon(300);
    expect(FakeSocket.opened).toHaveLength(2);
  });

  test("P-15 superseded by a newer socket it stays away", async () => {
    const { socket, losses } = setUp();
    socket.connect();
    await soon();
    last().welcome();
    last().drop(CLOSE_CODES.superseded.code);
    await soon(60_000);
    expect(losses).toEqual([{ kind: "superseded" }]);
    expect(FakeSocket.opened).toHaveLength(1);
  });

  test("a code that says do not come back is obeyed; asking again by hand works", async () => {
    const { socket, losses } = setUp();
    socket.connect();
    await soon();
    last().welcome();
    last().drop(CLOSE_CODES.flood.code);
    await soon(60_000);
    expect(losses).toEqual([{ kind: "refused" }]);
    expect(FakeSocket.opened).toHaveLength(1);
    socket.connect();
    await soon();
    expect(FakeSocket.opened).toHaveLength(2);
  });

  test("a refused ticket is forgotten before the next try", async () => {
    const { socket, session } = setUp();
    socket.connect();
    await soon();
    last().accept();
    last().drop(CLOSE_CODES.badTicket.code);
    expect(session.forget).toHaveBeenCalledTimes(1);
    await soon(2_000);
    expect(FakeSocket.opened).toHaveLength(2);
  });

  test("an edge that cannot be reached is tried again, one that refuses is not", async () => {
    const unreachable = setUp(() => Promise.reject(new EdgeError("unreachable", true)));
    unreachable.socket.connect();
    await soon(5_000);
    expect(unreachable.losses.length).toBeGreaterThan(2);
    unreachable.socket.close();

    const refusing = setUp(() => Promise.reject(new EdgeError("not-configured", false)));
    refusing.socket.connect();
    await soon(60_000);
    expect(refusing.losses).toEqual([{ kind: "refused" }]);
  });

  test("P-13 a half-open socket is noticed by its missing pong", async () => {
    const { socket, losses } = setUp();
    socket.connect();
    await soon();
    const first = last();
    first.welcome();
    await soon(PING_INTERVAL_MS);
    expect(first.sent.at(-1)).toBe(PING);
    first.say(PONG);
    await soon(PING_INTERVAL_MS - 1_000);
    expect(losses).toEqual([]);
    await soon(1_000 + 8_000);
    expect(first.closed).toBe(true);
    expect(losses).toEqual([{ kind: "retrying", attempt: 1 }]);
    // Its late close event is about a socket that no longer counts.
    first.drop(1006);
    expect(losses).toHaveLength(1);
  });
});

describe("coming back", () => {
  const TOKEN = "r".repeat(60);

  async function waiting() {
    const page = setUp();
    page.socket.connect();
    await soon();
    last().welcome();
    last().say({ type: "resume", token: TOKEN });
    return page;
  }

  const offered = (): string[] => last().protocols.slice(2);

  test("P-9, P-47 the latest token is offered by the next socket, and screens hear nothing of it", async () => {
    const { heard } = await waiting();
    last().say({ type: "resume", token: "s".repeat(60) });
    last().drop(CLOSE_CODES.busy.code);
    await soon(2_000);
    expect(offered()).toEqual([`resume.${"s".repeat(60)}`]);
    expect(heard).toEqual([]);
  });

  test("P-47 it is still offered after sockets that never got as far as `welcome`", async () => {
    await waiting();
    for (let count = 0; count < 3; count++) {
      last().drop(CLOSE_CODES.busy.code);
      await soon(4_000);
      expect(offered()).toEqual([`resume.${TOKEN}`]);
    }
  });

  test.each([
    ["seek", (page: { socket: ReturnType<typeof createLobbySocket> }) => page.socket.send(SEEK)],
    ["bye", (page: { socket: ReturnType<typeof createLobbySocket> }) => page.socket.send(BYE)],
    ["gone", () => last().say({ type: "gone", match: "m".repeat(22), reason: "next" })],
  ])("P-47 with %s it is worth nothing any more", async (_, act) => {
    const page = await waiting();
    act(page);
    last().drop(CLOSE_CODES.busy.code);
    await soon(2_000);
    expect(offered()).toEqual([]);
  });

  test("P-50 told to move, it leaves at once and comes back with the token after that pause", async () => {
    const { losses } = await waiting();
    const first = last();
    first.say({ type: "move", token: "m".repeat(60), ms: 1_500 });
    expect(first.closed).toBe(true);
    expect(losses).toEqual([{ kind: "retrying", attempt: 1 }]);
    await soon(1_499);
    expect(FakeSocket.opened).toHaveLength(1);
    await soon(1);
    expect(offered()).toEqual([`resume.${"m".repeat(60)}`]);
    // The close that follows is about a socket that no longer counts.
    first.drop(CLOSE_CODES.busy.code);
    expect(losses).toHaveLength(1);
  });
});

const BYE = { type: "bye" } as const;
const SEEK: ClientMessage = {
  type: "seek",
  sealKey: "k",
  preferences: { languages: [], interests: [], relay: "relay" },
  recents: [],
  blocks: [],
};
