/** Two people in every pair of browsers: they see, hear and write to each other, sealed, through the relay. */
import { describe, expect, it } from "vitest";
import { eventually, type Engine, type Person } from "../support/browsers/person.ts";
import { useScene } from "../support/stack/scene.ts";
import {
  findSomeone,
  inEncryptedCall,
  numbersOf,
  pictureOf,
  reads,
  say,
} from "../support/stack/visit.ts";

const PAIRS: readonly [first: Engine, second: Engine][] = [
  ["chromium", "chromium"],
  ["chromium", "firefox"],
  ["firefox", "chromium"],
  ["firefox", "firefox"],
];

const scene = useScene();

async function seesAndHears(person: Person): Promise<void> {
  const before = await eventually(`${person.name} (${person.engine}) sees and hears`, async () => {
    const now = await numbersOf(person);
    const there = now.framesDecoded > 5 && now.soundEnergy > 0 && now.localEnd !== "undefined";
    return there ? now : undefined;
  });
  // The partner's end may count as "prflx" when its packets were faster than its candidate, so
  // what is asked is where the packets go.
  expect(before.localEnd).toBe("relay");
  expect(before.remotePort).toBeGreaterThanOrEqual(scene.stack.relay.ports[0]);
  expect(before.remotePort).toBeLessThanOrEqual(scene.stack.relay.ports[1]);
  await eventually(`${person.name} (${person.engine}) goes on seeing and hearing`, async () => {
    const now = await numbersOf(person);
    return (
      now.framesDecoded > before.framesDecoded + 20 &&
      now.audioPackets > before.audioPackets + 50 &&
      now.soundSamples > before.soundSamples + 10_000
    );
  });
  const picture = await pictureOf(person);
  expect(picture.width).toBeGreaterThan(0);
  expect(picture.playing).toBe(true);
}

// The one who waits makes the offer, so both orders of a mixed pair are different calls.
describe.each(PAIRS)("%s waits, %s comes", (first, second) => {
  it("both see, hear, read the same four emoji and write to each other", async () => {
    const ada = await scene.invite(first, "Ada");
    const ben = await scene.invite(second, "Ben");
    await findSomeone(ada, scene.stack.url);
    await eventually("Ada waits", () => ada.attribute("searching", "data-connection"));
    await findSomeone(ben, scene.stack.url);

    const [codeA, codeB] = await Promise.all([inEncryptedCall(ada), inEncryptedCall(ben)]);
    expect(codeA).toMatch(/^\d+,\d+,\d+,\d+$/);
    expect(codeB).toBe(codeA);

    await Promise.all([seesAndHears(ada), seesAndHears(ben)]);

    await say(ada, "good evening from Ada");
    await reads(ben, "good evening from Ada");
    await say(ben, "bună seara 🌻 from Ben");
    await reads(ada, "bună seara 🌻 from Ben");

    await ada.click("stop");
    await eventually("Ben is told that Ada left", () => ben.attribute("ended", "data-reason"));
    expect(await ben.attribute("ended", "data-reason")).toBe("partner-left");
    expect(ada.console.filter((line) => line.startsWith("uncaught"))).toEqual([]);
    expect(ben.console.filter((line) => line.startsWith("uncaught"))).toEqual([]);
  });
});
