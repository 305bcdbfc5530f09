/**
 * Asking a human to look again: the text, sealed to the moderator, under a fresh proof that is bound
 * to exactly this text.
 */
import { Accepted } from "../../protocol/reports.ts";
import { toBase64url } from "../../protocol/base64url.ts";
import { moderatorKey } from "../report/send-report.ts";
import { sealReport } from "../report/sealed-report.ts";
import { sendTo } from "./age-client.ts";
import { answerFor, type Unproven } from "./prove.ts";
import type { Prover } from "./prover.ts";
import type { Site } from "./proving.ts";
import type { WalletRecord } from "./record.ts";

export async function appeal(
  record: WalletRecord,
  prover: Prover,
  site: Site,
  text: string,
): Promise<{ readonly kind: "appealed" } | Unproven> {
  const key = await moderatorKey();
  if (key === undefined) return { kind: "refused", code: "unreachable" };
  const sealed = await sealReport(key, text);
  const commitment = new Uint8Array(await crypto.subtle.digest("SHA-256", sealed));
  const answer = await answerFor(record, prover, site, commitment);
  if (answer.kind !== "ok") return answer;
  const body = { version: 1, proof: answer.value, sealed: toBase64url(sealed) };
  const said = await sendTo("/api/appeal", body, Accepted);
  return said.kind === "ok" ? { kind: "appealed" } : said;
}
