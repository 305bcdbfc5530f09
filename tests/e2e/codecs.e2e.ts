/** Every codec in every pair of browsers that have it: sealed whole, decoded on the other side. */
import { describe, expect, it } from "vitest";
import { eventually, type Engine } from "../support/browsers/person.ts";
import { RECORDED, recordingOf } from "../support/capture/recorder.ts";
import { deviceFor, type VideoCodec } from "../support/stack/devices.ts";
import { useScene } from "../support/stack/scene.ts";
import { findSomeone, inEncryptedCall, numbersOf } from "../support/stack/visit.ts";

const scene = useScene();

const HIDE_RHYTHM = `localStorage.setItem("winkr.hide-rhythm", "yes");`;
const CODECS: readonly VideoCodec[] = ["VP8", "VP9", "AV1", "H264"];
const PAIRS: readonly [Engine, Engine][] = [
  ["chromium", "chromium"],
  ["chromium", "firefox"],
  ["firefox", "chromium"],
  ["firefox", "firefox"],
];
/** Debian's Firefox has no H.264; a pair with it meets on the floor. */
function expected(codec: VideoCodec, pair: readonly Engine[]): string {
  return codec === "H264" && pair.includes("firefox") ? "video/VP8" : `video/${codec}`;
}

describe.each(PAIRS)("%s waits, %s comes", (first, second) => {
  it.each(CODECS)("%s", async (codec) => {
    const device = { initScripts: [deviceFor(codec)] };
    const ada = await scene.invite(first, "Ada", device);
    const ben = await scene.invite(second, "Ben", device);
    await findSomeone(ada, scene.stack.url);
    await eventually("Ada waits", () => ada.attribute("searching", "data-connection"));
    await findSomeone(ben, scene.stack.url);
    await Promise.all([inEncryptedCall(ada), inEncryptedCall(ben)]);
    for (const person of [ada, ben]) {
      const there = await eventually(`${person.name} sees and hears`, async () => {
        const now = await numbersOf(person);
        return now.framesDecoded > 60 && now.soundEnergy > 0 ? now : undefined;
      });
      expect(there.videoCodec).toBe(expected(codec, [first, second]));
    }
  });
});

it("between two Chromium, sound travels with redundancy, and that is sealed as well", async () => {
  const ada = await scene.invite("chromium", "Ada", RECORDED);
  const ben = await scene.invite("chromium", "Ben");
  await findSomeone(ada, scene.stack.url);
  await findSomeone(ben, scene.stack.url);
  await Promise.all([inEncryptedCall(ada), inEncryptedCall(ben)]);
  await eventually("Ben hears", async () => (await numbersOf(ben)).audioPackets > 100);
  const { plain } = await recordingOf(ada);
  // RFC 2198: another block follows, of payload type 111, which is Opus.
  const redundant = plain.filter((frame) => frame[0] === (0x80 | 111));
  expect(redundant.length).toBeGreaterThan(80);
  expect((await numbersOf(ben)).soundEnergy).toBeGreaterThan(0);
});

it("with a hidden rhythm every packet of the voice has one size, and is heard as before", async () => {
  const hidden = { ...RECORDED, initScripts: [...RECORDED.initScripts, HIDE_RHYTHM] };
  const ada = await scene.invite("chromium", "Ada", hidden);
  const ben = await scene.invite("firefox", "Ben");
  await findSomeone(ada, scene.stack.url);
  await findSomeone(ben, scene.stack.url);
  await Promise.all([inEncryptedCall(ada), inEncryptedCall(ben)]);
  await eventually("Ben hears", async () => {
    const { audioPackets, soundEnergy } = await numbersOf(ben);
    return audioPackets > 200 && soundEnergy > 0;
  });
  const { plain, sealed, isPicture } = await recordingOf(ada);
  const sizes = (frames: readonly Uint8Array[]): number[] =>
    frames.filter((_, index) => !isPicture[index]).map(({ length }) => length);
  // The voice itself has many sizes; what leaves has one, but for the SFrame counter's width.
  expect(new Set(sizes(plain)).size).toBeGreaterThan(10);
  const left = new Set(sizes(sealed));
  expect(Math.max(...left) - Math.min(...left)).toBeLessThanOrEqual(2);
  expect(Math.min(...left)).toBeGreaterThan(384);
});
