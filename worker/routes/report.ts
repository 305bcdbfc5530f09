/**
 * POST /api/report: somebody tells about the partner they just had. The edge learns who is meant from
 * a capsule that it sealed itself, and cannot read what was sealed to the moderator.
 */
import type { Context } from "hono";
import { createCapsules } from "../../durable-objects/index.ts";
import { toBase64url } from "../../protocol/base64url.ts";
import { ReportRequest } from "../../protocol/reports.ts";
import { readBody } from "../body.ts";
import type { AppEnv } from "../context.ts";
import { deriveMacKey } from "../keys.ts";
import { networkOf } from "../policy/addresses.ts";
import { problem } from "../problem.ts";
import { sanctionsOf } from "../sanctions.ts";
import { openTicket } from "../ticket.ts";

const NAME_BYTES = 12;

export async function report(context: Context<AppEnv>): Promise<Response> {
  const request = await readBody(context.req.raw, ReportRequest);
  if (request === undefined) return problem("bad-request");
  const { secret } = context.var;
  const claims = await openTicket(secret, request.ticket, Date.now());
  if (claims === undefined) return problem("bad-ticket");
  const tag = createCapsules(context.env.EDGE_SECRET ?? "").openBlock(request.capsule);
  if (tag === undefined || tag === claims.handle) return problem("bad-request");

  const network = networkOf(context.req.header("cf-connecting-ip") ?? "");
  await sanctionsOf(context.env, tag).report(
    tag,
    // Names that only mean something for this one tag: nobody can gather what else a reporter said.
    await nameFor(secret, `reporter ${tag} ${claims.handle}`),
    {
      reason: request.reason,
      proven: claims.age !== undefined,
      network: network && (await nameFor(secret, `network ${tag} ${network}`)),
      sealed: request.sealed,
    },
  );
  return Response.json({ ok: true });
}

async function nameFor(secret: BufferSource, text: string): Promise<string> {
  const key = await deriveMacKey(secret, "winkr report names v1");
  const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text));
  return toBase64url(new Uint8Array(mac).subarray(0, NAME_BYTES));
}
