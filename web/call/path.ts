/** How the media of a connection really travels, from its statistics (webrtc-stats). Pure. */

export type Report = RTCStats & Record<string, unknown>;

export type Path = "relay" | "direct" | "unknown";

export function listReports(stats: RTCStatsReport): Report[] {
  return [...(stats.values() as Iterable<Report>)];
}

export function pathOf(reports: readonly Report[]): Path {
  const pair = selectedPair(reports);
  const ends = [pair?.["localCandidateId"], pair?.["remoteCandidateId"]].map((end) =>
    reports.find(({ id }) => id === end),
  );
  if (ends.includes(undefined)) return "unknown";
  return ends.some((end) => end?.["candidateType"] === "relay") ? "relay" : "direct";
}

/**
 * After a restart there are several pairs that were once nominated. The transport names the one in
 * use; where there is no such report (Firefox) the pair itself says so, or the latest packet does.
 */
function selectedPair(reports: readonly Report[]): Report | undefined {
  const transport = reports.find(({ type }) => type === "transport");
  const named = reports.find(({ id }) => id === transport?.["selectedCandidatePairId"]);
  if (named !== undefined) return named;
  const nominated = reports.filter(
    (report) =>
      report.type === "candidate-pair" && report["state"] === "succeeded" && report["nominated"],
  );
  const latest = nominated.toSorted((a, b) => lastHeard(b) - lastHeard(a));
  return latest.find((pair) => pair["selected"] === true) ?? latest[0];
}

function lastHeard(pair: Report): number {
  return Number(pair["lastPacketReceivedTimestamp"] ?? 0);
}
