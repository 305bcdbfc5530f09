/** One credential, from a commitment and a birth date that the issuer has seen for itself. */
import { dayNumber, monthOf } from "../../credentials/age/calendar.ts";
import { encodeHeader } from "../../credentials/age/header.ts";
import { issueCredential } from "../../credentials/age/issuance.ts";
import { encodeScalar } from "../../credentials/bls/scalars.ts";
import type { IssuedCredential } from "../../protocol/age.ts";
import { IssuerError, currentKey, didOf, entropyFor, type IssuerState } from "./store.ts";

/**
 * `person` is what the issuer knows somebody by; the same person gets the same entropy, so that a
 * ban outlives the renewal. It is not in the credential.
 */
export function issue(
  state: IssuerState,
  person: string,
  born: string,
  commitment: Uint8Array,
  now: number,
): IssuedCredential {
  const [year = 0, month = 0, day = 0] = /^\d{4}-\d{2}-\d{2}$/.test(born)
    ? born.split("-").map(Number)
    : [];
  const birthDay = dayNumber(year, month, day);
  if (birthDay === undefined) throw new IssuerError(`${born} is no date: YYYY-MM-DD`);
  const key = currentKey(state, now);
  const { assurance, uniqueness } = state;
  const fields = { did: didOf(state, key), kid: key.kid, month: monthOf(now) };
  const header = encodeHeader({ ...fields, assurance, uniqueness });
  if (header === undefined) throw new IssuerError("the issuer's names do not fit into a header");
  const secretKey = BigInt(`0x${key.secretKey}`);
  const issued = issueCredential(
    secretKey,
    header,
    birthDay,
    commitment,
    entropyFor(state, person),
  );
  if (issued === undefined) throw new IssuerError("the commitment is not a proven one");
  return {
    ...fields,
    assurance,
    uniqueness,
    birthDay,
    signature: Buffer.from(issued.signature).toString("base64url"),
    entropy: Buffer.from(encodeScalar(issued.entropy)).toString("base64url"),
  };
}
