/**
 * Getting an age-v1 credential: the holder commits to prover_nym, the issuer signs birth day and
 * commitment, the holder checks before keeping anything. The issuer learns the birth day and never
 * the nym secret, so it recognises nobody at a site.
 */
import type { Bytes } from "../bytes.ts";
import { mod, randomScalar, randomScalars, type RandomScalars } from "../bls/scalars.ts";
import { commitBlind, openCommitment, signBlind } from "../bbs/blind.ts";
import { verify, type PublicKey } from "../bbs/core.ts";
import { headerWithNyms } from "../bbs/pseudonym.ts";
import { isDay } from "./calendar.ts";
import { AGE_V1, ageBlindGenerators, ageGenerators } from "./scheme.ts";

const NYMS = 1;

/** Bytes of a commitment with its proof. */
export const COMMITMENT_BYTES = 144;

/** What the holder keeps between asking and getting. Secret. */
export interface IssuanceSecrets {
  readonly proverNym: bigint;
  readonly blind: bigint;
}

export interface IssuanceRequest {
  /** 144 bytes for the issuer. */
  readonly commitment: Bytes;
  readonly secrets: IssuanceSecrets;
}

/** What the issuer answers. */
export interface Issued {
  /** 80 bytes. */
  readonly signature: Bytes;
  /** signer_nym_entropy. Fresh for a new person and the same at every re-issue: a ban outlives renewal. */
  readonly entropy: bigint;
}

/** What the holder proves with. Secret. */
export interface AgeCredential {
  readonly header: Bytes;
  /** 1 … 65535 */
  readonly birthDay: number;
  readonly signature: Bytes;
  readonly blind: bigint;
  readonly nymSecret: bigint;
}

/** A renewal brings the prover_nym of before. */
export function requestCredential(
  proverNym: bigint = randomScalar(),
  random: RandomScalars = randomScalars,
): IssuanceRequest {
  const { octets, blind } = commitBlind(AGE_V1, ageBlindGenerators(), [proverNym], random);
  return { commitment: octets, secrets: { proverNym, blind } };
}

/** undefined for a birth day or a commitment that is not to be signed. */
export function issueCredential(
  secretKey: bigint,
  header: Uint8Array,
  birthDay: number,
  commitment: Uint8Array,
  entropy: bigint = randomScalar(),
): Issued | undefined {
  if (!isDay(birthDay)) return undefined;
  const point = openCommitment(AGE_V1, ageBlindGenerators(), commitment);
  if (point === undefined) return undefined;
  const messages = [BigInt(birthDay), 0n, entropy];
  const signed = headerWithNyms(header, NYMS);
  const signature = signBlind(AGE_V1, secretKey, ageGenerators(), signed, messages, point);
  return { signature, entropy };
}

/** undefined when the signature is not over exactly this. */
export function acceptCredential(
  publicKey: PublicKey,
  header: Bytes,
  birthDay: number,
  { proverNym, blind }: IssuanceSecrets,
  { signature, entropy }: Issued,
): AgeCredential | undefined {
  const nymSecret = mod(proverNym + entropy);
  const credential = { header, birthDay, signature, blind, nymSecret };
  return isCredential(publicKey, credential) ? credential : undefined;
}

export function isCredential(publicKey: PublicKey, credential: AgeCredential): boolean {
  const { header, birthDay, signature, blind, nymSecret } = credential;
  if (!isDay(birthDay) || nymSecret === 0n) return false;
  const messages = [BigInt(birthDay), blind, nymSecret];
  const signed = headerWithNyms(header, NYMS);
  return verify(AGE_V1, publicKey, signature, ageGenerators(), signed, messages);
}
