/**
 * Challenges that were given and not yet answered. Each opens once; what is forgotten opens nothing,
 * so an object that was put to sleep refuses rather than repeats. Pure.
 */
import { CHALLENGES_MAX, CHALLENGE_LIFETIME_MS } from "../../protocol/age.ts";

export interface Challenge {
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly cutoff: number;
}

/** By nonce, oldest first: every one lives as long as every other. */
export type Nonces = Map<string, Challenge>;

/** undefined when there are too many: better nobody new than somebody's challenge taken away. */
export function giveChallenge(
  nonces: Nonces,
  nonce: string,
  cutoff: number,
  now: number,
  most: number = CHALLENGES_MAX,
): Challenge | undefined {
  forgetExpired(nonces, now);
  if (nonces.size >= most) return undefined;
  const challenge = { expiresAt: now + CHALLENGE_LIFETIME_MS, cutoff };
  nonces.set(nonce, challenge);
  return challenge;
}

/** The challenge, the first time that it is asked for and in time. */
export function takeChallenge(nonces: Nonces, nonce: string, now: number): Challenge | undefined {
  const challenge = nonces.get(nonce);
  nonces.delete(nonce);
  return challenge !== undefined && now < challenge.expiresAt ? challenge : undefined;
}

function forgetExpired(nonces: Nonces, now: number): void {
  for (const [nonce, { expiresAt }] of nonces) {
    if (now < expiresAt) return;
    nonces.delete(nonce);
  }
}
