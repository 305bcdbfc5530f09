import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { cloudflareTurn } from "../../worker/turn/cloudflare.ts";
import { coturn } from "../../worker/turn/coturn.ts";
import { turnProvider } from "../../worker/turn/index.ts";
import type { Env } from "../../worker/env.ts";

const NOW = 1_700_000_000_500;

describe("P-6: coturn", () => {
  it("names the expiry and proves the shared secret", async () => {
    const provider = coturn("turn:a:3478", "secret", () => new Uint8Array(3));
    const username = "1700000900:AAAA";
    expect(await provider.mint(900, NOW)).toEqual([
      {
        urls: ["turn:a:3478"],
        username,
        credential: createHmac("sha1", "secret").update(username).digest("base64"),
      },
    ]);
  });

  it("no two people have the same name", async () => {
    const provider = coturn("turn:a:3478", "secret");
    const [one, two] = [await provider.mint(900, NOW), await provider.mint(900, NOW)];
    expect(one![0]!.username).not.toBe(two![0]!.username);
  });

  it("gives out turn and turns only, and never port 53", async () => {
    const urls =
      "turn:a, turns:b:5349?transport=tcp,stun:c,turn:d:53?transport=udp,turn:e:53,turn:f:5300";
    const servers = await coturn(urls, "secret").mint(900, NOW);
    expect(servers![0]!.urls).toEqual(["turn:a", "turns:b:5349?transport=tcp", "turn:f:5300"]);
    expect(await coturn("stun:c", "secret").mint(900, NOW)).toBeUndefined();
  });
});

describe("P-6: Cloudflare Realtime", () => {
  const answer = {
    iceServers: [
      { urls: ["stun:stun.cloudflare.com:3478", "stun:stun.cloudflare.com:53"] },
      {
        urls: [
          "turn:turn.cloudflare.com:3478?transport=udp",
          "turn:turn.cloudflare.com:53?transport=udp",
          "turns:turn.cloudflare.com:443?transport=tcp",
        ],
        username: "u",
        credential: "c",
      },
    ],
  };
  const answering = (response: () => Response | Promise<Response>) =>
    cloudflareTurn("key", "token", async () => response()).mint(900, NOW);

  it("asks with the bearer and the lifetime and nothing about anybody", async () => {
    const asked: [string, RequestInit][] = [];
    await cloudflareTurn("key/id", "token", async (url, init) => {
      asked.push([url, init]);
      return Response.json(answer, { status: 201 });
    }).mint(900, NOW);
    expect(asked[0]![0]).toBe(
      "https://rtc.live.cloudflare.com/v1/turn/keys/key%2Fid/credentials/generate-ice-servers",
    );
    expect(asked[0]![1]).toMatchObject({
      method: "POST",
      headers: { authorization: "Bearer token" },
      body: '{"ttl":900}',
    });
  });

  it("hands on turn urls only", async () => {
    expect(await answering(() => Response.json(answer, { status: 201 }))).toEqual([
      {
        urls: [
          "turn:turn.cloudflare.com:3478?transport=udp",
          "turns:turn.cloudflare.com:443?transport=tcp",
        ],
        username: "u",
        credential: "c",
      },
    ]);
  });

  it.each([
    ["a refusal", () => new Response("no", { status: 403 })],
    ["not JSON", () => new Response("<html>")],
    ["null", () => Response.json(null)],
    ["no servers", () => Response.json({ iceServers: [] })],
    ["only stun", () => Response.json({ iceServers: [answer.iceServers[0]] })],
    [
      "wrong types",
      () => Response.json({ iceServers: [{ urls: 1, username: {}, credential: [] }] }),
    ],
    ["no connection", () => Promise.reject(new Error("down"))],
  ])("%s gives nothing", async (_, response) => {
    expect(await answering(response)).toBeUndefined();
  });
});

describe("P-6: choice of the provider", () => {
  const provider = (env: Partial<Env>) => turnProvider(env as Env);

  it("is nobody without a complete setting", () => {
    expect(provider({})).toBeUndefined();
    expect(provider({ TURN_URLS: "turn:a" })).toBeUndefined();
    expect(provider({ TURN_KEY_ID: "k" })).toBeUndefined();
  });

  it("is the own coturn before Cloudflare", async () => {
    const both = { TURN_KEY_ID: "k", TURN_KEY_TOKEN: "t", TURN_URLS: "turn:a", TURN_SECRET: "s" };
    expect((await provider(both)!.mint(900, NOW))![0]!.urls).toEqual(["turn:a"]);
  });
});
