import { evictAllDurableObjects, listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { fromBase64url, toBase64url } from "../../protocol/base64url.ts";
import { IssuedCredential } from "../../protocol/age.ts";
import { encodeHeader } from "../../credentials/age/header.ts";
import { acceptCredential, requestCredential } from "../../credentials/age/issuance.ts";
import { decodeScalar, encodeScalar } from "../../credentials/bls/scalars.ts";
import { Problem, SessionResponse } from "../../protocol/http.ts";
import { parseBody } from "../../protocol/parse.ts";
import { TAG_BYTES, tagOf, banKey } from "../../durable-objects/gate/tag.ts";
import { sanctionsShardOf } from "../../durable-objects/sanctions/shard.ts";
import { readSecret } from "../../worker/keys.ts";
import { openTicket } from "../../worker/ticket.ts";
import { Person } from "../support/edge/person.ts";
import {
  Holder,
  Issuer,
  asWord,
  bannedOf,
  postWith,
  trusting,
  type Settings,
} from "../support/edge/proven.ts";

const DAY_MS = 86_400_000;
const SECRET = readSecret(env)!;

const issuer = new Issuer();
const ann = new Holder(issuer);
let settings: Settings;

beforeAll(async () => {
  settings = await trusting(issuer);
});

async function problemOf(response: Response | Promise<Response>): Promise<string> {
  const parsed = parseBody(Problem, await (await response).text());
  if (!parsed.ok) throw new Error(`${(await response).status}: no problem`);
  return `${(await response).status} ${parsed.message.error}`;
}

async function sessionOf(response: Response | Promise<Response>): Promise<SessionResponse> {
  const text = await (await response).text();
  const parsed = parseBody(SessionResponse, text);
  if (!parsed.ok) throw new Error(text);
  return parsed.message;
}

function begin(age?: string, more: Settings = {}): Promise<Response> {
  return postWith({ ...settings, ...more }, "/api/session", { version: 1, ...(age && { age }) });
}

function renewed(renew: string, more: Settings = {}): Promise<Response> {
  return postWith({ ...settings, ...more }, "/api/session", { version: 1, renew });
}

async function tagFor(holder: Holder): Promise<string> {
  return tagOf(await banKey(env.EDGE_SECRET), holder.nym);
}

async function sanctionsOf(tag: string) {
  return env.SANCTIONS.get(env.SANCTIONS.idFromName(sanctionsShardOf(tag)));
}

describe("A-1: a proof opens a session among the proven", () => {
  it("the pass of a proof gives a ticket of the tier, without one it is the other tier", async () => {
    const session = await sessionOf(begin(await ann.pass(settings)));
    expect(session.tier).toBe("proven");
    const claims = (await openTicket(SECRET, session.ticket, Date.now()))!;
    expect(claims).toMatchObject({ tier: "proven", handle: await tagFor(ann) });
    expect((await sessionOf(begin())).tier).toBe("open");
  });

  it("the two tiers have two lobbies, and the same person has one name in both visits", async () => {
    const first = await sessionOf(begin(await ann.pass(settings)));
    const second = await sessionOf(begin(await ann.pass(settings)));
    const names = await Promise.all(
      [first, second].map(
        async ({ ticket }) => (await openTicket(SECRET, ticket, Date.now()))!.sid,
      ),
    );
    expect(names[0]).toBe(names[1]);
    const bob = await Person.greeted((await sessionOf(begin())).ticket);
    const proven = await Person.greeted(second.ticket);
    bob.seek();
    proven.seek();
    await bob.hears("waiting");
    await proven.hears("waiting");
    // Whoever else is proven meets the proven one, and not the one who waits longer in the other tier.
    const cyn = await Person.greeted(
      (await sessionOf(begin(await new Holder(issuer).pass(settings)))).ticket,
    );
    cyn.seek();
    const { match } = await cyn.hears("match");
    expect((await proven.hears("match")).match).toBe(match);
    for (const person of [bob, proven, cyn]) person.close();
  });

  it("a pass is for one minute and for nothing else", async () => {
    const { ticket } = await sessionOf(begin());
    expect(await problemOf(begin("A".repeat(100)))).toBe("400 bad-request");
    expect(await problemOf(begin(ticket))).toBe("400 bad-request");
    const both = { version: 1, renew: ticket, age: await ann.pass(settings) };
    expect(await problemOf(postWith(settings, "/api/session", both))).toBe("400 bad-request");
  });
});

describe("A-2: what is not a proof for this place and moment is refused", () => {
  const refused = async (body: unknown, more: Settings = {}) =>
    problemOf(postWith({ ...settings, ...more }, "/api/age/prove", body));

  it("a challenge is answered once", async () => {
    const answer = ann.answer(await ann.ask(settings));
    expect((await postWith(settings, "/api/age/prove", answer)).status).toBe(200);
    expect(await refused(answer)).toBe("403 age-challenge");
  });

  it("an answer that was wrong has used its challenge up", async () => {
    const challenge = await ann.ask(settings);
    const answer = ann.answer(challenge);
    const spoilt = `${answer.proof.slice(0, -4)}AAAA`;
    expect(await refused({ ...answer, proof: spoilt })).toBe("403 age-proof");
    expect(await refused(answer)).toBe("403 age-challenge");
  });

  it("a challenge that was never given, of another shard, or forgotten in sleep", async () => {
    const challenge = await ann.ask(settings);
    const answer = ann.answer(challenge);
    expect(await refused({ ...answer, nonce: "A".repeat(43) })).toBe("403 age-challenge");
    expect(await refused({ ...answer, shard: (answer.shard + 1) % 64 })).toBe("403 age-challenge");
    await evictAllDurableObjects();
    expect(await refused(answer)).toBe("403 age-challenge");
  });

  it("somebody who answers at a shard that is not theirs", async () => {
    let other = new Holder(issuer);
    while (other.shard === ann.shard) other = new Holder(issuer);
    const answer = { ...other.answer(await ann.ask(settings)), shard: ann.shard };
    expect(await refused(answer)).toBe("403 age-proof");
  });

  it.each([
    ["another origin", { origin: "https://evil.test" }],
    ["another site's pseudonym", { host: "evil.test" }],
    ["another session", { commitment: new Uint8Array(32) }],
    ["a cutoff of its own", { cutoff: 40_000 }],
  ])("%s", async (_, changes) => {
    const challenge = await ann.ask(settings);
    // The shard follows the pseudonym, which is another one at another site.
    const answer = { ...ann.answer(challenge, changes), shard: ann.shard };
    expect(await refused(answer)).toBe("403 age-proof");
  });

  it.each([
    ["an issuer that nobody trusts", new Issuer()],
    ["a demo issuer on a public host", new Issuer({ assurance: "demo" })],
    ["a key that has ended", new Issuer({ notAfter: Date.now() - 1 })],
    ["a key that has not begun", new Issuer({ notBefore: Date.now() + DAY_MS })],
  ])("%s", async (name, other) => {
    const trusted = name.includes("nobody") ? settings : await trusting(issuer, other);
    const holder = new Holder(other);
    const answer = holder.answer(await holder.ask(trusted));
    expect(await refused(answer, trusted)).toBe("403 age-issuer");
  });

  it("another month, assurance or uniqueness than was signed", async () => {
    const answer = ann.answer(await ann.ask(settings));
    expect(await refused({ ...answer, month: "2026-01" })).toBe("403 age-proof");
    expect(await refused({ ...answer, month: "2099-01" })).toBe("403 age-issuer");
    expect(await refused({ ...answer, month: "2001-01" })).toBe("403 age-issuer");
    const boasting = new Issuer({ assurance: "low" });
    Object.assign(boasting, { secretKey: issuer.secretKey, publicKey: issuer.publicKey });
    const holder = new Holder(boasting);
    expect(await refused(holder.answer(await holder.ask(settings)))).toBe("403 age-issuer");
  });

  it("an edge without a trust list, with one that nobody signed, or that was changed", async () => {
    const answer = ann.answer(await ann.ask(settings));
    const list = JSON.parse(new TextDecoder().decode(fromBase64url(settings.TRUST_LIST!)));
    const changed = asWord({ ...list, issuers: [{ ...issuer.entry, assurance: "low" }] });
    const other = await trusting(issuer);
    for (const setting of [
      { TRUST_LIST: "" },
      { TRUST_KEY: "" },
      { TRUST_LIST: "A".repeat(80) },
      { TRUST_LIST: settings.TRUST_LIST!.slice(4) },
      { TRUST_LIST: changed },
      { TRUST_KEY: other.TRUST_KEY! },
    ]) {
      expect(await refused(answer, setting)).toBe("403 age-issuer");
    }
  });

  it.each([
    ["empty", {}],
    ["a proof that is short", { proof: "A".repeat(1_300) }],
    ["a proof that is long", { proof: "A".repeat(1_400) }],
    ["another version", { version: 2 }],
    ["a shard that is none", { shard: 64 }],
    ["a month that is none", { month: "2026-13" }],
    ["more than was asked", { birthday: "2000-01-01" }],
  ])("bodies: %s", async (name, change) => {
    const answer = ann.answer(await ann.ask(settings));
    const body = name === "empty" ? {} : { ...answer, ...change };
    expect(await refused(body)).toBe("400 bad-request");
  });
});

describe("A-3: one live session for one person", () => {
  it("the newest is the one: an older one is not renewed, the newest is", async () => {
    const holder = new Holder(issuer);
    const first = await sessionOf(begin(await holder.pass(settings)));
    const second = await sessionOf(begin(await holder.pass(settings)));
    expect(await problemOf(renewed(first.ticket))).toBe("409 elsewhere");
    expect((await sessionOf(renewed(second.ticket))).tier).toBe("proven");
  });

  it("a newer socket of the same person closes the older one, whichever session it is of", async () => {
    const holder = new Holder(issuer);
    const first = await Person.greeted(
      (await sessionOf(begin(await holder.pass(settings)))).ticket,
    );
    const second = await Person.greeted(
      (await sessionOf(begin(await holder.pass(settings)))).ticket,
    );
    expect((await first.hears("closed")).code).toBe(4409);
    second.close();
  });

  it("a gate that was asleep lets the first that is renewed go on", async () => {
    const holder = new Holder(issuer);
    const first = await sessionOf(begin(await holder.pass(settings)));
    await evictAllDurableObjects();
    const again = await sessionOf(renewed(first.ticket));
    expect(again.tier).toBe("proven");
    const second = await sessionOf(begin(await holder.pass(settings)));
    expect(await problemOf(renewed(again.ticket))).toBe("409 elsewhere");
    expect((await sessionOf(renewed(second.ticket))).tier).toBe("proven");
  });
});

describe("A-4: the operator's age policy", () => {
  it("required: nobody without a proof, and no ticket of before either", async () => {
    const required = { AGE_POLICY: "required" };
    const { ticket } = await sessionOf(begin());
    expect(await problemOf(begin(undefined, required))).toBe("403 age-required");
    expect(await problemOf(renewed(ticket, required))).toBe("403 age-required");
    expect((await sessionOf(begin(await ann.pass(settings), required))).tier).toBe("proven");
  });

  it("open: everybody together, proven or not", async () => {
    const open = { AGE_POLICY: "open" };
    expect((await sessionOf(begin(undefined, open))).tier).toBe("open");
    expect((await sessionOf(begin(await ann.pass(settings), open))).tier).toBe("open");
  });
});

describe("A-5: a sanction holds for the person", () => {
  it("at the next proof, with reason and end; with a re-issued credential; and at the next renewal", async () => {
    const holder = new Holder(issuer);
    const session = await sessionOf(begin(await holder.pass(settings)));
    const tag = await tagFor(holder);
    await (await sanctionsOf(tag)).decide(tag, "harassment");

    const told = await bannedOf(await holder.prove(settings));
    expect(told.sanction.reason).toBe("harassment");
    expect(told.sanction.until! - Date.now()).toBeGreaterThan(DAY_MS - 60_000);
    expect(await problemOf(renewed(session.ticket))).toBe("403 banned");

    // Everything on the device is new; the person is the same.
    const again = new Holder(issuer, { kept: holder.kept, ageYears: 30 });
    expect(again.credential.signature).not.toEqual(holder.credential.signature);
    expect((await bannedOf(await again.prove(settings))).error).toBe("banned");
    // A sibling, from the same issuer and with the same birthday.
    expect((await new Holder(issuer).prove(settings)).status).toBe(200);

    expect(await (await sanctionsOf(tag)).lift(tag)).toBe(true);
    expect((await holder.prove(settings)).status).toBe(200);
  });
});

describe("A-6: what is stored", () => {
  it(
    "after 1,000 sessions and 50 sanctions: 50 tags, and nothing else anywhere",
    { timeout: 60_000 },
    async () => {
      const before = await stored();
      const people = Array.from({ length: 12 }, () => new Holder(issuer));
      for (const holder of people) await begin(await holder.pass(settings));
      for (let count = people.length; count < 1_000; count++) await begin();
      const strangers = Array.from({ length: 45 }, () =>
        toBase64url(crypto.getRandomValues(new Uint8Array(TAG_BYTES))),
      );
      const banned = [...(await Promise.all(people.slice(0, 5).map(tagFor))), ...strangers];
      for (const tag of banned) await (await sanctionsOf(tag)).decide(tag, "harassment");

      const after = await stored();
      const added = after.filter(({ key }) => !before.some((row) => row.key === key));
      expect(added.map(({ key }) => key).toSorted()).toEqual(
        banned.map((tag) => `ban:${tag}`).toSorted(),
      );
      for (const { value } of added) {
        expect(Object.keys(value as object).toSorted()).toEqual(
          ["evidence", "reason", "reviewers", "step", "until"].toSorted(),
        );
      }
      // No pseudonym is in it, only what the key makes of it.
      const dump = JSON.stringify(after);
      for (const holder of people) expect(dump).not.toContain(toBase64url(holder.nym).slice(0, 16));
      expect(await gateRows()).toEqual([]);
    },
  );
});

describe("A-7: the demo issuer", () => {
  const LOCAL = "http://localhost:8787";
  const demo = new Issuer({ assurance: "demo", uniqueness: "none" });
  const key = { DEMO_ISSUER_KEY: toBase64url(encodeScalar(demo.secretKey)) };
  const { commitment, secrets } = requestCredential();
  const body = { version: 1, commitment: toBase64url(commitment), birthDay: 30_000 };

  it("gives a developer a credential that verifies", async () => {
    const answer = await postWith(key, "/api/demo-issuer", body, LOCAL);
    const parsed = parseBody(IssuedCredential, await answer.text());
    if (!parsed.ok) throw new Error(parsed.reason);
    const { month, assurance, birthDay, signature, entropy } = parsed.message;
    expect(assurance).toBe("demo");
    const issued = {
      signature: fromBase64url(signature)!,
      entropy: decodeScalar(fromBase64url(entropy)!)!,
    };
    const header = encodeHeader(demo.headerOf(month))!;
    expect(acceptCredential(demo.publicKey, header, birthDay, secrets, issued)).toBeDefined();
    const again = await postWith(key, "/api/demo-issuer", { ...body, entropy }, LOCAL);
    expect(((await again.json()) as IssuedCredential).entropy).toBe(entropy);
  });

  it("is not there without its key, and with it nothing is there on a public host", async () => {
    expect(await problemOf(postWith({}, "/api/demo-issuer", body, LOCAL))).toBe("404 not-found");
    for (const path of ["/api/demo-issuer", "/api/session"]) {
      expect(await problemOf(postWith(key, path, body))).toBe("503 not-configured");
    }
  });

  it.each([{ birthDay: 0 }, { commitment: "A".repeat(192) }, { person: "ann" }, { version: 2 }])(
    "refuses %j",
    async (change) => {
      const answer = postWith(key, "/api/demo-issuer", { ...body, ...change }, LOCAL);
      expect(await problemOf(answer)).toBe("400 bad-request");
    },
  );
});

interface Row {
  readonly key: string;
  readonly value: unknown;
}

async function stored(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const id of await listDurableObjectIds(env.SANCTIONS)) {
    const list = await runInDurableObject(env.SANCTIONS.get(id), (_, { storage }) =>
      storage.list(),
    );
    for (const [key, value] of list) rows.push({ key, value });
  }
  return rows;
}

async function gateRows(): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (const id of await listDurableObjectIds(env.GATE)) {
    await runInDurableObject(env.GATE.get(id), async (_, { storage }) => {
      rows.push(...(await storage.list()).keys());
      rows.push(...storage.sql.exec("SELECT name FROM sqlite_schema").toArray());
      const alarm = await storage.getAlarm();
      if (alarm !== null) rows.push(alarm);
    });
  }
  return rows;
}
