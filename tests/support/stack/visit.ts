/** What a person does on the page, and what can be seen of the call from outside. */
import type { Person } from "../browsers/person.ts";
import { eventually } from "../browsers/person.ts";

/** Welcome → green room → searching. */
export async function findSomeone(person: Person, url: string): Promise<void> {
  await person.open(url);
  await person.click("start");
  await person.click("find-someone");
}

export async function stageOf(person: Person): Promise<string | undefined> {
  return person.attribute("call-stage", "data-stage");
}

export function endedReason(person: Person): Promise<string | undefined> {
  return person.attribute("ended", "data-reason");
}

/** The four emoji, once they are shown. */
export function codeOf(person: Person): Promise<string | undefined> {
  return person.attribute("safety-code", "data-code");
}

export async function inEncryptedCall(person: Person, timeoutMs = 30_000): Promise<string> {
  return eventually(
    `${person.name} (${person.engine}) in an encrypted call`,
    async () => ((await stageOf(person)) === "encrypted" ? codeOf(person) : undefined),
    timeoutMs,
  );
}

export function ended(person: Person, timeoutMs = 20_000): Promise<string> {
  return eventually(
    `${person.name} (${person.engine}) at the end`,
    () => endedReason(person),
    timeoutMs,
  );
}

export interface Numbers {
  readonly framesDecoded: number;
  readonly framesSent: number;
  readonly audioPackets: number;
  /** Samples that came out of the decoder rather than being made up for missing ones. */
  readonly soundSamples: number;
  readonly soundEnergy: number;
  /** MIME type of the picture that arrives. */
  readonly videoCodec: string;
  /** "relay" or what else media leaves this page through. */
  readonly localEnd: string;
  /** The port of the partner's end that media is sent to: one of the relay's. */
  readonly remotePort: number;
}

/** Of the newest connection of the page. */
export function numbersOf(person: Person): Promise<Numbers> {
  return person.evaluate(async () => {
    const live = window.observed.connections.filter(
      (connection) => connection.connectionState === "connected",
    );
    const reports = new Map<string, Record<string, unknown>>();
    for (const connection of live.slice(-1)) {
      (await connection.getStats()).forEach((report: Record<string, unknown>, id) =>
        reports.set(id, report),
      );
    }
    const sum = (type: string, kind: string, field: string): number =>
      [...reports.values()]
        .filter((report) => report["type"] === type && report["kind"] === kind)
        .reduce((total, report) => total + Number(report[field] ?? 0), 0);
    // After a restart several pairs were once nominated; packets flow over one of them.
    const transport = [...reports.values()].find((report) => report["type"] === "transport");
    const heard = (report: Record<string, unknown>): number =>
      Number(report["lastPacketReceivedTimestamp"] ?? 0);
    const [latest] = [...reports.values()]
      .filter(
        (report) =>
          report["type"] === "candidate-pair" &&
          report["nominated"] &&
          report["state"] === "succeeded",
      )
      .toSorted((a, b) => heard(b) - heard(a));
    const pair = reports.get(String(transport?.["selectedCandidatePairId"])) ?? latest;
    const picture = [...reports.values()].find(
      (report) => report["type"] === "inbound-rtp" && report["kind"] === "video",
    );
    const local = reports.get(String(pair?.["localCandidateId"]));
    const remote = reports.get(String(pair?.["remoteCandidateId"]));
    return {
      framesDecoded: sum("inbound-rtp", "video", "framesDecoded"),
      framesSent: sum("outbound-rtp", "video", "framesSent"),
      audioPackets: sum("inbound-rtp", "audio", "packetsReceived"),
      soundSamples:
        sum("inbound-rtp", "audio", "totalSamplesReceived") -
        sum("inbound-rtp", "audio", "concealedSamples"),
      soundEnergy: sum("inbound-rtp", "audio", "totalAudioEnergy"),
      videoCodec: String(reports.get(String(picture?.["codecId"]))?.["mimeType"]),
      localEnd: String(local?.["candidateType"]),
      remotePort: Number(remote?.["port"]),
    };
  });
}

/** Whether a picture of the partner is really on the screen: the pixels of two moments differ. */
export function pictureOf(person: Person): Promise<{ width: number; playing: boolean }> {
  return person.evaluate(() => {
    const found = document.querySelector('[data-testid="partner-video"]');
    const video = found instanceof HTMLVideoElement ? found : found?.querySelector("video");
    return { width: video?.videoWidth ?? 0, playing: (video?.currentTime ?? 0) > 0 };
  });
}

export async function say(person: Person, text: string): Promise<void> {
  if ((await person.attribute("chat-input", "data-testid")) === undefined) {
    await person.click("chat-toggle");
  }
  await person.type("chat-input", text);
  await person.click("chat-send");
}

export async function reads(person: Person, text: string): Promise<void> {
  if ((await person.attribute("chat-log", "data-testid")) === undefined) {
    await person.click("chat-toggle");
  }
  await eventually(`${person.name} reads "${text}"`, async () =>
    (await person.text("chat-log"))?.includes(text),
  );
}
