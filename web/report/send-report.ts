/** Telling the moderator about a partner. What is told is sealed to them; the edge passes it on. */
import * as v from "valibot";
import type { SanctionReason } from "../../protocol/age.ts";
import { fromBase64url, toBase64url } from "../../protocol/base64url.ts";
import { Moderator, type ReportRequest } from "../../protocol/reports.ts";
import type { Bytes } from "../../e2ee/bytes.ts";
import { sealReport } from "./sealed-report.ts";

export interface PartnerReport {
  readonly reason: SanctionReason;
  /** Exactly what the moderator reads; may be empty. */
  readonly text: string;
}

const PATIENCE_MS = 10_000;

/** undefined where the edge has no moderator, or cannot be asked. */
export async function moderatorKey(): Promise<Bytes | undefined> {
  try {
    const response = await fetch("/api/moderator", { signal: AbortSignal.timeout(PATIENCE_MS) });
    const parsed = v.safeParse(Moderator, await response.json());
    return parsed.success ? fromBase64url(parsed.output.key) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the edge took it. */
export async function sendReport(
  ticket: string,
  capsule: string,
  { reason, text }: PartnerReport,
): Promise<boolean> {
  const key = text === "" ? undefined : await moderatorKey();
  const sealed = key && toBase64url(await sealReport(key, text));
  const body: ReportRequest = { version: 1, ticket, capsule, reason, ...(sealed && { sealed }) };
  try {
    const response = await fetch("/api/report", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return response.ok;
  } catch {
    return false;
  }
}
