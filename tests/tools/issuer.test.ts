import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { encodeHeader } from "../../credentials/age/header.ts";
import { acceptCredential, requestCredential } from "../../credentials/age/issuance.ts";
import { readPublicKey } from "../../credentials/bbs/core.ts";
import { decodeScalar } from "../../credentials/bls/scalars.ts";
import { IssuedCredential } from "../../protocol/age.ts";
import { parseBody } from "../../protocol/parse.ts";
import { issue } from "../../tools/issuer/issue.ts";
import { serveIssuer } from "../../tools/issuer/serve.ts";
import {
  IssuerError,
  createIssuer,
  currentKey,
  didDocument,
  didOf,
  entropyFor,
  rotated,
} from "../../tools/issuer/store.ts";
import {
  admit,
  apply,
  demoTrust,
  drawOperatorKey,
  signList,
  without,
} from "../../tools/issuer/trust.ts";
import { edgeVars, envFile } from "../../tools/server/vars.ts";
import { ROOT } from "../../tools/lib/places.ts";
import { issuerKey, readTrustList } from "../../worker/policy/age-trust.ts";
import { readSetup } from "../../worker/policy/setup.ts";
import type { Env } from "../../worker/env.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const SECRET = Buffer.alloc(32, 7).toString("base64url");
const MONTH_MS = 31 * 86_400_000;
const OPTIONS = { assurance: "high", uniqueness: "person", months: 3 };
const state = createIssuer(OPTIONS, NOW);
const EMPTY = { version: 1, issuedAt: NOW, issuers: [] } as const;

function octets(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, "base64url"));
}

describe("issuer: credentials", () => {
  const { commitment, secrets } = requestCredential();
  const issued = issue(state, "ann", "2000-02-29", commitment, NOW);

  it("what it gives is what a page reads, and the trust list's key verifies it", async () => {
    const parsed = parseBody(IssuedCredential, JSON.stringify(issued));
    expect(parsed).toEqual({ ok: true, message: issued });
    const operator = drawOperatorKey();
    const list = admit(EMPTY, apply(state, operator.publicKey, NOW), operator.publicKey, NOW);
    const trusted = (await readTrustList(signList(list, operator), operator.publicKey))!;
    const key = issuerKey(trusted, issued, NOW, false)!;
    const answer = {
      signature: octets(issued.signature),
      entropy: decodeScalar(octets(issued.entropy))!,
    };
    const publicKey = readPublicKey(key.publicKey)!;
    const credential = acceptCredential(publicKey, key.header, issued.birthDay, secrets, answer);
    expect(credential).toBeDefined();
  });

  it("the same person gets the same entropy under every key, another one another", () => {
    const later = rotated(state, NOW + MONTH_MS, 3);
    const again = issue(later, "ann", "2000-02-29", requestCredential().commitment, NOW + MONTH_MS);
    expect(again.entropy).toBe(issued.entropy);
    expect(again.kid).not.toBe(issued.kid);
    expect(entropyFor(state, "bob")).not.toBe(entropyFor(state, "ann"));
    expect(entropyFor(createIssuer(OPTIONS, NOW), "ann")).not.toBe(entropyFor(state, "ann"));
  });

  it.each(["2000-02-30", "1899-12-31", "29.2.2000", "", "2000-2-9"])(
    "born %j is no date",
    (born) => {
      expect(() => issue(state, "ann", born, commitment, NOW)).toThrow(IssuerError);
    },
  );

  it("signs no commitment that is not proven", () => {
    expect(() => issue(state, "ann", "2000-01-01", commitment.slice(1), NOW)).toThrow(IssuerError);
    expect(() => issue(state, "ann", "2000-01-01", new Uint8Array(144), NOW)).toThrow(IssuerError);
  });
});

describe("issuer: keys", () => {
  it("are good for whole months, and overlap after a rotation", () => {
    const key = currentKey(state, NOW);
    expect([key.notBefore, key.notAfter]).toEqual([Date.UTC(2026, 10), Date.UTC(2027, 1)]);
    const later = rotated(state, NOW + MONTH_MS, 3);
    const newer = currentKey(later, NOW + MONTH_MS);
    expect(newer.kid).not.toBe(key.kid);
    expect(newer.notBefore).toBeLessThan(key.notAfter);
    expect(currentKey(later, NOW).kid).toBe(key.kid);
    expect(() => currentKey(state, key.notAfter)).toThrow(IssuerError);
  });

  it("of did:web stand in its document under their names", () => {
    const web = createIssuer({ ...OPTIONS, web: "did:web:issuer.example" }, NOW);
    expect(didOf(web, currentKey(web, NOW))).toBe("did:web:issuer.example");
    const key = web.keys[0]!;
    expect(didDocument(rotated(web, NOW, 3))).toMatchObject({
      id: "did:web:issuer.example",
      verificationMethod: [
        { id: "did:web:issuer.example#k1", publicKeyMultibase: key.publicKeyMultibase },
        { id: "did:web:issuer.example#k2" },
      ],
    });
    expect(() => didDocument(state)).toThrow(IssuerError);
  });

  it.each([
    { assurance: "demo" },
    { assurance: "certain" },
    { uniqueness: "some" },
    { months: 0 },
    { months: NaN },
    { web: "https://issuer.example" },
  ])("are not made with %j", (change) => {
    expect(() => createIssuer({ ...OPTIONS, ...change }, NOW)).toThrow(IssuerError);
  });
});

describe("issuer: trust list", () => {
  const operator = drawOperatorKey();
  const application = apply(state, operator.publicKey, NOW);

  it("admits whoever shows that the key is theirs, once", () => {
    const list = admit(EMPTY, application, operator.publicKey, NOW);
    expect(list.issuers).toEqual([application.entry]);
    expect(admit(list, application, operator.publicKey, NOW).issuers).toHaveLength(1);
    expect(without(list, application.entry.did, NOW).issuers).toEqual([]);
    expect(() => without(list, "did:web:nobody", NOW)).toThrow(IssuerError);
  });

  it("admits no application that was changed, stolen or made for another operator", () => {
    const other = apply(createIssuer(OPTIONS, NOW), operator.publicKey, NOW);
    const { entry, possession } = application;
    for (const [wrong, to] of [
      [{ entry: { ...entry, assurance: "low" as const }, possession }, operator.publicKey],
      [{ entry: { ...entry, notAfter: entry.notAfter + 1 }, possession }, operator.publicKey],
      [{ entry, possession: other.possession }, operator.publicKey],
      [{ entry, possession: "" }, operator.publicKey],
      [application, drawOperatorKey().publicKey],
    ] as const) {
      expect(() => admit(EMPTY, wrong, to, NOW)).toThrow(IssuerError);
    }
  });

  it("is read with the operator's key only, and counts while the key is good", async () => {
    const list = admit(EMPTY, application, operator.publicKey, NOW);
    const word = signList(list, operator);
    expect(word).toMatch(/^[\w-]+$/);
    expect(await readTrustList(word, drawOperatorKey().publicKey)).toBeUndefined();
    const read = (await readTrustList(word, operator.publicKey))!;
    expect(read).toEqual(list);
    const of = { ...application.entry, month: "2026-11" };
    expect(issuerKey(read, of, NOW, false)?.header).toEqual(
      encodeHeader({ ...application.entry, month: "2026-11" }),
    );
    expect(issuerKey(read, of, application.entry.notAfter, false)).toBeUndefined();
    expect(issuerKey(read, { ...of, month: "2026-10" }, NOW, false)).toBeUndefined();
    expect(issuerKey(read, { ...of, month: "2027-01" }, NOW, false)).toBeUndefined();
    expect(issuerKey(read, { ...of, kid: "k9" }, NOW, false)).toBeUndefined();
  });
});

describe("issuer: the demo one", () => {
  it("counts on a developer's machine only", async () => {
    const { TRUST_LIST, TRUST_KEY } = demoTrust(4_711n);
    const list = (await readTrustList(TRUST_LIST, TRUST_KEY))!;
    const of = { ...list.issuers[0]!, month: "2026-11" };
    expect(issuerKey(list, of, NOW, true)).toBeDefined();
    expect(issuerKey(list, of, NOW, false)).toBeUndefined();
  });

  it("comes with npm start, and an edge that has its key serves no public host", () => {
    const vars = edgeVars({ edge: SECRET, turn: SECRET }, undefined);
    expect(envFile(vars)).toContain("DEMO_ISSUER_KEY=");
    const env = { ...vars, DEV_DIRECT: "" } as unknown as Env;
    expect(readSetup(env, "localhost").kind).toBe("ready");
    expect(readSetup(env, "winkr.example").kind).toBe("not-configured");
  });
});

describe("issuer: the service", () => {
  it("gives credentials over loopback, and says what is wrong without a word about anybody", async () => {
    const service = await serveIssuer(
      () => state,
      0,
      () => NOW,
    );
    const ask = async (body: string, path = "/issue") => {
      const response = await fetch(service.url + path, { method: "POST", body });
      return [response.status, await response.json()] as const;
    };
    const commitment = Buffer.from(requestCredential().commitment).toString("base64url");
    const question = { person: "ann", born: "2000-01-01", commitment };
    const [status, credential] = await ask(JSON.stringify(question));
    expect([status, parseBody(IssuedCredential, JSON.stringify(credential)).ok]).toEqual([
      200,
      true,
    ]);
    expect((await ask("{"))[0]).toBe(400);
    expect((await ask(JSON.stringify({ ...question, person: "" })))[0]).toBe(400);
    expect((await ask(JSON.stringify({ ...question, commitment: "AA" })))[0]).toBe(400);
    expect((await ask("x".repeat(10_000)))[0]).toBe(400);
    expect((await ask("{}", "/people"))[0]).toBe(404);
    await service.close();
    await expect(ask("{}")).rejects.toThrow();
  });
});

describe("issuer: the command", () => {
  const folder = mkdtempSync(join(tmpdir(), "winkr-issuer-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const run = (...words: string[]): string =>
    execFileSync(process.execPath, [join(ROOT, "tools/issuer.ts"), ...words, "--dir", folder], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });

  it("keygen, then everything else; secrets are the owner's alone", { timeout: 60_000 }, () => {
    const did = run("keygen", "--assurance", "substantial").trim();
    expect(did).toMatch(/^did:key:zUC7/);
    expect(statSync(join(folder, "issuer.json")).mode & 0o777).toBe(0o600);
    expect(() => run("keygen")).toThrow(/exists/);
    const commitment = Buffer.from(requestCredential().commitment).toString("base64url");
    const made = run(
      "issue",
      "--person",
      "ann",
      "--born",
      "2000-01-01",
      "--commitment",
      commitment,
    );
    expect(JSON.parse(made)).toMatchObject({ did, assurance: "substantial" });
    expect(run("rotate").trim()).not.toBe(did);
    const operator = /TRUST_KEY=(\S+)/.exec(run("trust", "keygen"))![1]!;
    expect(JSON.parse(run("apply", "--operator", operator))).toMatchObject({ entry: {} });
    expect(() => run("nothing")).toThrow(/usage/);
  });
});
