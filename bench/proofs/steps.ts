/**
 * What is measured, for whatever runs it: workerd and a browser bundle this same file. Each step does
 * its work once; setting up does none of it, so the first time is a cold one.
 */
import { ageContext, presentAge, verifyAge } from "../../credentials/age/presentation.ts";
import type { AgeCredential } from "../../credentials/age/issuance.ts";
import { readPublicKey, type PublicKey } from "../../credentials/bbs/core.ts";
import type { NymContext } from "../../credentials/bbs/pseudonym.ts";
import { pairsEqually } from "../../credentials/bls/pairing.ts";
import { G1 } from "../../credentials/bls/points.ts";

/** Hex, so that it travels as JSON. */
export interface Sample {
  readonly publicKey: string;
  readonly header: string;
  readonly context: string;
  readonly ph: string;
  readonly cutoff: number;
  readonly presentation: string;
  readonly credential: {
    readonly birthDay: number;
    readonly signature: string;
    readonly blind: string;
    readonly nymSecret: string;
  };
}

interface Kept {
  readonly publicKey: PublicKey;
  readonly context: NymContext;
}

let kept: Kept | undefined;

/** What a verifier keeps between proofs: the issuer's key and the site's context. */
function keep(sample: Sample): Kept {
  kept ??= {
    publicKey: readPublicKey(bytes(sample.publicKey))!,
    context: ageContext(bytes(sample.context), true),
  };
  return kept;
}

function statementOf(sample: Sample) {
  const { header, ph, cutoff } = sample;
  return { ...keep(sample), header: bytes(header), ph: bytes(ph), cutoff };
}

/** Each returns what it found, so that nothing is left out as dead code. */
export const STEPS = {
  nothing: (): string => "nothing",
  verify: (sample: Sample): string =>
    verifyAge(statementOf(sample), bytes(sample.presentation)).ok ? "verified" : "refused",
  /** The last scalar is not canonical, so no curve work begins. */
  refuse: (sample: Sample): string => {
    const spoilt = bytes(sample.presentation);
    spoilt.fill(255, spoilt.length - 32);
    return verifyAge(statementOf(sample), spoilt).ok ? "verified" : "refused";
  },
  prove: (sample: Sample): string => {
    const { birthDay, signature, blind, nymSecret } = sample.credential;
    const credential: AgeCredential = {
      header: bytes(sample.header),
      birthDay,
      signature: bytes(signature),
      blind: BigInt(`0x${blind}`),
      nymSecret: BigInt(`0x${nymSecret}`),
    };
    return `${presentAge(statementOf(sample), credential)?.length} bytes`;
  },
  /** The product of two pairings that every verification ends with, lines computed ahead. */
  pairing: (sample: Sample): string => {
    const point = G1.BASE;
    return String(pairsEqually(point, keep(sample).publicKey.lines, point));
  },
} satisfies Record<string, (sample: Sample) => string>;

export type Step = keyof typeof STEPS;

export function bytes(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
