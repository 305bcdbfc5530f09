/**
 * When reports of one person are enough to keep them out until a human has looked: three people
 * whose age is proven, from more than one network, within two weeks. What others report goes to the
 * human alone: whoever needs no credential can be three people in a minute. Pure.
 */
import type { SanctionReason } from "../../protocol/age.ts";

const DAY_MS = 86_400_000;

/** Lower: two friends can ban a stranger. Higher: more people must go through it first. */
const REPORTERS_NEEDED = 3;
const NETWORKS_NEEDED = 2;

/** After this, a report that nobody acted on is deleted. */
export const REPORT_KEPT_MS = 14 * DAY_MS;

/** One per reporter and reported person; a later one takes the place of an earlier. */
export interface ReportRow {
  readonly reason: SanctionReason;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Whether the reporter's age was proven: only then are two reporters surely two people. */
  readonly proven: boolean;
  /** Names the reporter's network for a day; undefined where no address is known. */
  readonly network: string | undefined;
  /** Sealed to the moderator, base64url. */
  readonly sealed: string | undefined;
}

/** The reason that most named, when there are enough of them; undefined otherwise. */
export function enoughReports(
  reports: readonly ReportRow[],
  now: number,
): SanctionReason | undefined {
  const live = reports.filter(({ at, proven }) => proven && now - at < REPORT_KEPT_MS);
  if (live.length < REPORTERS_NEEDED) return undefined;
  // Unknown networks only exist on a developer's machine, and count as one each.
  const networks = new Set(live.map(({ network }, index) => network ?? index));
  if (networks.size < NETWORKS_NEEDED) return undefined;
  const counts = new Map<SanctionReason, number>();
  for (const { reason } of live) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].reduce((most, entry) => (entry[1] > most[1] ? entry : most))[0];
}
