/**
 * The header that age-v1 signs: public, and identical for everybody who got a credential under one
 * key in one month, so that it singles nobody out.
 *
 *   age-v1|<issuer DID>#<key id>|<YYYY-MM>|<assurance>|<uniqueness>
 */
import { utf8, type Bytes } from "../bytes.ts";

/** How the issuer learned the birth day. "demo": nobody did. The others as eIDAS orders them. */
export const ASSURANCES = ["demo", "low", "substantial", "high"] as const;
export type Assurance = (typeof ASSURANCES)[number];

/** How many credentials one person can have from this issuer: any, one per account, one. */
export const UNIQUENESSES = ["none", "account", "person"] as const;
export type Uniqueness = (typeof UNIQUENESSES)[number];

export interface AgeHeader {
  readonly did: string;
  readonly kid: string;
  readonly month: string;
  readonly assurance: Assurance;
  readonly uniqueness: Uniqueness;
}

const DID = /^did:[a-z0-9]{1,16}:[A-Za-z0-9.:%_-]{1,256}$/;
const KEY_ID = /^[A-Za-z0-9_-]{1,160}$/;
const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** undefined for values that could be read in two ways, or that might mark a single person. */
export function encodeHeader(header: AgeHeader): Bytes | undefined {
  const { did, kid, month, assurance, uniqueness } = header;
  if (!DID.test(did) || !KEY_ID.test(kid) || !MONTH.test(month)) return undefined;
  if (!ASSURANCES.includes(assurance) || !UNIQUENESSES.includes(uniqueness)) return undefined;
  return utf8(`age-v1|${did}#${kid}|${month}|${assurance}|${uniqueness}`);
}

/** The only headers that `decodeHeader` takes are those that `encodeHeader` makes. */
export function decodeHeader(bytes: Uint8Array): AgeHeader | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, 1_024));
  const parts = /^age-v1\|([^#|]+)#([^|]+)\|([^|]+)\|([^|]+)\|([^|]+)$/.exec(text);
  if (parts === null || bytes.length > 1_024) return undefined;
  const [, did = "", kid = "", month = "", assurance = "", uniqueness = ""] = parts;
  const header = { did, kid, month, assurance, uniqueness } as AgeHeader;
  return encodeHeader(header) === undefined ? undefined : header;
}
