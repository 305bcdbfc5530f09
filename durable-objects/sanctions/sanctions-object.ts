/**
 * One shard of the sanctions: rows under tags that only the edge's key makes, and nothing else. It is
 * reachable only through the Worker and the gate. The one object of ours that has a storage.
 */
import { DurableObject } from "cloudflare:workers";
import type { Sanction } from "../../protocol/age.ts";
import {
  forgetAt,
  impose,
  isForgotten,
  lift,
  sanctionAt,
  type Decision,
  type SanctionRow,
} from "./ladder.ts";

const PREFIX = "ban:";

export class Sanctions extends DurableObject {
  /** What keeps this person out now. */
  async find(tag: string): Promise<Sanction | undefined> {
    return sanctionAt(await this.#row(tag), Date.now());
  }

  async impose(tag: string, decision: Decision): Promise<Sanction> {
    const now = Date.now();
    const row = impose(await this.#row(tag), decision, now);
    await this.ctx.storage.put(PREFIX + tag, row);
    await this.#armForgetting();
    return { reason: row.reason, until: row.until };
  }

  /** False when nothing keeps this person out. */
  async lift(tag: string): Promise<boolean> {
    const now = Date.now();
    const before = await this.#row(tag);
    if (before === undefined || sanctionAt(before, now) === undefined) return false;
    const row = lift(before, now);
    if (row === undefined) await this.ctx.storage.delete(PREFIX + tag);
    else await this.ctx.storage.put(PREFIX + tag, row);
    await this.#armForgetting();
    return true;
  }

  /** Deletes what is old enough, and comes again when the next row is. */
  override async alarm(): Promise<void> {
    const now = Date.now();
    const rows = await this.ctx.storage.list<SanctionRow>({ prefix: PREFIX });
    const old = [...rows].filter(([, row]) => isForgotten(row, now)).map(([key]) => key);
    await Promise.all(old.map((key) => this.ctx.storage.delete(key)));
    await this.#armForgetting();
  }

  #row(tag: string): Promise<SanctionRow | undefined> {
    return this.ctx.storage.get<SanctionRow>(PREFIX + tag);
  }

  async #armForgetting(): Promise<void> {
    const rows = await this.ctx.storage.list<SanctionRow>({ prefix: PREFIX });
    const times = [...rows.values()].map(forgetAt).filter((at) => at !== undefined);
    if (times.length > 0) await this.ctx.storage.setAlarm(Math.min(...times));
    else await this.ctx.storage.deleteAlarm();
  }
}
