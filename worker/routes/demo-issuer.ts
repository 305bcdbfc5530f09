/**
 * POST /api/demo-issuer: a credential for whatever birth day the page names, so that a developer sees
 * the whole way. It exists only where DEMO_ISSUER_KEY is set, and with that setting an edge serves no
 * public host at all (policy/setup.ts).
 */
import type { Context } from "hono";
import { monthOf } from "../../credentials/age/calendar.ts";
import { encodeHeader } from "../../credentials/age/header.ts";
import { issueCredential } from "../../credentials/age/issuance.ts";
import { publicKeyOf } from "../../credentials/bbs/core.ts";
import { decodeScalar, encodeScalar } from "../../credentials/bls/scalars.ts";
import { didKeyOf, keyIdOf } from "../../credentials/did-key.ts";
import { DemoCredentialRequest, type IssuedCredential } from "../../protocol/age.ts";
import { fromBase64url, toBase64url } from "../../protocol/base64url.ts";
import { readBody } from "../body.ts";
import type { AppEnv } from "../context.ts";
import { problem } from "../problem.ts";

export async function demoIssuer(context: Context<AppEnv>): Promise<Response> {
  const secretKey = decodeScalar(fromBase64url(context.env.DEMO_ISSUER_KEY ?? "") ?? EMPTY);
  if (secretKey === undefined || secretKey === 0n) return problem("not-found");
  const request = await readBody(context.req.raw, DemoCredentialRequest);
  const commitment = request && fromBase64url(request.commitment);
  if (request === undefined || commitment === undefined) return problem("bad-request");

  const did = didKeyOf(publicKeyOf(secretKey));
  const names = { did, kid: keyIdOf(did), month: monthOf(Date.now()) };
  const levels = { assurance: "demo", uniqueness: "none" } as const;
  const header = encodeHeader({ ...names, ...levels })!;
  const given = decodeScalar(fromBase64url(request.entropy ?? "") ?? EMPTY);
  const issued = issueCredential(secretKey, header, request.birthDay, commitment, given);
  if (issued === undefined) return problem("bad-request");
  return Response.json({
    ...names,
    ...levels,
    birthDay: request.birthDay,
    signature: toBase64url(issued.signature),
    entropy: toBase64url(encodeScalar(issued.entropy)),
  } satisfies IssuedCredential);
}

const EMPTY = new Uint8Array();
