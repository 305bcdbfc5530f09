/**
 * POST /api/appeal: a banned person asks a human to look again. A fresh proof whose commitment is the
 * hash of the appeal shows that the banned person wrote it, without saying who that is.
 */
import type { Context } from "hono";
import { fromBase64url, toBase64url } from "../../protocol/base64url.ts";
import { AppealRequest } from "../../protocol/reports.ts";
import { proveAt } from "../age-proof.ts";
import { readBody } from "../body.ts";
import type { AppEnv } from "../context.ts";
import { problem } from "../problem.ts";
import { sanctionsOf } from "../sanctions.ts";

export async function appeal(context: Context<AppEnv>): Promise<Response> {
  const request = await readBody(context.req.raw, AppealRequest);
  const sealed = request && fromBase64url(request.sealed);
  if (request === undefined || sealed === undefined) return problem("bad-request");
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", sealed));
  if (toBase64url(hash) !== request.proof.commitment) return problem("bad-request");

  const answer = await proveAt(context, request.proof);
  if (answer instanceof Response) return answer;
  // Whoever is not kept out has nothing to appeal against.
  if (answer.kind !== "banned") return problem("not-found");
  const kept = await sanctionsOf(context.env, answer.tag).appeal(answer.tag, request.sealed);
  return kept ? Response.json({ ok: true }) : problem("not-found");
}
