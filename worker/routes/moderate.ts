/**
 * POST /api/moderate: the moderator's tool, by requests signed with the key whose public half is in
 * MODERATOR_KEY. GET /api/moderator: the other half of it, to which reports are sealed.
 */
import type { Context } from "hono";
import { fromBase64url, toBase64url } from "../../protocol/base64url.ts";
import { ModerateRequest, SIGNATURE_HEADER, moderateText } from "../../protocol/reports.ts";
import { parseBody } from "../../protocol/parse.ts";
import { readText } from "../body.ts";
import type { AppEnv } from "../context.ts";
import { problem } from "../problem.ts";
import { allSanctions, sanctionsOf } from "../sanctions.ts";

/** Ed25519 32, X-Wing 1216. */
const SIGNING_BYTES = 32;
const MODERATOR_BYTES = SIGNING_BYTES + 1_216;

/** A request that was overheard is worth nothing a minute later; every action is the same twice. */
const FRESH_MS = 60_000;

export function moderator(context: Context<AppEnv>): Response {
  const key = moderatorKey(context.env.MODERATOR_KEY);
  if (key === undefined) return problem("not-found");
  return Response.json({ key: toBase64url(key.subarray(SIGNING_BYTES)) });
}

export async function moderate(context: Context<AppEnv>): Promise<Response> {
  const key = moderatorKey(context.env.MODERATOR_KEY);
  if (key === undefined) return problem("not-found");
  const text = await readText(context.req.raw);
  const signature = fromBase64url(context.req.header(SIGNATURE_HEADER) ?? "");
  const { host } = new URL(context.req.url);
  if (text === undefined || signature?.length !== 64) return problem("bad-request");
  const signing = key.subarray(0, SIGNING_BYTES);
  const verifier = await crypto.subtle.importKey("raw", signing, "Ed25519", false, ["verify"]);
  const signed = new TextEncoder().encode(moderateText(host, text));
  if (!(await crypto.subtle.verify("Ed25519", verifier, signature, signed))) {
    return problem("bad-request");
  }
  const parsed = parseBody(ModerateRequest, text);
  if (!parsed.ok || Math.abs(Date.now() - parsed.message.at) > FRESH_MS) {
    return problem("bad-request");
  }
  return act(context, parsed.message);
}

async function act(context: Context<AppEnv>, request: ModerateRequest): Promise<Response> {
  if (request.action === "list") {
    const lists = await Promise.all(allSanctions(context.env).map((shard) => shard.cases()));
    return Response.json({ cases: lists.flat() });
  }
  const { tag } = request;
  const sanctions = sanctionsOf(context.env, tag);
  switch (request.action) {
    case "sanction":
      await sanctions.decide(tag, request.reason);
      break;
    case "dismiss":
      await sanctions.dismiss(tag);
      break;
    case "uphold":
      await sanctions.uphold(tag);
      break;
    case "lift":
      if (!(await sanctions.lift(tag))) return problem("not-found");
  }
  return Response.json({ ok: true });
}

function moderatorKey(text: string | undefined): Uint8Array<ArrayBuffer> | undefined {
  const bytes = fromBase64url(text ?? "");
  return bytes?.length === MODERATOR_BYTES ? bytes : undefined;
}
