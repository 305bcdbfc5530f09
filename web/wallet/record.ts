/**
 * What the wallet keeps: the holder's secrets, and what an issuer signed for them. One person, one
 * record.
 */
import * as v from "valibot";
import { IssuedCredential } from "../../protocol/age.ts";

const scalar = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "not a scalar"));

export const WalletRecord = v.strictObject({
  version: v.literal(1),
  /** Of the pseudonym. Kept through every renewal, because it is who the person is here. */
  proverNym: scalar,
  /** Of the commitment that was signed, or that waits to be. */
  blind: scalar,
  /** What the issuer is given; base64url. */
  commitment: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{192}$/)),
  /** Absent while an issuer has not answered. */
  issued: v.optional(IssuedCredential),
});
export type WalletRecord = v.InferOutput<typeof WalletRecord>;

/** undefined for anything that is not one: the wallet is then simply empty. */
export function readRecord(text: string): WalletRecord | undefined {
  try {
    const parsed = v.safeParse(WalletRecord, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** An issuer's answer, as a file or pasted. */
export function readIssued(text: string): IssuedCredential | undefined {
  try {
    const parsed = v.safeParse(IssuedCredential, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
