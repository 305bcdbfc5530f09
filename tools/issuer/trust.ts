/**
 * The operator's trust list: who is on it has shown that the key is theirs. Pinned, and signed with a
 * key that stays with the operator.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { publicKeyOf, readPublicKey, sign as signBbs, verify } from "../../credentials/bbs/core.ts";
import { generatorsOf } from "../../credentials/bbs/generators.ts";
import { SHA_256_SUITE, createGenerators } from "../../credentials/bbs/suite.ts";
import { utf8 } from "../../credentials/bytes.ts";
import { decodeMultikey, didKeyOf, encodeMultikey, keyIdOf } from "../../credentials/did-key.ts";
import { signedText, type TrustList, type TrustedIssuer } from "../../worker/policy/age-trust.ts";
import { IssuerError, currentKey, didOf, type IssuerState } from "./store.ts";

const SCHEME = { suite: SHA_256_SUITE, apiId: `${SHA_256_SUITE.id}H2G_HM2S_` };

/** An issuer's application: its entry, and a signature by that key over entry and operator. */
export interface Application {
  readonly entry: TrustedIssuer;
  readonly possession: string;
}

export interface OperatorKey {
  /** PKCS#8, base64url. */
  readonly privateKey: string;
  /** 32 bytes, base64url: TRUST_KEY. */
  readonly publicKey: string;
}

export function drawOperatorKey(): OperatorKey {
  const { privateKey } = generateKeyPairSync("ed25519");
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "der" }).toString("base64url"),
    publicKey: publicHalf(privateKey.export({ type: "pkcs8", format: "der" })),
  };
}

export function apply(state: IssuerState, operator: string, now: number): Application {
  const key = currentKey(state, now);
  const { assurance, uniqueness } = state;
  const { kid, publicKeyMultibase, notBefore, notAfter } = key;
  const entry = {
    did: didOf(state, key),
    kid,
    publicKeyMultibase,
    notBefore,
    notAfter,
    assurance,
    uniqueness,
  };
  const secretKey = BigInt(`0x${key.secretKey}`);
  const signature = signBbs(SCHEME, secretKey, noMessages(), statement(entry, operator), []);
  return { entry, possession: Buffer.from(signature).toString("base64url") };
}

/** The list with the applicant on it, in the place of an entry of the same key. */
export function admit(
  list: TrustList,
  { entry, possession }: Application,
  operator: string,
  now: number,
): TrustList {
  const octets = decodeMultikey(entry.publicKeyMultibase);
  const publicKey = octets && readPublicKey(octets);
  const signature = Buffer.from(possession, "base64url");
  const owned =
    publicKey && verify(SCHEME, publicKey, signature, noMessages(), statement(entry, operator), []);
  if (owned !== true) throw new IssuerError("the applicant has not shown that the key is theirs");
  const others = list.issuers.filter(({ did, kid }) => did !== entry.did || kid !== entry.kid);
  return { version: 1, issuedAt: now, issuers: [...others, entry] };
}

export function without(list: TrustList, did: string, now: number): TrustList {
  const issuers = list.issuers.filter((entry) => entry.did !== did);
  if (issuers.length === list.issuers.length) throw new IssuerError(`${did} is not on the list`);
  return { version: 1, issuedAt: now, issuers };
}

/** TRUST_LIST: base64url of the signed JSON, one word for a settings file. */
export function signList(list: TrustList, { privateKey }: OperatorKey): string {
  const der = Buffer.from(privateKey, "base64url");
  const key = createPrivateKey({ key: der, type: "pkcs8", format: "der" });
  const signature = sign(null, Buffer.from(signedText(list)), key).toString("base64url");
  return Buffer.from(JSON.stringify({ ...list, signature })).toString("base64url");
}

function publicHalf(pkcs8: Buffer): string {
  const key = createPrivateKey({ key: pkcs8, type: "pkcs8", format: "der" });
  return (createPublicKey(key).export({ format: "jwk" }) as { x: string }).x;
}

function statement(entry: TrustedIssuer, operator: string): Uint8Array {
  return utf8(`winkr trust possession v1\n${operator}\n${JSON.stringify(entry)}`);
}

function noMessages() {
  return generatorsOf(SHA_256_SUITE.p1, createGenerators(SHA_256_SUITE, 1, SCHEME.apiId));
}

/** For a developer's machine: a demo issuer with this key, alone on a list of its own. */
export function demoTrust(secretKey: bigint): { TRUST_LIST: string; TRUST_KEY: string } {
  const operator = drawOperatorKey();
  const publicKey = publicKeyOf(secretKey);
  const did = didKeyOf(publicKey);
  const entry = {
    did,
    kid: keyIdOf(did),
    publicKeyMultibase: encodeMultikey(publicKey),
    notBefore: Date.UTC(2020, 0, 1),
    notAfter: Date.UTC(2100, 0, 1),
    assurance: "demo",
    uniqueness: "none",
  } as const;
  const list = { version: 1, issuedAt: Date.now(), issuers: [entry] } as const;
  return { TRUST_LIST: signList(list, operator), TRUST_KEY: operator.publicKey };
}
