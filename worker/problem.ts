/** Every failure of the API as a Problem: a code, whether trying again could help, nothing else. */
import type { Problem, ProblemCode } from "../protocol/http.ts";

const PROBLEMS: Record<ProblemCode, { status: number; retry: boolean }> = {
  "bad-request": { status: 400, retry: false },
  "bad-origin": { status: 403, retry: false },
  /** Ask for a new session, without `renew`. */
  "bad-ticket": { status: 401, retry: true },
  "too-many-requests": { status: 429, retry: true },
  "relay-unavailable": { status: 503, retry: true },
  /** Nobody whom this edge trusts signs with this key, or for this month. */
  "age-issuer": { status: 403, retry: false },
  /** Unknown, answered before, or too old: ask for a new one. */
  "age-challenge": { status: 403, retry: true },
  "age-proof": { status: 403, retry: false },
  /** Where this person is, nobody meets anybody without a proof. */
  "age-required": { status: 403, retry: false },
  /** The proof of age says why, and until when. */
  banned: { status: 403, retry: false },
  /** A newer session of the same person took the seat. */
  elsewhere: { status: 409, retry: false },
  "not-configured": { status: 503, retry: false },
  "not-found": { status: 404, retry: false },
  internal: { status: 500, retry: true },
};

export function problem(code: ProblemCode): Response {
  const { status, retry } = PROBLEMS[code];
  return Response.json({ error: code, retry } satisfies Problem, { status });
}
