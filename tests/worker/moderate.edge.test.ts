import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { banKey, tagOf } from "../../durable-objects/gate/tag.ts";
import { createCapsules } from "../../durable-objects/index.ts";
import { fromBase64url, toBase64url } from "../../protocol/base64url.ts";
import { AgePass } from "../../protocol/age.ts";
import { Problem, SessionResponse } from "../../protocol/http.ts";
import { parseBody } from "../../protocol/parse.ts";
import { Cases, SIGNATURE_HEADER, moderateText, type Case } from "../../protocol/reports.ts";
import worker from "../../worker/index.ts";
import { ORIGIN } from "../support/edge/person.ts";
import {
  Holder,
  Issuer,
  bannedOf,
  postWith,
  trusting,
  type Settings,
} from "../support/edge/proven.ts";

const HOUR_MS = 3_600_000;
const { host } = new URL(ORIGIN);
const issuer = new Issuer();
const capsules = createCapsules(env.EDGE_SECRET);
const SEALED = toBase64url(new Uint8Array(1_200).fill(7));
let settings: Settings;
let signing: CryptoKeyPair;

beforeAll(async () => {
  signing = (await crypto.subtle.generateKey("Ed25519", true, ["sign"])) as CryptoKeyPair;
  const raw = new Uint8Array(
    (await crypto.subtle.exportKey("raw", signing.publicKey)) as ArrayBuffer,
  );
  const key = new Uint8Array(32 + 1_216).fill(9);
  key.set(raw);
  settings = { ...(await trusting(issuer)), MODERATOR_KEY: toBase64url(key) };
});

async function send(path: string, text: string, headers: Record<string, string> = {}) {
  const request = new Request(ORIGIN + path, {
    method: "POST",
    headers: { origin: ORIGIN, ...headers },
    body: text,
  });
  return worker.fetch(request, { ...env, ...settings }, createExecutionContext());
}

async function problemOf(response: Response): Promise<string> {
  const parsed = parseBody(Problem, await response.text());
  return `${response.status} ${parsed.ok ? parsed.message.error : "no problem"}`;
}

async function tagFor(holder: Holder): Promise<string> {
  return tagOf(await banKey(env.EDGE_SECRET), holder.nym);
}

async function ticketOf(holder?: Holder): Promise<string> {
  const age = holder && (await holder.pass(settings));
  const response = await postWith(settings, "/api/session", { version: 1, ...(age && { age }) });
  const parsed = parseBody(SessionResponse, await response.text());
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.message.ticket;
}

/** A report of `about` by the bearer of `ticket`, from a network of its own. */
async function report(about: Holder, ticket: string, address: string, reason = "nudity") {
  const capsule = capsules.sealBlock(await tagFor(about));
  const body = { version: 1, ticket, capsule, reason, sealed: SEALED };
  return send("/api/report", JSON.stringify(body), { "cf-connecting-ip": address });
}

async function moderate(action: object, { at = Date.now(), forHost = host, key = signing } = {}) {
  const text = JSON.stringify({ version: 1, at, ...action });
  const bytes = new TextEncoder().encode(moderateText(forHost, text));
  const signature = await crypto.subtle.sign("Ed25519", key.privateKey, bytes);
  return send("/api/moderate", text, {
    [SIGNATURE_HEADER]: toBase64url(new Uint8Array(signature)),
  });
}

async function caseOf(holder: Holder): Promise<Case | undefined> {
  const parsed = parseBody(Cases, await (await moderate({ action: "list" })).text());
  if (!parsed.ok) throw new Error(parsed.reason);
  const tag = await tagFor(holder);
  return parsed.message.cases.find((one) => one.tag === tag);
}

const isFree = async (holder: Holder) => (await holder.prove(settings)).status === 200;

describe("A-8: reports", () => {
  it("three proven people from two networks keep somebody out for 24 hours, until a human looks", async () => {
    const loud = new Holder(issuer);
    const reporters = await Promise.all([1, 2, 3].map(() => ticketOf(new Holder(issuer))));
    expect((await report(loud, reporters[0]!, "192.0.2.1")).status).toBe(200);
    await report(loud, reporters[1]!, "192.0.2.1");
    expect(await isFree(loud)).toBe(true);
    await report(loud, reporters[2]!, "192.0.2.9");
    const { sanction } = await bannedOf(await loud.prove(settings));
    expect(sanction.reason).toBe("nudity");
    expect(sanction.until! - Date.now()).toBeLessThanOrEqual(24 * HOUR_MS);
    expect(await caseOf(loud)).toMatchObject({
      sanction: { step: 1, reviewers: 0 },
      reports: [{ sealed: SEALED }, {}, {}],
    });
  });

  it("one person, however often; one network; and people without a proof, are not enough", async () => {
    const quiet = new Holder(issuer);
    const reporter = new Holder(issuer);
    for (let count = 0; count < 4; count++) {
      await report(quiet, await ticketOf(reporter), `192.0.2.${count}`);
    }
    for (let count = 0; count < 4; count++) {
      await report(quiet, await ticketOf(), `198.51.100.${count}`);
    }
    expect(await isFree(quiet)).toBe(true);
    expect((await caseOf(quiet))!.reports).toHaveLength(5);

    const calm = new Holder(issuer);
    for (let count = 0; count < 3; count++) {
      await report(calm, await ticketOf(new Holder(issuer)), "192.0.2.1");
    }
    expect(await isFree(calm)).toBe(true);
  });

  it("no name in storage says who reported, nor that two reports are one person's", async () => {
    const [one, two] = [new Holder(issuer), new Holder(issuer)];
    const reporter = new Holder(issuer);
    const ticket = await ticketOf(reporter);
    for (const about of [one, two]) await report(about, ticket, "192.0.2.1");
    const names: string[] = [];
    const dump: string[] = [];
    const { listDurableObjectIds, runInDurableObject } = await import("cloudflare:test");
    for (const id of await listDurableObjectIds(env.SANCTIONS)) {
      const rows = await runInDurableObject(env.SANCTIONS.get(id), (_, { storage }) =>
        storage.list<{ network?: string }>({ prefix: "report:" }),
      );
      for (const about of [one, two]) {
        const tag = await tagFor(about);
        for (const [key, row] of rows) {
          if (!key.startsWith(`report:${tag}:`)) continue;
          names.push(key.split(":")[2]!, row.network!);
          dump.push(JSON.stringify([key, row]));
        }
      }
    }
    expect(new Set(names).size).toBe(4);
    expect(dump.join()).not.toContain(await tagFor(reporter));
    expect(dump.join()).not.toContain("192.0.2");
  });

  it("is about somebody whom the edge named, and by somebody it knows", async () => {
    const about = new Holder(issuer);
    const ticket = await ticketOf(about);
    const good = {
      version: 1,
      ticket: await ticketOf(),
      capsule: capsules.sealBlock(await tagFor(about)),
      reason: "hate",
    };
    const refused = async (change: object) =>
      problemOf(await send("/api/report", JSON.stringify({ ...good, ...change })));
    expect(await refused({ ticket: "A".repeat(100) })).toBe("401 bad-ticket");
    expect(await refused({ capsule: "A".repeat(59) })).toBe("400 bad-request");
    expect(await refused({ ticket })).toBe("400 bad-request");
    expect(await refused({ reason: "ugly" })).toBe("400 bad-request");
    expect(await refused({ sealed: "A".repeat(5_000) })).toBe("400 bad-request");
    expect(await refused({ picture: "AAAA" })).toBe("400 bad-request");
  });
});

describe("A-9: a human decides", () => {
  it("confirming an interim sanction is no second step; the reports are gone then", async () => {
    const loud = new Holder(issuer);
    for (let count = 0; count < 3; count++) {
      await report(loud, await ticketOf(new Holder(issuer)), `192.0.2.${count}`);
    }
    const tag = await tagFor(loud);
    expect((await moderate({ action: "sanction", tag, reason: "nudity" })).status).toBe(200);
    expect(await caseOf(loud)).toMatchObject({
      reports: [],
      sanction: { step: 1, reviewers: 1, reason: "nudity" },
    });
    await moderate({ action: "sanction", tag, reason: "spam" });
    expect((await caseOf(loud))!.sanction).toMatchObject({ step: 2, reason: "spam" });
    await moderate({ action: "lift", tag });
    expect(await isFree(loud)).toBe(true);
    expect(await problemOf(await moderate({ action: "lift", tag }))).toBe("404 not-found");
  });

  it("reports that were nothing leave nothing", async () => {
    const about = new Holder(issuer);
    await report(about, await ticketOf(), "192.0.2.1");
    await moderate({ action: "dismiss", tag: await tagFor(about) });
    expect(await caseOf(about)).toBeUndefined();
  });

  it("only with the moderator's signature, for this edge, this body and this minute", async () => {
    const list = { action: "list" };
    const other = (await crypto.subtle.generateKey("Ed25519", true, ["sign"])) as CryptoKeyPair;
    const wrong = [
      await moderate(list, { key: other }),
      await moderate(list, { forHost: "other.example" }),
      await moderate(list, { at: Date.now() - 61_000 }),
      await moderate(list, { at: Date.now() + 61_000 }),
      await moderate({ action: "forgive", tag: "A".repeat(22) }),
      await moderate({ ...list, more: 1 }),
      await send("/api/moderate", JSON.stringify({ version: 1, at: Date.now(), ...list })),
      await send("/api/moderate", "{}", { [SIGNATURE_HEADER]: "A".repeat(86) }),
    ];
    for (const response of wrong) expect(await problemOf(response)).toBe("400 bad-request");
  });

  it("an edge without a moderator has neither the key nor the door", async () => {
    const none = { MODERATOR_KEY: "" };
    expect(await problemOf(await postWith(none, "/api/moderate", {}))).toBe("404 not-found");
    const asked = new Request(`${ORIGIN}/api/moderator`);
    const answer = await worker.fetch(asked, { ...env, ...none }, createExecutionContext());
    expect(answer.status).toBe(404);
  });
});

describe("A-10: appeals", () => {
  async function appeal(holder: Holder, sealed = SEALED, bound = sealed): Promise<Response> {
    const hash = await crypto.subtle.digest("SHA-256", fromBase64url(bound)!);
    const commitment = new Uint8Array(hash);
    const answer = holder.answer(await holder.ask(settings), { commitment });
    const proof = { ...answer, commitment: toBase64url(commitment) };
    return postWith(settings, "/api/appeal", { version: 1, proof, sealed });
  }

  it("is the banned person's own, reaches the moderator, and what they decide is seen at the next proof", async () => {
    const holder = new Holder(issuer);
    const tag = await tagFor(holder);
    await moderate({ action: "sanction", tag, reason: "harassment" });
    expect((await appeal(holder)).status).toBe(200);
    expect((await caseOf(holder))!.appeal).toMatchObject({ sealed: SEALED });
    await moderate({ action: "uphold", tag });
    expect(await caseOf(holder)).toMatchObject({ appeal: null, sanction: { reviewers: 2 } });
    expect(await isFree(holder)).toBe(false);

    await appeal(holder);
    await moderate({ action: "lift", tag });
    expect(await caseOf(holder)).toBeUndefined();
    const parsed = parseBody(AgePass, await (await holder.prove(settings)).text());
    expect(parsed.ok).toBe(true);
  });

  it("cannot be written by somebody else, nor put under another text, nor by whoever is free", async () => {
    const [holder, sibling] = [new Holder(issuer), new Holder(issuer)];
    await moderate({ action: "sanction", tag: await tagFor(holder), reason: "spam" });
    expect(await problemOf(await appeal(sibling))).toBe("404 not-found");
    const other = toBase64url(new Uint8Array(1_200).fill(8));
    expect(await problemOf(await appeal(holder, other, SEALED))).toBe("400 bad-request");
    expect((await caseOf(holder))!.appeal).toBeNull();
  });
});
