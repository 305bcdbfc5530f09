/**
 * An issuer's folder: its keys and the secret that gives each person the same entropy at every
 * re-issue. Readable by its owner only; nothing about anybody is in it.
 */
import { createHmac, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  ASSURANCES,
  UNIQUENESSES,
  type Assurance,
  type Uniqueness,
} from "../../credentials/age/header.ts";
import { publicKeyOf } from "../../credentials/bbs/core.ts";
import { randomScalar, reduce } from "../../credentials/bls/scalars.ts";
import { didKeyOf, encodeMultikey, keyIdOf } from "../../credentials/did-key.ts";

export interface IssuerKey {
  readonly kid: string;
  /** Hex, 32 bytes. */
  readonly secretKey: string;
  readonly publicKeyMultibase: string;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
}

export interface IssuerState {
  /** did:web; without it each key is its own did:key. */
  readonly web?: string;
  readonly assurance: Assurance;
  readonly uniqueness: Uniqueness;
  /** Base64url, 32 bytes. */
  readonly entropySecret: string;
  /** Oldest first. */
  readonly keys: readonly IssuerKey[];
}

export class IssuerError extends Error {}

const FILE = "issuer.json";
const DID_WEB = /^did:web:[a-z0-9.-]+(%3A\d+)?(:[A-Za-z0-9._-]+)*$/;

export function createIssuer(
  options: { web?: string; assurance: string; uniqueness: string; months: number },
  now: number,
): IssuerState {
  const { web, assurance, uniqueness, months } = options;
  if (web !== undefined && !DID_WEB.test(web)) throw new IssuerError(`${web} is no did:web`);
  if (!isOneOf(ASSURANCES, assurance) || assurance === "demo") {
    throw new IssuerError("--assurance is low, substantial or high");
  }
  if (!isOneOf(UNIQUENESSES, uniqueness)) {
    throw new IssuerError("--uniqueness is none, account or person");
  }
  return {
    ...(web !== undefined && { web }),
    assurance,
    uniqueness,
    entropySecret: randomBytes(32).toString("base64url"),
    keys: [drawKey(web, 1, now, months)],
  };
}

/** A further key from now on. The ones before stay good until they end: that is the overlap. */
export function rotated(state: IssuerState, now: number, months: number): IssuerState {
  return {
    ...state,
    keys: [...state.keys, drawKey(state.web, state.keys.length + 1, now, months)],
  };
}

/** What new credentials are signed with: the newest key that is good now. */
export function currentKey(state: IssuerState, now: number): IssuerKey {
  const key = state.keys.findLast(({ notBefore, notAfter }) => notBefore <= now && now < notAfter);
  if (key === undefined) throw new IssuerError("no key is good now: npm run issuer -- rotate");
  return key;
}

export function didOf(state: IssuerState, key: IssuerKey): string {
  return state.web ?? `did:key:${key.publicKeyMultibase}`;
}

/** Always the same for one person, and nobody without the secret can tell. */
export function entropyFor({ entropySecret }: IssuerState, person: string): bigint {
  const secret = Buffer.from(entropySecret, "base64url");
  return reduce(createHmac("sha512", secret).update(`winkr entropy v1 ${person}`).digest());
}

/** The DID document of did:web, for https://<host>/.well-known/did.json. */
export function didDocument(state: IssuerState): unknown {
  const { web } = state;
  if (web === undefined) throw new IssuerError("did:key needs no document");
  const methods = state.keys.map(({ kid, publicKeyMultibase }) => ({
    id: `${web}#${kid}`,
    type: "Multikey",
    controller: web,
    publicKeyMultibase,
  }));
  return {
    "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
    id: web,
    verificationMethod: methods,
    assertionMethod: methods.map(({ id }) => id),
  };
}

export function readIssuer(folder: string): IssuerState {
  try {
    return JSON.parse(readFileSync(join(folder, FILE), "utf8")) as IssuerState;
  } catch {
    throw new IssuerError(`no issuer in ${folder}: npm run issuer -- keygen`);
  }
}

/** The file of before stays whole until the new one is. */
export function writeIssuer(folder: string, state: IssuerState, fresh: boolean): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const text = `${JSON.stringify(state, undefined, 2)}\n`;
  const file = join(folder, FILE);
  if (fresh) {
    try {
      writeFileSync(file, text, { mode: 0o600, flag: "wx" });
    } catch {
      throw new IssuerError(`${file} exists: a second key is made by rotate`);
    }
    return;
  }
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function drawKey(web: string | undefined, number: number, now: number, months: number): IssuerKey {
  if (!Number.isInteger(months) || months < 1 || months > 60) {
    throw new IssuerError("--months is 1 to 60");
  }
  const secret = randomScalar();
  const publicKey = publicKeyOf(secret);
  const date = new Date(now);
  return {
    kid: web === undefined ? keyIdOf(didKeyOf(publicKey)) : `k${number}`,
    secretKey: secret.toString(16).padStart(64, "0"),
    publicKeyMultibase: encodeMultikey(publicKey),
    // Whole months, as the headers name them.
    notBefore: Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1),
    notAfter: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1),
  };
}

function isOneOf<Word extends string>(words: readonly Word[], word: string): word is Word {
  return (words as readonly string[]).includes(word);
}
