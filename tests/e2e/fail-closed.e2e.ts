/** A page whose media worker is withheld, killed or bypassed: the partner decodes nothing, the relay sees nothing. */
import { describe, expect, it } from "vitest";
import { eventually, type Engine, type Person } from "../support/browsers/person.ts";
import { captureRelay } from "../support/capture/capture.ts";
import { commonRuns } from "../support/capture/common-runs.ts";
import { RECORDED, recordingOf } from "../support/capture/recorder.ts";
import { useScene } from "../support/stack/scene.ts";
import {
  ended,
  findSomeone,
  inEncryptedCall,
  numbersOf,
  pictureOf,
} from "../support/stack/visit.ts";

const scene = useScene();
/** As a server would that does not hand the worker's script out: there is nothing at its address. */
const WITHHELD = `window.Worker = new Proxy(window.Worker, {
  construct: (target, [url, options]) =>
    Reflect.construct(target, [String(url).replace("media-worker", "withheld"), options]),
});`;
/** Pictures between the counting, the kill and the partner's screen: a third of a second of them. */
const UNDER_WAY_MAX = 10;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What everyone ever decoded on this page, over all of its connections, closed ones included. */
async function keepsCount(person: Person): Promise<void> {
  await person.evaluate(() => {
    const page = window as unknown as { decoded: number };
    page.decoded = 0;
    setInterval(() => {
      for (const connection of window.observed.connections) {
        if (connection.connectionState === "closed") continue;
        void connection.getStats().then((reports) => {
          reports.forEach((report: Record<string, unknown>) => {
            if (report["type"] === "inbound-rtp" && report["kind"] === "video") {
              page.decoded = Math.max(page.decoded, Number(report["framesDecoded"] ?? 0));
            }
          });
        });
      }
    }, 50);
  });
}
const decodedBy = (person: Person): Promise<number> =>
  person.evaluate(() => (window as unknown as { decoded: number }).decoded);

describe.each<Engine>(["chromium", "firefox"])("%s", (engine) => {
  it("withheld: no call comes about, and the partner decodes no frame", async () => {
    const ada = await scene.invite(engine, "Ada", { initScripts: [WITHHELD] });
    const ben = await scene.invite("chromium", "Ben");
    await findSomeone(ben, scene.stack.url);
    await keepsCount(ben);
    await findSomeone(ada, scene.stack.url);
    expect(await ended(ada, 30_000)).toBe("encryption-stopped");
    await pause(3_000);
    expect(await decodedBy(ben)).toBe(0);
    expect((await pictureOf(ben)).width).toBe(0);
    const sent = await ada.evaluate(async () => {
      let frames = 0;
      for (const connection of window.observed.connections) {
        (await connection.getStats()).forEach((report: Record<string, unknown>) => {
          if (report["type"] === "outbound-rtp") frames += Number(report["framesSent"] ?? 0);
        });
      }
      return frames;
    });
    expect(sent).toBe(0);
    expect(await ada.attribute("safety-code", "data-code")).toBeUndefined();
  });

  it("killed in the middle of a call: no picture that it had not sealed, and the page says so", async () => {
    const isRecorded = engine === "chromium";
    const ada = await scene.invite(engine, "Ada", isRecorded ? RECORDED : {});
    const ben = await scene.invite("chromium", "Ben");
    await findSomeone(ada, scene.stack.url);
    await findSomeone(ben, scene.stack.url);
    await Promise.all([inEncryptedCall(ada), inEncryptedCall(ben)]);
    await keepsCount(ben);
    await eventually("Ben sees Ada", async () => (await decodedBy(ben)) > 20);

    const before = await decodedBy(ben);
    await ada.evaluate(() => {
      for (const worker of window.observed.workers) worker.terminate();
    });
    expect(await ended(ada)).toBe("encryption-stopped");
    await pause(1_000);
    const after = await decodedBy(ben);
    // No pause is right for frames that were sealed before and are still on their way, so where the
    // worker can be watched every picture is counted.
    if (isRecorded) expect(after).toBeLessThanOrEqual((await recordingOf(ada)).pictures);
    // Elsewhere: the page needs two seconds to notice, in which a leak would send dozens.
    else expect(after - before).toBeLessThanOrEqual(UNDER_WAY_MAX);
    await pause(2_000);
    expect(await decodedBy(ben)).toBe(after);
    await eventually("Ben is told", () => ben.attribute("ended", "data-reason"));
  });
});

it("transforms that the page sets but the browser does not take: the page never lets the camera in", async () => {
  // What Chromium does to a late attachment: the setter works, no frame ever reaches the worker.
  const deaf = `Object.defineProperty(RTCRtpSender.prototype, "transform", {
    get() { return this.pretended ?? null; },
    set(value) { this.pretended = value; },
  });`;
  const ada = await scene.invite("chromium", "Ada", { initScripts: [deaf] });
  const ben = await scene.invite("chromium", "Ben");
  await findSomeone(ben, scene.stack.url);
  await keepsCount(ben);
  await findSomeone(ada, scene.stack.url);
  await pause(8_000);
  expect(await decodedBy(ben)).toBe(0);
  expect((await pictureOf(ben)).width).toBe(0);
});

it("while the worker is killed the relay sees no plaintext either", async () => {
  const ada = await scene.invite("chromium", "Ada", RECORDED);
  const ben = await scene.invite("chromium", "Ben");
  await findSomeone(ada, scene.stack.url);
  await findSomeone(ben, scene.stack.url);
  await Promise.all([inEncryptedCall(ada), inEncryptedCall(ben)]);
  await eventually("the call runs", async () => (await numbersOf(ben)).framesDecoded > 40);
  const capture = await captureRelay(scene.stack.relay);
  await pause(1_000);
  await ada.evaluate(() => {
    for (const worker of window.observed.workers) worker.terminate();
  });
  await ended(ada);
  await pause(1_000);
  const packets = await capture.finish();
  const { plain } = await recordingOf(ada);
  expect(packets.length).toBeGreaterThan(50);
  expect(plain.length).toBeGreaterThan(50);
  expect(commonRuns(plain, packets)).toEqual([]);
});
