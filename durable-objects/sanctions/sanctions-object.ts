/**
 * One shard of the sanctions: rows under tags that only the edge's key makes, and nothing else. It is
 * reachable only through the Worker and the gate. The one object of ours that has a storage.
 *
 *   ban:<tag>                 a sanction, deleted 90 days after it ended
 *   report:<tag>:<reporter>   until somebody decides, at most two weeks
 *   appeal:<tag>              until it is answered
 */
import { DurableObject } from "cloudflare:workers";
import type { Sanction, SanctionReason } from "../../protocol/age.ts";
import { toBase64url } from "../../protocol/base64url.ts";
import type { Case } from "../../protocol/reports.ts";
import { forgetAt, impose, isForgotten, lift, sanctionAt, type SanctionRow } from "./ladder.ts";
import { REPORT_KEPT_MS, enoughReports, type ReportRow } from "./reports.ts";

interface AppealRow {
  readonly at: number;
  /** Sealed to the moderator, base64url. */
  readonly sealed: string;
}

const BAN = "ban:";
const REPORT = "report:";
const APPEAL = "appeal:";
/** Of one person at the same time. A crowd adds nothing to the first twenty. */
const REPORTS_MAX = 20;

export class Sanctions extends DurableObject {
  /** What keeps this person out now. */
  async find(tag: string): Promise<Sanction | undefined> {
    return sanctionAt(await this.#row(tag), Date.now());
  }

  /** `reporter` names one person to this tag alone. Enough independent ones are an interim sanction. */
  async report(tag: string, reporter: string, report: Omit<ReportRow, "at">): Promise<void> {
    const now = Date.now();
    const before = await this.#reportsOf(tag);
    const key = `${REPORT}${tag}:${reporter}`;
    if (before.size >= REPORTS_MAX && !before.has(key)) return;
    const row = { ...report, at: now };
    await this.ctx.storage.put(key, row);
    const reason = enoughReports([...before.set(key, row).values()], now);
    const isFree = sanctionAt(await this.#row(tag), now) === undefined;
    if (reason !== undefined && isFree) {
      await this.#impose(tag, reason, 0, now);
    }
    await this.#armForgetting();
  }

  /** A human confirms or begins a sanction for what was reported. */
  async decide(tag: string, reason: SanctionReason): Promise<void> {
    const now = Date.now();
    const row = await this.#row(tag);
    // What the reports brought about by themselves is this step; looking at it is not a second one.
    if (row !== undefined && row.reviewers === 0 && sanctionAt(row, now) !== undefined) {
      await this.ctx.storage.put(BAN + tag, { ...row, reason, reviewers: 1 });
    } else {
      await this.#impose(tag, reason, 1, now);
    }
    await this.#dismiss(tag);
    await this.#armForgetting();
  }

  async dismiss(tag: string): Promise<void> {
    await this.#dismiss(tag);
    await this.#armForgetting();
  }

  /** False when nothing keeps this person out. An appeal is answered by it. */
  async lift(tag: string): Promise<boolean> {
    const now = Date.now();
    const before = await this.#row(tag);
    if (before === undefined || sanctionAt(before, now) === undefined) return false;
    const row = lift(before, now);
    if (row === undefined) await this.ctx.storage.delete(BAN + tag);
    else await this.ctx.storage.put(BAN + tag, row);
    await this.ctx.storage.delete(APPEAL + tag);
    await this.#dismiss(tag);
    await this.#armForgetting();
    return true;
  }

  /** One at a time; false when nothing keeps this person out. */
  async appeal(tag: string, sealed: string): Promise<boolean> {
    if ((await this.find(tag)) === undefined) return false;
    await this.ctx.storage.put(APPEAL + tag, { at: Date.now(), sealed } satisfies AppealRow);
    return true;
  }

  /** The appeal is answered: it stands. */
  async uphold(tag: string): Promise<void> {
    await this.ctx.storage.delete(APPEAL + tag);
    const row = await this.#row(tag);
    if (row === undefined) return;
    await this.ctx.storage.put(BAN + tag, { ...row, reviewers: row.reviewers + 1 });
  }

  /** What waits for a human, and what keeps somebody out. */
  async cases(): Promise<Case[]> {
    const now = Date.now();
    const cases = new Map<string, Case>();
    const of = (tag: string): Case => {
      const known = cases.get(tag) ?? { tag, reports: [], sanction: null, appeal: null };
      cases.set(tag, known);
      return known;
    };
    for (const [key, row] of await this.ctx.storage.list<ReportRow>({ prefix: REPORT })) {
      const { reason, at, sealed } = row;
      of(key.split(":")[1]!).reports.push({ reason, at, sealed: sealed ?? null });
    }
    for (const [key, row] of await this.ctx.storage.list<SanctionRow>({ prefix: BAN })) {
      if (sanctionAt(row, now) === undefined) continue;
      const { reason, until, step, reviewers } = row;
      const tag = key.slice(BAN.length);
      cases.set(tag, { ...of(tag), sanction: { reason, until, step, reviewers } });
    }
    for (const [key, { at, sealed }] of await this.ctx.storage.list<AppealRow>({
      prefix: APPEAL,
    })) {
      const tag = key.slice(APPEAL.length);
      cases.set(tag, { ...of(tag), appeal: { at, sealed } });
    }
    return [...cases.values()];
  }

  /** Deletes what is old enough, and comes again when the next row is. */
  override async alarm(): Promise<void> {
    const now = Date.now();
    const bans = await this.ctx.storage.list<SanctionRow>({ prefix: BAN });
    const reports = await this.ctx.storage.list<ReportRow>({ prefix: REPORT });
    const appeals = await this.ctx.storage.list<AppealRow>({ prefix: APPEAL });
    const old = [
      ...[...bans].filter(([, row]) => isForgotten(row, now)).map(([key]) => key),
      ...[...reports].filter(([, { at }]) => now - at >= REPORT_KEPT_MS).map(([key]) => key),
      // An appeal without a sanction has nothing left to ask for.
      ...[...appeals.keys()].filter(
        (key) => sanctionAt(bans.get(BAN + key.slice(APPEAL.length)), now) === undefined,
      ),
    ];
    await Promise.all(old.map((key) => this.ctx.storage.delete(key)));
    await this.#armForgetting();
  }

  async #impose(tag: string, reason: SanctionReason, reviewers: number, now: number) {
    const evidence = await hashOf([...(await this.#reportsOf(tag)).values()]);
    const row = impose(await this.#row(tag), { reason, evidence, reviewers }, now);
    await this.ctx.storage.put(BAN + tag, row);
  }

  async #dismiss(tag: string): Promise<void> {
    const reports = await this.#reportsOf(tag);
    await Promise.all([...reports.keys()].map((key) => this.ctx.storage.delete(key)));
  }

  #row(tag: string): Promise<SanctionRow | undefined> {
    return this.ctx.storage.get<SanctionRow>(BAN + tag);
  }

  #reportsOf(tag: string): Promise<Map<string, ReportRow>> {
    return this.ctx.storage.list<ReportRow>({ prefix: `${REPORT}${tag}:` });
  }

  async #armForgetting(): Promise<void> {
    const bans = await this.ctx.storage.list<SanctionRow>({ prefix: BAN });
    const reports = await this.ctx.storage.list<ReportRow>({ prefix: REPORT });
    const times = [
      ...[...bans.values()].map(forgetAt).filter((at) => at !== undefined),
      ...[...reports.values()].map(({ at }) => at + REPORT_KEPT_MS),
    ];
    if (times.length > 0) await this.ctx.storage.setAlarm(Math.min(...times));
    else await this.ctx.storage.deleteAlarm();
  }
}

async function hashOf(reports: readonly ReportRow[]): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify(reports.map(({ sealed }) => sealed ?? "")));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  return toBase64url(hash);
}
