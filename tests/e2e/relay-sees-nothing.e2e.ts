/** What a relay that records everything gets to see of a call: none of what was said and shown. */
import { expect, it } from "vitest";
import { eventually } from "../support/browsers/person.ts";
import { captureRelay } from "../support/capture/capture.ts";
import { commonRuns } from "../support/capture/common-runs.ts";
import { RECORDED, recordingOf } from "../support/capture/recorder.ts";
import { useScene } from "../support/stack/scene.ts";
import { findSomeone, inEncryptedCall, numbersOf, reads, say } from "../support/stack/visit.ts";

const scene = useScene();
const WORDS = "the nightingale sings in the third courtyard";

/**
 * Every sealed VP8 key frame begins with the same ten bytes, whatever is in it. They say "640×480",
 * and when the camera has that size the real header, which is sealed behind them, says so too.
 */
const COVER = Uint8Array.of(0x10, 0, 0, 0x9d, 1, 0x2a, 0x80, 2, 0xe0, 1);

function withoutCover(sealed: Uint8Array): Uint8Array {
  const isCovered = COVER.every((byte, index) => sealed[index] === byte);
  return isCovered ? sealed.subarray(COVER.length) : sealed;
}

it("no eight bytes of any frame before sealing appear in the sealed frames or at the relay", async () => {
  const capture = await captureRelay(scene.stack.relay);
  const ada = await scene.invite("chromium", "Ada", RECORDED);
  const ben = await scene.invite("chromium", "Ben", RECORDED);
  await findSomeone(ada, scene.stack.url);
  await findSomeone(ben, scene.stack.url);
  await Promise.all([inEncryptedCall(ada), inEncryptedCall(ben)]);
  await say(ada, WORDS);
  await reads(ben, WORDS);
  await eventually(
    "two hundred frames on both sides",
    async () => {
      const [a, b] = await Promise.all([numbersOf(ada), numbersOf(ben)]);
      return a.framesDecoded > 200 && b.framesDecoded > 200;
    },
    40_000,
  );

  const recordings = await Promise.all([recordingOf(ada), recordingOf(ben)]);
  // Answered by the network afterwards: everything that was sealed has passed the relay by then.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const packets = await capture.finish();

  const plain = recordings.flatMap((recording) => recording.plain);
  const sealed = recordings.flatMap((recording) => recording.sealed);
  expect(plain.length).toBeGreaterThan(600);
  const plainBytes = plain.reduce((total, { length }) => total + length, 0);
  const packetBytes = packets.reduce((total, { length }) => total + length, 0);
  // The recording holds the call: every sealed byte crossed the relay at least once.
  expect(plainBytes).toBeGreaterThan(100_000);
  expect(packetBytes).toBeGreaterThan(plainBytes);

  // The layer by itself, without the help of SRTP around it.
  expect(commonRuns(plain, sealed.map(withoutCover))).toEqual([]);
  // And on the wire.
  const words = new Uint8Array(Buffer.from(WORDS));
  expect(commonRuns([...plain, words], packets)).toEqual([]);
  // The search would have found something: the user name for the relay crosses in clear.
  const userName = await ada.evaluate(() =>
    window.observed.connections
      .flatMap((connection) => connection.getConfiguration().iceServers ?? [])
      .map((server) => server.username ?? ""),
  );
  const seen = commonRuns([new Uint8Array(Buffer.from(userName[0] ?? ""))], packets);
  expect(seen.length).toBeGreaterThan(0);
}, 120_000);
