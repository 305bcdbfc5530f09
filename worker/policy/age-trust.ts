/**
 * Whose credentials count: the operator's list of issuer keys, pinned and signed (Ed25519), never
 * looked up while somebody waits.
 *
 * As one word, base64url of
 *
 *   {"version": 1, "issuedAt": ms, "issuers": [{did, kid, publicKeyMultibase, notBefore, notAfter,
 *    assurance, uniqueness}], "signature": base64url over the same without "signature"}
 */
import { ASSURANCES, UNIQUENESSES, encodeHeader } from "../../credentials/age/header.ts";
import type { Assurance, Uniqueness } from "../../credentials/age/header.ts";
import { decodeMultikey } from "../../credentials/did-key.ts";
import { fromBase64url } from "../../protocol/base64url.ts";

export interface TrustedIssuer {
  readonly did: string;
  readonly kid: string;
  readonly publicKeyMultibase: string;
  /** Milliseconds since 1970: from when to when credentials under this key are accepted. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly assurance: Assurance;
  readonly uniqueness: Uniqueness;
}

export interface TrustList {
  readonly version: 1;
  readonly issuedAt: number;
  readonly issuers: readonly TrustedIssuer[];
}

const FIELDS = ["version", "issuedAt", "issuers"] as const;

/** What is signed: the three fields in this order, as JSON writes them. */
export function signedText(list: TrustList): string {
  return `winkr trust v1\n${JSON.stringify(list, [
    ...FIELDS,
    "did",
    "kid",
    "publicKeyMultibase",
    "notBefore",
    "notAfter",
    "assurance",
    "uniqueness",
  ])}`;
}

/** undefined unless it is of this form and signed by the operator's key (32 bytes, base64url). */
export async function readTrustList(
  text: string | undefined,
  operatorKey: string | undefined,
): Promise<TrustList | undefined> {
  const key = fromBase64url(operatorKey ?? "");
  const json = trustListJson(text);
  if (json === undefined || key?.length !== 32) return undefined;
  try {
    const { signature, ...list } = JSON.parse(json) as TrustList & { signature?: unknown };
    const bytes = typeof signature === "string" ? fromBase64url(signature) : undefined;
    if (bytes === undefined || !isTrustList(list)) return undefined;
    const verifier = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    const signed = new TextEncoder().encode(signedText(list));
    return (await crypto.subtle.verify("Ed25519", verifier, bytes, signed)) ? list : undefined;
  } catch {
    return undefined;
  }
}

/** The list as it was signed, not yet checked. */
export function trustListJson(text: string | undefined): string | undefined {
  const bytes = fromBase64url(text ?? "");
  return bytes && bytes.length > 0 ? new TextDecoder().decode(bytes) : undefined;
}

export interface IssuerKey {
  /** 96 bytes, still to be read as a point. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly header: Uint8Array<ArrayBuffer>;
}

/**
 * The key and the header that a credential of this month must be under; undefined when nobody we
 * trust would have signed it, or no longer. Demo issuers count on a developer's machine only.
 */
export function issuerKey(
  list: TrustList,
  { did, kid, month }: { did: string; kid: string; month: string },
  now: number,
  demo: boolean,
): IssuerKey | undefined {
  const issuer = list.issuers.find((entry) => entry.did === did && entry.kid === kid);
  if (issuer === undefined || now < issuer.notBefore || now >= issuer.notAfter) return undefined;
  if (issuer.assurance === "demo" && !demo) return undefined;
  // A month that the key was not for, or that has not begun anywhere, was never issued.
  const begins = Date.parse(`${month}-01T00:00:00Z`);
  if (month < monthOf(issuer.notBefore) || begins > now + DAY_MS) return undefined;
  const { assurance, uniqueness } = issuer;
  const header = encodeHeader({ did, kid, month, assurance, uniqueness });
  const publicKey = decodeMultikey(issuer.publicKeyMultibase);
  return header === undefined || publicKey === undefined ? undefined : { publicKey, header };
}

const DAY_MS = 86_400_000;

function monthOf(time: number): string {
  return new Date(time).toISOString().slice(0, 7);
}

function isTrustList(value: unknown): value is TrustList {
  if (typeof value !== "object" || value === null) return false;
  const { version, issuedAt, issuers, ...rest } = value as Record<string, unknown>;
  return (
    version === 1 &&
    isTime(issuedAt) &&
    Array.isArray(issuers) &&
    issuers.every(isTrustedIssuer) &&
    Object.keys(rest).length === 0
  );
}

function isTrustedIssuer(value: unknown): value is TrustedIssuer {
  if (typeof value !== "object" || value === null) return false;
  const { did, kid, publicKeyMultibase, notBefore, notAfter, assurance, uniqueness, ...rest } =
    value as Record<string, unknown>;
  return (
    [did, kid, publicKeyMultibase].every((text) => typeof text === "string") &&
    isTime(notBefore) &&
    isTime(notAfter) &&
    (ASSURANCES as readonly unknown[]).includes(assurance) &&
    (UNIQUENESSES as readonly unknown[]).includes(uniqueness) &&
    Object.keys(rest).length === 0
  );
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
