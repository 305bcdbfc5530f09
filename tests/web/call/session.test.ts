import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EdgeError } from "../../../web/call/edge-client.ts";
import { createEdgeSession } from "../../../web/call/session.ts";

const MINUTE = 60_000;
let now = 0;
let asked: { path: string; body: Record<string, unknown> }[] = [];
let answer: (path: string, count: number) => Response | Promise<Response>;

const ticket = (count: number): string => `ticket${count}`.padEnd(40, "x");
const session = (count: number) =>
  Response.json({
    ticket: ticket(count),
    expiresAt: now + 15 * MINUTE,
    region: "weur",
    relay: "relay",
    tier: "open",
  });
const turn = () =>
  Response.json({
    iceServers: [{ urls: ["turn:relay.example"], username: "u", credential: "c" }],
    expiresAt: now + 15 * MINUTE,
  });

beforeEach(() => {
  now = 1_000_000;
  asked = [];
  answer = (path, count) => (path === "/api/session" ? session(count) : turn());
  vi.stubGlobal("fetch", async (path: string, init: { body: string }) => {
    asked.push({ path, body: JSON.parse(init.body) as Record<string, unknown> });
    return answer(path, asked.length);
  });
});
afterEach(() => vi.unstubAllGlobals());

const make = () => createEdgeSession(() => now);
const paths = (): string[] => asked.map(({ path }) => path);

test("one session serves until a minute before its ticket ends, then it is renewed with the ticket", async () => {
  const edge = make();
  expect(await edge.ticket()).toBe(ticket(1));
  now += 13 * MINUTE;
  expect(await edge.ticket()).toBe(ticket(1));
  now += 1.5 * MINUTE;
  expect(await edge.ticket()).toBe(ticket(2));
  expect(asked[1]?.body).toMatchObject({ renew: ticket(1) });
  expect(asked[0]?.body).not.toHaveProperty("renew");
});

test("a ticket that can no longer be renewed begins a new session", async () => {
  const edge = make();
  await edge.ticket();
  now += 60 * MINUTE;
  answer = (_, count) =>
    count === 2
      ? Response.json({ error: "bad-ticket", retry: true }, { status: 401 })
      : session(count);
  expect(await edge.ticket()).toBe(ticket(3));
  expect(asked[2]?.body).not.toHaveProperty("renew");
});

test("relay credentials are asked for once, and anew five minutes before they end", async () => {
  const edge = make();
  await edge.iceServers();
  await edge.iceServers();
  expect(paths()).toEqual(["/api/session", "/api/turn"]);
  now += 11 * MINUTE;
  await edge.iceServers();
  expect(paths()).toEqual(["/api/session", "/api/turn", "/api/turn"]);
});

test("a failure is not kept: the next question asks again", async () => {
  const edge = make();
  answer = () => Promise.reject(new TypeError("network"));
  await expect(edge.ticket()).rejects.toMatchObject({ code: "unreachable", retry: true });
  answer = (_, count) => session(count);
  expect(await edge.ticket()).toBe(ticket(2));
});

test.each([
  ["relay-unavailable", { error: "relay-unavailable", retry: true }, 503],
  ["malformed", { error: "<b>boom</b>", retry: true }, 500],
  ["malformed", { hello: "there" }, 200],
  [
    "malformed",
    { iceServers: [{ urls: ["stun:x"], username: "", credential: "" }], expiresAt: 1 },
    200,
  ],
])("an edge that answers nonsense or a problem gives %s", async (code, body, status) => {
  const edge = make();
  answer = (path, count) =>
    path === "/api/session" ? session(count) : Response.json(body, { status });
  const failure = await edge.iceServers().catch((cause: unknown) => cause);
  expect(failure).toBeInstanceOf(EdgeError);
  expect(failure).toMatchObject({ code });
});

test("a new session brings the pass of a proof of age, a renewal does not", async () => {
  let passes = 0;
  const edge = createEdgeSession(
    () => now,
    async () => ({ pass: `pass${++passes}` }),
  );
  await edge.ticket();
  now += 14.5 * MINUTE;
  await edge.ticket();
  expect(asked.map(({ body }) => body["age"])).toEqual(["pass1", undefined]);
  expect(passes).toBe(1);
  edge.forget();
  await edge.ticket();
  expect(asked[2]?.body).toMatchObject({ age: "pass2" });
});

test("whoever is kept out is told so and asks for no session", async () => {
  const edge = createEdgeSession(
    () => now,
    async () => "banned",
  );
  const refusal = await edge.ticket().catch((cause: unknown) => cause);
  expect(refusal).toMatchObject({ code: "banned", retry: false });
  expect(asked).toEqual([]);
});
