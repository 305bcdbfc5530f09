import { env } from "cloudflare:workers";
import { createExecutionContext } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { toBase64url } from "../../protocol/base64url.ts";
import { Problem } from "../../protocol/http.ts";
import { parseBody } from "../../protocol/parse.ts";
import { CLAIMS_HEADER, encodeClaims } from "../../durable-objects/index.ts";
import worker from "../../worker/index.ts";
import { readSecret } from "../../worker/keys.ts";
import { openTicket, sealTicket, type Claims } from "../../worker/ticket.ts";
import type { Env } from "../../worker/env.ts";
import { ORIGIN, Person, ask, newSession, newTurn, post, upgrade } from "../support/edge/person.ts";

const SECRET = readSecret(env)!;
const MINUTE_MS = 60_000;

/** The Worker with other settings than the tests have. */
function askWith(settings: Partial<Env>, url: string, body: unknown): Promise<Response> {
  const { origin } = new URL(url);
  const request = new Request(url, {
    method: "POST",
    headers: { origin },
    body: JSON.stringify(body),
  });
  return Promise.resolve(worker.fetch(request, { ...env, ...settings }, createExecutionContext()));
}

async function expectProblem(response: Response, status: number, error: string): Promise<void> {
  const parsed = parseBody(Problem, await response.text());
  expect([response.status, parsed]).toMatchObject([status, { ok: true, message: { error } }]);
}

async function closeCodeOf(response: Response): Promise<number> {
  const socket = response.webSocket!;
  return new Promise((resolve) => {
    socket.addEventListener("close", ({ code }) => resolve(code));
    socket.accept();
  });
}

async function ticketWith(changes: Partial<Claims>): Promise<string> {
  const { ticket } = await newSession();
  const claims = (await openTicket(SECRET, ticket, Date.now()))!;
  return sealTicket(SECRET, { ...claims, ...changes });
}

describe("P-1: session", () => {
  it("gives a sealed ticket for 15 minutes", async () => {
    const session = await newSession();
    expect(session.relay).toBe("relay");
    expect(session.expiresAt - Date.now()).toBeGreaterThan(14 * MINUTE_MS);
    const claims = await openTicket(SECRET, session.ticket, Date.now());
    expect(claims).toMatchObject({ tier: "open", region: session.region, relay: "relay" });
  });

  it("P-5: renewing keeps the session, a little after its end as well", async () => {
    const ended = await ticketWith({ expiresAt: Date.now() - 4 * MINUTE_MS });
    const before = (await openTicket(SECRET, ended, 0))!;
    const { ticket } = await newSession(ended);
    const after = (await openTicket(SECRET, ticket, Date.now()))!;
    expect([after.sid, after.handle, after.region]).toEqual([
      before.sid,
      before.handle,
      before.region,
    ]);
  });

  it("P-5: a ticket that ended long ago, or is not ours, is not renewed", async () => {
    const ended = await ticketWith({ expiresAt: Date.now() - 6 * MINUTE_MS });
    for (const renew of [ended, "A".repeat(200)]) {
      await expectProblem(await post("/api/session", { version: 1, renew }), 401, "bad-ticket");
    }
  });
});

describe("P-2: origin", () => {
  it.each(["http://evil.test", "null", "", "winkr.test", "http://winkr.test.evil.test"])(
    "%j is refused",
    async (origin) => {
      await expectProblem(
        await post("/api/session", { version: 1 }, { origin }),
        403,
        "bad-origin",
      );
      const { ticket } = await newSession();
      await expectProblem(await post("/api/turn", { ticket }, { origin }), 403, "bad-origin");
      await expectProblem(await upgrade(ticket, { origin }), 403, "bad-origin");
    },
  );
});

describe("P-3: bodies", () => {
  it.each([
    ["empty", ""],
    ["not JSON", "{"],
    ["an unknown key", { version: 1, admin: true }],
    ["another version", { version: 2 }],
    ["too large", { version: 1, timeZone: "x".repeat(9_000) }],
    ["too large by padding", `{"version":1${" ".repeat(9_000)}}`],
  ])("%s is a bad request", async (_, body) => {
    await expectProblem(await post("/api/session", body), 400, "bad-request");
  });

  it.each(["/api/nothing", "/api/session/", "/api"])("%s is not found", async (path) => {
    const response = await post(path, {});
    if (path === "/api") expect(response.status).not.toBe(500);
    else await expectProblem(response, 404, "not-found");
  });
});

describe("P-6: relay credentials", () => {
  it("are for the bearer of a ticket", async () => {
    const { ticket } = await newSession();
    const turn = await newTurn(ticket);
    expect(turn.iceServers[0]!.urls).toEqual([
      "turn:relay.test:3478?transport=udp",
      "turns:relay.test:5349?transport=tcp",
    ]);
    expect(Number(turn.iceServers[0]!.username.split(":")[0]) * 1_000).toBeGreaterThan(Date.now());
  });

  it("P-4: are not for a forged or expired one", async () => {
    const expired = await ticketWith({ expiresAt: Date.now() - 1 });
    for (const ticket of [expired, toBase64url(new Uint8Array(200))]) {
      await expectProblem(await post("/api/turn", { ticket }), 401, "bad-ticket");
    }
  });

  const none = { TURN_URLS: "", TURN_SECRET: "" };

  it("are missing where there is no relay, and that is said", async () => {
    const { ticket } = await newSession();
    const response = await askWith(none, `${ORIGIN}/api/turn`, { ticket });
    await expectProblem(response, 503, "relay-unavailable");
  });

  it("are an empty list on a developer's machine only, where sessions may be direct", async () => {
    const settings = { ...none, DEV_DIRECT: "1" };
    const local = "http://localhost:8787";
    const session = await askWith(settings, `${local}/api/session`, { version: 1 });
    const { ticket, relay } = (await session.json()) as { ticket: string; relay: string };
    expect(relay).toBe("direct");
    const turn = await askWith(settings, `${local}/api/turn`, { ticket });
    expect(await turn.json()).toMatchObject({ iceServers: [] });
    const inPublic = await askWith(settings, "https://winkr.example/api/turn", { ticket });
    await expectProblem(inPublic, 503, "not-configured");
  });
});

describe("P-7: an edge that is not set up", () => {
  it("answers nothing below /api, and says so to a monitor", async () => {
    const settings = { EDGE_SECRET: "" };
    const session = await askWith(settings, `${ORIGIN}/api/session`, { version: 1 });
    await expectProblem(session, 503, "not-configured");
    const health = await worker.fetch(
      new Request(`${ORIGIN}/healthz`),
      { ...env, ...settings },
      createExecutionContext(),
    );
    expect(await health.json()).toEqual({ ok: true, configured: false });
    expect(await (await ask("/healthz")).json()).toEqual({ ok: true, configured: true });
  });
});

describe("P-8: too much from one network", () => {
  const never = { limit: async () => ({ success: false }) } as unknown as RateLimit;
  const headers = { origin: ORIGIN, "cf-connecting-ip": "192.0.2.1" };

  it("is refused, and the counter learns no address", async () => {
    const keys: string[] = [];
    const counting = {
      limit: async ({ key }: { key: string }) => {
        keys.push(key);
        return { success: keys.length < 3 };
      },
    } as unknown as RateLimit;
    const send = async (address: string) =>
      worker.fetch(
        new Request(`${ORIGIN}/api/session`, {
          method: "POST",
          headers: { origin: ORIGIN, "cf-connecting-ip": address },
          body: '{"version":1}',
        }),
        { ...env, SESSION_RATE: counting },
        createExecutionContext(),
      );
    await send("2001:db8::1");
    await send("2001:db8::2");
    await expectProblem(await send("192.0.2.1"), 429, "too-many-requests");
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[0]);
    expect(keys.join()).not.toMatch(/192|2001/);
  });

  it("closes a socket as busy", async () => {
    const response = await worker.fetch(
      new Request(`${ORIGIN}/api/lobby`, {
        headers: { ...headers, upgrade: "websocket", "sec-websocket-protocol": "winkr.1" },
      }),
      { ...env, SOCKET_RATE: never },
      createExecutionContext(),
    );
    expect(await closeCodeOf(response)).toBe(4503);
  });
});

describe("P-9: upgrade", () => {
  it("picks our subprotocol and never repeats the ticket", async () => {
    const { ticket } = await newSession();
    const response = await upgrade(ticket);
    expect(response.status).toBe(101);
    expect(response.headers.get("sec-websocket-protocol")).toBe("winkr.1");
    response.webSocket!.accept();
    response.webSocket!.close();
  });

  it("P-4: a missing, forged or expired ticket is closed with 4401", async () => {
    const expired = await ticketWith({ expiresAt: Date.now() - 1 });
    for (const ticket of [undefined, "A".repeat(300), expired, "A".repeat(2_000)]) {
      expect(await closeCodeOf(await upgrade(ticket))).toBe(4401);
    }
  });

  it("without an upgrade, or without our subprotocol, is a bad request", async () => {
    await expectProblem(await ask("/api/lobby"), 400, "bad-request");
    const { ticket } = await newSession();
    const other = await upgrade(ticket, { "sec-websocket-protocol": "chat" });
    await expectProblem(other, 400, "bad-request");
  });

  it("claims that a client brings along count for nothing", async () => {
    const forged = encodeClaims({
      sid: "x",
      handle: "y",
      tier: "proven",
      region: "oc",
      relay: "direct",
    });
    expect(await closeCodeOf(await upgrade(undefined, { [CLAIMS_HEADER]: forged }))).toBe(4401);
    const [ann, bob] = [await Person.greeted(), (await newSession()).ticket];
    const response = await upgrade(bob, { [CLAIMS_HEADER]: forged });
    const socket = response.webSocket!;
    const policy = new Promise((resolve) => {
      socket.addEventListener("message", ({ data }) => {
        const message = JSON.parse(String(data)) as { type: string; policy?: string };
        if (message.type === "match") resolve(message.policy);
      });
    });
    socket.accept();
    socket.send('{"type":"hello","version":1}');
    ann.seek();
    await ann.hears("waiting");
    const { sealKey } = ann;
    const preferences = { languages: [], interests: [], relay: "direct" };
    socket.send(JSON.stringify({ type: "seek", sealKey, preferences, recents: [], blocks: [] }));
    // Had the forged tier counted, they would not have met; had the forged floor, it would be direct.
    expect(await policy).toBe("relay");
    socket.close();
    ann.close();
  });

  it("a lobby opens for nobody whom the Worker did not announce", async () => {
    const lobby = env.LOBBY.get(env.LOBBY.idFromName("l1:weur:open:0"));
    const headers = { upgrade: "websocket" };
    expect((await lobby.fetch("https://lobby/", { headers })).status).toBe(403);
  });
});

describe("security headers", () => {
  it("are on every answer, and a problem never shows its cause", async () => {
    for (const response of [await ask("/healthz"), await ask("/"), await post("/api/x", {})]) {
      expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(response.headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(response.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
      expect(response.headers.get("permissions-policy")).toContain("camera=(self)");
      expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    }
    const broken = { LOBBY: undefined } as unknown as Partial<Env>;
    const { ticket } = await newSession();
    const response = await worker.fetch(
      new Request(`${ORIGIN}/api/lobby`, {
        headers: {
          origin: ORIGIN,
          upgrade: "websocket",
          "sec-websocket-protocol": `winkr.1, ticket.${ticket}`,
        },
      }),
      { ...env, ...broken },
      createExecutionContext(),
    );
    expect(await response.text()).toBe('{"error":"internal","retry":true}');
  });

  it("answers about a person are never cached, and html is always asked for again", async () => {
    const session = await post("/api/session", { version: 1 });
    expect(session.headers.get("cache-control")).toBe("no-store");
    expect((await ask("/")).headers.get("cache-control")).toBe("no-cache, no-transform");
  });

  it("https is demanded for later, where it was used", async () => {
    const secure = await worker.fetch(
      new Request("https://winkr.test/healthz"),
      env,
      createExecutionContext(),
    );
    expect(secure.headers.get("strict-transport-security")).toMatch(/^max-age=\d{8}/);
    expect((await ask("/healthz")).headers.has("strict-transport-security")).toBe(false);
  });
});
