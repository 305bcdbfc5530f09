/** An issuer, people with credentials from it, and a site, all from a seed. */
import type { Bytes } from "../../credentials/bytes.ts";
import { utf8 } from "../../credentials/bytes.ts";
import { nymContextOf, presentationHeader } from "../../credentials/age/binding.ts";
import { dayNumber } from "../../credentials/age/calendar.ts";
import { encodeHeader } from "../../credentials/age/header.ts";
import {
  acceptCredential,
  issueCredential,
  requestCredential,
  type AgeCredential,
} from "../../credentials/age/issuance.ts";
import { ageContext, type Statement } from "../../credentials/age/presentation.ts";
import { publicKeyOf, readPublicKey } from "../../credentials/bbs/core.ts";
import { mod, reduce, type RandomScalars } from "../../credentials/bls/scalars.ts";
import { didKeyOf, keyIdOf } from "../../credentials/did-key.ts";
import { bytesOf, type Chance } from "../e2ee/kit.ts";

export function scalarsFrom(chance: Chance): RandomScalars {
  return (count) => Array.from({ length: count }, () => 1n + reduce(chance.bytes(40)));
}

export function issuerOf(label: string, month = "2026-11") {
  const secretKey = reduce(bytesOf(label, 48));
  const publicKey = readPublicKey(publicKeyOf(secretKey))!;
  const did = didKeyOf(publicKey.octets);
  const header = encodeHeader({
    did,
    kid: keyIdOf(did),
    month,
    assurance: "high",
    uniqueness: "person",
  })!;
  return { secretKey, publicKey, header };
}

export type Issuer = ReturnType<typeof issuerOf>;

export function credentialFrom(
  issuer: Issuer,
  birthDay: number,
  random: RandomScalars,
  again?: { proverNym: bigint; entropy: bigint },
): AgeCredential & { again: { proverNym: bigint; entropy: bigint } } {
  const [drawn = 0n, fresh = 0n] = random(2);
  const { commitment, secrets } = requestCredential(again?.proverNym ?? drawn, random);
  const { secretKey, publicKey, header } = issuer;
  const entropy = again?.entropy ?? mod(fresh);
  const issued = issueCredential(secretKey, header, birthDay, commitment, entropy)!;
  const credential = acceptCredential(publicKey, header, birthDay, secrets, issued)!;
  return { ...credential, again: { proverNym: secrets.proverNym, entropy } };
}

export const CUTOFF = dayNumber(2008, 11, 24)!;
export const CHALLENGE = {
  origin: "https://winkr.example",
  nonce: bytesOf("nonce", 32),
  expiresAt: Date.UTC(2026, 10, 24, 15),
  cutoff: CUTOFF,
  commitment: utf8("session"),
};
export const CONTEXT = ageContext(nymContextOf("winkr.example"), true);

export function statementFor(
  issuer: Issuer,
  changes: Partial<typeof CHALLENGE> = {},
): Statement & { ph: Bytes } {
  const challenge = { ...CHALLENGE, ...changes };
  return {
    publicKey: issuer.publicKey,
    header: issuer.header,
    cutoff: challenge.cutoff,
    context: CONTEXT,
    ph: presentationHeader(challenge),
  };
}
