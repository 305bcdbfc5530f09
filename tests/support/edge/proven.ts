/** An operator with one issuer, people with credentials from it, and their proofs at the real edge. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { nymContextOf, presentationHeader } from "../../../credentials/age/binding.ts";
import { cutoffDay } from "../../../credentials/age/calendar.ts";
import { encodeHeader, type AgeHeader } from "../../../credentials/age/header.ts";
import {
  acceptCredential,
  issueCredential,
  requestCredential,
  type AgeCredential,
} from "../../../credentials/age/issuance.ts";
import { ageContext, presentAge } from "../../../credentials/age/presentation.ts";
import { publicKeyOf, readPublicKey } from "../../../credentials/bbs/core.ts";
import { nymPoint } from "../../../credentials/bbs/pseudonym.ts";
import { encodeG1 } from "../../../credentials/bls/points.ts";
import { randomScalar } from "../../../credentials/bls/scalars.ts";
import { didKeyOf, encodeMultikey, keyIdOf } from "../../../credentials/did-key.ts";
import {
  AgeChallenge,
  AgePass,
  Banned,
  GATE_SHARDS,
  type AgeProofRequest,
} from "../../../protocol/age.ts";
import { fromBase64url, toBase64url } from "../../../protocol/base64url.ts";
import { parseBody } from "../../../protocol/parse.ts";
import type { Env } from "../../../worker/env.ts";
import worker from "../../../worker/index.ts";
import { signedText, type TrustedIssuer } from "../../../worker/policy/age-trust.ts";
import { ORIGIN } from "./person.ts";

const YEAR_MS = 365 * 86_400_000;
const { host } = new URL(ORIGIN);
const CONTEXT = ageContext(nymContextOf(host));

export type Settings = Partial<Env>;

/** The Worker with other settings than the tests have. */
export async function postWith(
  settings: Settings,
  path: string,
  body: unknown,
  origin: string = ORIGIN,
): Promise<Response> {
  const request = new Request(origin + path, {
    method: "POST",
    headers: { origin },
    body: JSON.stringify(body),
  });
  return worker.fetch(request, { ...env, ...settings }, createExecutionContext());
}

export class Issuer {
  readonly secretKey = randomScalar();
  readonly publicKey = readPublicKey(publicKeyOf(this.secretKey))!;
  readonly did = didKeyOf(this.publicKey.octets);
  readonly entry: TrustedIssuer;

  constructor(changes: Partial<TrustedIssuer> = {}) {
    const now = Date.now();
    this.entry = {
      did: this.did,
      kid: keyIdOf(this.did),
      publicKeyMultibase: encodeMultikey(this.publicKey.octets),
      notBefore: now - YEAR_MS,
      notAfter: now + YEAR_MS,
      assurance: "high",
      uniqueness: "person",
      ...changes,
    };
  }

  headerOf(month: string): AgeHeader {
    const { did, kid, assurance, uniqueness } = this.entry;
    return { did, kid, month, assurance, uniqueness };
  }
}

/** TRUST_LIST and TRUST_KEY, as the operator's tool writes them. */
export async function trusting(...issuers: readonly Issuer[]): Promise<Settings> {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign"])) as CryptoKeyPair;
  const list = {
    version: 1,
    issuedAt: Date.now(),
    issuers: issuers.map(({ entry }) => entry),
  } as const;
  const signature = await crypto.subtle.sign(
    "Ed25519",
    pair.privateKey,
    new TextEncoder().encode(signedText(list)),
  );
  const raw = (await crypto.subtle.exportKey("raw", pair.publicKey)) as ArrayBuffer;
  return {
    TRUST_LIST: asWord({ ...list, signature: toBase64url(new Uint8Array(signature)) }),
    TRUST_KEY: toBase64url(new Uint8Array(raw)),
  };
}

export function asWord(list: unknown): string {
  return toBase64url(new TextEncoder().encode(JSON.stringify(list)));
}

/** Somebody with a credential. The same proverNym and entropy again are the same somebody. */
export class Holder {
  readonly issuer: Issuer;
  readonly month: string;
  readonly credential: AgeCredential;
  readonly kept: { readonly proverNym: bigint; readonly entropy: bigint };

  constructor(
    issuer: Issuer,
    { ageYears = 30, month = new Date().toISOString().slice(0, 7), kept = fresh() } = {},
  ) {
    this.issuer = issuer;
    this.month = month;
    this.kept = kept;
    const header = encodeHeader(issuer.headerOf(month))!;
    const birthDay = cutoffDay(Date.now()) - Math.round((ageYears - 18) * 365.25);
    const { commitment, secrets } = requestCredential(kept.proverNym);
    const issued = issueCredential(issuer.secretKey, header, birthDay, commitment, kept.entropy)!;
    this.credential = acceptCredential(issuer.publicKey, header, birthDay, secrets, issued)!;
  }

  get nym(): Uint8Array<ArrayBuffer> {
    return encodeG1(nymPoint(CONTEXT, [this.credential.nymSecret]));
  }

  get shard(): number {
    return this.nym.at(-1)! % GATE_SHARDS;
  }

  async ask(settings: Settings): Promise<AgeChallenge> {
    const body = { version: 1, shard: this.shard };
    return read(AgeChallenge, await postWith(settings, "/api/age/challenge", body));
  }

  /** A complete answer; `changes` to what is proven make it one for something else. */
  answer(
    challenge: AgeChallenge,
    changes: Partial<{ origin: string; host: string; cutoff: number; commitment: Uint8Array }> = {},
  ): AgeProofRequest {
    const commitment = crypto.getRandomValues(new Uint8Array(32));
    const cutoff = changes.cutoff ?? challenge.cutoff;
    const ph = presentationHeader({
      origin: changes.origin ?? ORIGIN,
      nonce: fromBase64url(challenge.nonce)!,
      expiresAt: challenge.expiresAt,
      cutoff,
      commitment: changes.commitment ?? commitment,
    });
    const context = changes.host ? ageContext(nymContextOf(changes.host)) : CONTEXT;
    const { publicKey } = this.issuer;
    const statement = { publicKey, header: this.credential.header, cutoff, context, ph };
    const proof = presentAge(statement, this.credential);
    if (proof === undefined) throw new Error("too young for an honest proof");
    const { did, kid } = this.issuer.entry;
    return {
      version: 1,
      shard: proof[47]! % GATE_SHARDS,
      nonce: challenge.nonce,
      commitment: toBase64url(commitment),
      issuer: { did, kid },
      month: this.month,
      proof: toBase64url(proof),
    };
  }

  async prove(settings: Settings): Promise<Response> {
    return postWith(settings, "/api/age/prove", this.answer(await this.ask(settings)));
  }

  async pass(settings: Settings): Promise<string> {
    return (await read(AgePass, await this.prove(settings))).pass;
  }
}

export async function bannedOf(response: Response): Promise<Banned> {
  return read(Banned, response);
}

function fresh() {
  return { proverNym: randomScalar(), entropy: randomScalar() };
}

async function read<Message>(
  schema: Parameters<typeof parseBody<Message>>[0],
  response: Response,
): Promise<Message> {
  const text = await response.text();
  const parsed = parseBody(schema, text);
  if (!parsed.ok) throw new Error(`${response.status}: ${parsed.reason}: ${text}`);
  return parsed.message;
}
