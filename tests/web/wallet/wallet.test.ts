import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { nymContextOf, presentationHeader } from "../../../credentials/age/binding.ts";
import { cutoffDay, monthOf } from "../../../credentials/age/calendar.ts";
import { encodeHeader } from "../../../credentials/age/header.ts";
import { issueCredential } from "../../../credentials/age/issuance.ts";
import { ageContext, verifyAge } from "../../../credentials/age/presentation.ts";
import { encodeScalar } from "../../../credentials/bls/scalars.ts";
import { didKeyOf, encodeMultikey, keyIdOf } from "../../../credentials/did-key.ts";
import type { AgeProofRequest, IssuedCredential } from "../../../protocol/age.ts";
import { fromBase64url, toBase64url } from "../../../protocol/base64url.ts";
import { en } from "../../../web/text/en.ts";
import { outcomeWords } from "../../../web/screens/wallet/wallet-words.ts";
import { PASSPHRASE_MIN_CHARS, openBackup, sealBackup } from "../../../web/wallet/backup.ts";
import { keyOf, proveAge, type ProveStep } from "../../../web/wallet/prove.ts";
import { createProver, type Prover } from "../../../web/wallet/prover.ts";
import {
  answerChallenge,
  askIssuer,
  openCredential,
  shardAt,
} from "../../../web/wallet/proving.ts";
import { readIssued, readRecord, type WalletRecord } from "../../../web/wallet/record.ts";
import type { WalletQuestion } from "../../../web/wallet/worker-messages.ts";
import { issuerOf } from "../../credentials/people.ts";

const SITE = { origin: "https://winkr.example", host: "winkr.example" };
const NOW = Date.now();
const CUTOFF = cutoffDay(NOW);
const { secretKey, publicKey } = issuerOf("wallet");
const MULTIKEY = encodeMultikey(publicKey.octets);

function issuedFor(record: WalletRecord, birthDay: number, entropy = 77n): IssuedCredential {
  const did = didKeyOf(publicKey.octets);
  const fields = {
    did,
    kid: keyIdOf(did),
    month: monthOf(NOW),
    assurance: "high",
    uniqueness: "person",
  } as const;
  const header = encodeHeader(fields)!;
  const commitment = fromBase64url(record.commitment)!;
  const issued = issueCredential(secretKey, header, birthDay, commitment, entropy)!;
  return {
    ...fields,
    birthDay,
    signature: toBase64url(issued.signature),
    entropy: toBase64url(encodeScalar(issued.entropy)),
  };
}

function holder(birthDay = CUTOFF - 1_000): WalletRecord {
  const asked = askIssuer();
  return { ...asked, issued: issuedFor(asked, birthDay) };
}

describe("wallet: the record", () => {
  test("reads what it wrote, before and after an issuer answered", () => {
    const asked = askIssuer();
    expect(readRecord(JSON.stringify(asked))).toEqual(asked);
    const full = holder();
    expect(readRecord(JSON.stringify(full))).toEqual(full);
    expect(readIssued(JSON.stringify(full.issued))).toEqual(full.issued);
  });

  test.for([
    "",
    "{",
    "null",
    "[]",
    "{}",
    JSON.stringify({ ...askIssuer(), version: 2 }),
    JSON.stringify({ ...askIssuer(), name: "Ann" }),
    JSON.stringify({ ...askIssuer(), proverNym: "7" }),
  ])("%s is no record, and nothing breaks", (text) => {
    expect(readRecord(text)).toBeUndefined();
    expect(readIssued(text)).toBeUndefined();
  });

  test("a renewal keeps who the person is and asks with new secrets", () => {
    const before = askIssuer();
    const after = askIssuer(before);
    expect(after.proverNym).toBe(before.proverNym);
    expect(after.blind).not.toBe(before.blind);
    expect(after.commitment).not.toBe(before.commitment);
    const shards = [before, after].map((asked) => {
      const record = { ...asked, issued: issuedFor(asked, CUTOFF) };
      return shardAt(SITE, openCredential(record, MULTIKEY)!.credential);
    });
    expect(shards[0]).toBe(shards[1]);
  });

  test("a credential that is not signed exactly so does not open", () => {
    const record = holder();
    expect(openCredential(record, MULTIKEY)).toBeDefined();
    const { issued } = record;
    const wrong: WalletRecord[] = [
      { ...record, issued: { ...issued!, birthDay: issued!.birthDay - 1 } },
      { ...record, issued: { ...issued!, assurance: "low" } },
      { ...record, issued: { ...issued!, month: "2020-01" } },
      { ...record, issued: { ...issued!, kid: "for-you-alone" } },
      { ...record, blind: holder().blind },
      { ...record, proverNym: holder().proverNym },
      askIssuer(),
    ];
    for (const other of wrong) expect(openCredential(other, MULTIKEY)).toBeUndefined();
    const stranger = encodeMultikey(issuerOf("stranger").publicKey.octets);
    expect(openCredential(record, stranger)).toBeUndefined();
    expect(openCredential(record, "z")).toBeUndefined();
  });
});

describe("wallet: the file", () => {
  const passphrase = "correct horse";

  test("opens with its passphrase and with no other", async () => {
    const record = holder();
    const file = await sealBackup(record, passphrase);
    expect(await openBackup(file, passphrase)).toEqual(record);
    expect(await openBackup(file, "wrong horse")).toBe("locked");
    expect(new TextDecoder("latin1").decode(file)).not.toContain(record.proverNym);
    const spoilt = file.slice();
    spoilt[spoilt.length - 1]! ^= 1;
    expect(await openBackup(spoilt, passphrase)).toBe("locked");
    expect(await openBackup(file.slice(0, 30), passphrase)).toBe("other");
    expect(await openBackup(new Uint8Array(10_000), passphrase)).toBe("other");
    expect(await openBackup(new Uint8Array(100), passphrase)).toBe("other");
  });

  test("is not made under a short passphrase", async () => {
    const short = "x".repeat(PASSPHRASE_MIN_CHARS - 1);
    await expect(sealBackup(holder(), short)).rejects.toThrow(RangeError);
  });
});

/** The worker's work without the worker. */
const inline: Prover = {
  async ask(question) {
    const asked = question as WalletQuestion;
    if (asked.type === "ask-issuer") return askIssuer(asked.before) as never;
    const opened = openCredential(asked.record, asked.multikey);
    if (opened === undefined) return undefined as never;
    if (asked.type === "open") return { shard: shardAt(asked.site, opened.credential) } as never;
    const { site, record, challenge, commitment } = asked;
    return answerChallenge(site, record, opened, challenge, commitment) as never;
  },
  end() {},
};

describe("wallet: from record to pass", () => {
  const challenge = {
    nonce: toBase64url(new Uint8Array(32).fill(5)),
    expiresAt: NOW,
    cutoff: CUTOFF,
  };
  let sent: AgeProofRequest[] = [];
  let answers: Record<string, () => Response>;

  beforeEach(() => {
    sent = [];
    const did = didKeyOf(publicKey.octets);
    const entry = { did, kid: keyIdOf(did), publicKeyMultibase: MULTIKEY };
    answers = {
      "/api/age/issuers": () =>
        Response.json({
          version: 1,
          issuers: [{ ...entry, notBefore: 0, notAfter: NOW * 2, assurance: "high" }],
        }),
      "/api/age/challenge": () => Response.json(challenge),
      "/api/age/prove": () => Response.json({ pass: "p".repeat(40), expiresAt: NOW }),
    };
    vi.stubGlobal("fetch", async (path: string, init: { body?: string }) => {
      if (path === "/api/age/prove") sent.push(JSON.parse(init.body!) as AgeProofRequest);
      return answers[path]!();
    });
  });
  afterEach(() => vi.unstubAllGlobals());

  const problem = (error: string, status: number) => () =>
    Response.json({ error, retry: false }, { status });

  test("what it sends is a proof for this place, moment and session", async () => {
    const steps: ProveStep[] = [];
    const proven = await proveAge(holder(), inline, SITE, (step) => steps.push(step));
    expect(proven).toMatchObject({ kind: "ok", value: { pass: "p".repeat(40) } });
    expect(steps).toEqual(["asking", "proving", "checking"]);
    const [request] = sent;
    const verdict = verifyAge(
      {
        publicKey,
        header: encodeHeader({
          ...request!.issuer,
          month: request!.month,
          assurance: "high",
          uniqueness: "person",
        })!,
        cutoff: CUTOFF,
        context: ageContext(nymContextOf(SITE.host)),
        ph: presentationHeader({
          ...challenge,
          origin: SITE.origin,
          nonce: fromBase64url(request!.nonce)!,
          commitment: fromBase64url(request!.commitment)!,
        }),
      },
      fromBase64url(request!.proof)!,
    );
    expect(verdict.ok).toBe(true);
    expect(JSON.stringify(request)).not.toContain(String(CUTOFF - 1_000));
  });

  test("each visit names its session anew", async () => {
    const record = holder();
    await proveAge(record, inline, SITE);
    await proveAge(record, inline, SITE);
    expect(sent[0]!.commitment).not.toBe(sent[1]!.commitment);
  });

  test.for([
    ["pending", () => askIssuer(), {}],
    ["issuer", () => holder(), { "/api/age/issuers": problem("age-issuer", 403) }],
    ["issuer", () => holder(), { "/api/age/issuers": () => Response.json({ issuers: [] }) }],
    ["credential", () => ({ ...holder(), blind: "1".repeat(64) }), {}],
    ["too-young", () => holder(CUTOFF + 1), {}],
    ["refused", () => holder(), { "/api/age/prove": problem("age-proof", 403) }],
    ["refused", () => holder(), { "/api/age/challenge": problem("too-many-requests", 429) }],
    ["refused", () => holder(), { "/api/age/prove": () => Response.json({ pass: 7 }) }],
    ["refused", () => holder(), { "/api/age/prove": () => new Response("oops", { status: 500 }) }],
  ] as const)("%s", async ([kind, record, changes]) => {
    answers = { ...answers, ...changes };
    const outcome = await proveAge(record(), inline, SITE);
    expect(outcome.kind).toBe(kind);
    if (outcome.kind !== "ok") expect(outcomeWords(outcome, en)).not.toBe("");
  });

  test("an edge that cannot be reached", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
    expect(await keyOf(holder())).toEqual({ kind: "refused", code: "unreachable" });
  });

  test("banned: with reason and end, in words", async () => {
    const until = Date.UTC(2026, 11, 1);
    for (const [end, words] of [
      [until, /harassment, until /],
      [null, /somebody who looks at it/],
    ] as const) {
      answers["/api/age/prove"] = () =>
        Response.json(
          { error: "banned", retry: false, sanction: { reason: "harassment", until: end } },
          { status: 403 },
        );
      const outcome = await proveAge(holder(), inline, SITE);
      if (outcome.kind !== "banned") throw new Error(outcome.kind);
      expect(outcome.sanction).toEqual({ reason: "harassment", until: end });
      expect(outcomeWords(outcome, en)).toMatch(words);
    }
  });
});

describe("wallet: the worker's page side", () => {
  class FakeWorker {
    onmessage: ((event: { data: unknown }) => void) | null = null;
    onerror: (() => void) | null = null;
    readonly heard: { number: number }[] = [];
    ended = false;
    postMessage(message: { number: number }): void {
      this.heard.push(message);
    }
    terminate(): void {
      this.ended = true;
    }
  }

  test("starts at the first question, keeps answers apart, ends when it is told", async () => {
    const made: FakeWorker[] = [];
    const prover = createProver(() => {
      made.push(new FakeWorker());
      return made.at(-1) as unknown as Worker;
    });
    expect(made).toEqual([]);
    const first = prover.ask({ type: "ask-issuer", before: undefined });
    const second = prover.ask({ type: "ask-issuer", before: undefined });
    const [worker] = made;
    worker!.onmessage!({ data: { number: worker!.heard[1]!.number, content: "two" } });
    worker!.onmessage!({ data: { number: worker!.heard[0]!.number, content: "one" } });
    expect(await Promise.all([first, second])).toEqual(["one", "two"]);
    prover.end();
    expect([made.length, worker!.ended]).toEqual([1, true]);
  });

  test("a worker that breaks fails every question, and the next one starts another", async () => {
    const made: FakeWorker[] = [];
    const prover = createProver(() => {
      made.push(new FakeWorker());
      return made.at(-1) as unknown as Worker;
    });
    const asked = prover.ask({ type: "ask-issuer", before: undefined });
    made[0]!.onerror!();
    await expect(asked).rejects.toThrow("broke");
    void prover.ask({ type: "ask-issuer", before: undefined }).catch(() => {});
    expect(made).toHaveLength(2);
  });
});
