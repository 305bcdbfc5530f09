/**
 * Everything of the wallet that computes on the curve. It runs in the wallet's worker, so that the
 * page is never kept waiting; pure, so that a test runs it anywhere.
 */
import { nymContextOf, presentationHeader } from "../../credentials/age/binding.ts";
import { encodeHeader } from "../../credentials/age/header.ts";
import {
  acceptCredential,
  requestCredential,
  type AgeCredential,
} from "../../credentials/age/issuance.ts";
import { ageContext, presentAge } from "../../credentials/age/presentation.ts";
import { readPublicKey, type PublicKey } from "../../credentials/bbs/core.ts";
import { nymPoint } from "../../credentials/bbs/pseudonym.ts";
import { encodeG1 } from "../../credentials/bls/points.ts";
import { decodeScalar } from "../../credentials/bls/scalars.ts";
import { decodeMultikey } from "../../credentials/did-key.ts";
import { GATE_SHARDS, type AgeChallenge, type AgeProofRequest } from "../../protocol/age.ts";
import { fromBase64url, toBase64url } from "../../protocol/base64url.ts";
import type { WalletRecord } from "./record.ts";

/** Where the proof is for. */
export interface Site {
  readonly origin: string;
  readonly host: string;
}

/** Secrets and commitment for an issuer; the prover_nym of before is kept at a renewal. */
export function askIssuer(before?: WalletRecord): WalletRecord {
  const kept = before === undefined ? undefined : BigInt(`0x${before.proverNym}`);
  const { commitment, secrets } = requestCredential(kept);
  return {
    version: 1,
    proverNym: hex(secrets.proverNym),
    blind: hex(secrets.blind),
    commitment: toBase64url(commitment),
  };
}

/** The credential, if the issuer signed exactly what the record asks for, under the key we trust. */
export function openCredential(
  { proverNym, blind, issued }: WalletRecord,
  multikey: string,
): { credential: AgeCredential; publicKey: PublicKey } | undefined {
  const octets = decodeMultikey(multikey);
  const publicKey = octets && readPublicKey(octets);
  const header = issued && encodeHeader(issued);
  const signature = issued && fromBase64url(issued.signature);
  const entropy = issued && decodeScalar(fromBase64url(issued.entropy) ?? new Uint8Array());
  if (!issued || !publicKey || !header || !signature || entropy === undefined) return undefined;
  const secrets = { proverNym: BigInt(`0x${proverNym}`), blind: BigInt(`0x${blind}`) };
  const answer = { signature, entropy };
  const credential = acceptCredential(publicKey, header, issued.birthDay, secrets, answer);
  return credential && { credential, publicKey };
}

/** Which gate meets this person at this site. */
export function shardAt({ host }: Site, { nymSecret }: AgeCredential): number {
  const nym = encodeG1(nymPoint(ageContext(nymContextOf(host)), [nymSecret]));
  return (nym.at(-1) ?? 0) % GATE_SHARDS;
}

/** The answer to a challenge; undefined for somebody who is not old enough yet. */
export function answerChallenge(
  { origin, host }: Site,
  record: WalletRecord,
  opened: { credential: AgeCredential; publicKey: PublicKey },
  challenge: AgeChallenge,
  commitment: Uint8Array<ArrayBuffer>,
): AgeProofRequest | undefined {
  const { credential, publicKey } = opened;
  const nonce = fromBase64url(challenge.nonce);
  if (record.issued === undefined || nonce === undefined) return undefined;
  const { cutoff, expiresAt } = challenge;
  const proof = presentAge(
    {
      publicKey,
      header: credential.header,
      cutoff,
      context: ageContext(nymContextOf(host)),
      ph: presentationHeader({ origin, nonce, expiresAt, cutoff, commitment }),
    },
    credential,
  );
  if (proof === undefined) return undefined;
  const { did, kid, month } = record.issued;
  return {
    version: 1,
    shard: shardAt({ origin, host }, credential),
    nonce: challenge.nonce,
    commitment: toBase64url(commitment),
    issuer: { did, kid },
    month,
    proof: toBase64url(proof),
  };
}

function hex(scalar: bigint): string {
  return scalar.toString(16).padStart(64, "0");
}
