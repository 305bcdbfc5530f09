/**
 * The page's two HTTP requests. The edge is not trusted: what it answers is parsed before use.
 */
import * as v from "valibot";
import { Problem, SessionResponse, TurnResponse } from "../../protocol/http.ts";
import type { ProblemCode } from "../../protocol/http.ts";
import { askEdge } from "./edge-request.ts";

export class EdgeError extends Error {
  override readonly name = "EdgeError";
  /** "unreachable": no answer at all; "malformed": an answer that is none of ours. */
  readonly code: ProblemCode | "unreachable" | "malformed";
  readonly retry: boolean;
  constructor(code: EdgeError["code"], retry: boolean) {
    super(code);
    this.code = code;
    this.retry = retry;
  }
}

/**
 * A new session, or the same one with a fresh ticket when `renew` is given. `age` is the pass of a
 * proof of age, for a new one.
 */
export function requestSession(renew?: string, age?: string): Promise<SessionResponse> {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return post(
    "/api/session",
    {
      version: 1,
      timeZone,
      ...(renew !== undefined && { renew }),
      ...(age !== undefined && { age }),
    },
    SessionResponse,
  );
}

export function requestTurn(ticket: string): Promise<TurnResponse> {
  return post("/api/turn", { ticket }, TurnResponse);
}

async function post<Answer>(
  path: string,
  body: unknown,
  schema: v.GenericSchema<unknown, Answer>,
): Promise<Answer> {
  const answer = await askEdge(path, body);
  if (answer === undefined) throw new EdgeError("unreachable", true);
  const { response, value } = answer;
  if (!response.ok) {
    const problem = v.safeParse(Problem, value);
    if (!problem.success) throw new EdgeError("malformed", response.status >= 500);
    throw new EdgeError(problem.output.error, problem.output.retry);
  }
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) throw new EdgeError("malformed", false);
  return parsed.output;
}
