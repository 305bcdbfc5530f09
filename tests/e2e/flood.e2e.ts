/**
 * Ten thousand frames of junk and replays a second in front of the opening pipeline of a running call,
 * in a real browser's worker: the partner's pictures are opened and decoded all the same, nothing of
 * the junk is, and the counts say what happened. tests/hostile/frames.test.ts has the same in Node.
 *
 * The junk is put into the stream that the browser feeds the pipeline from, on the receiving side: no
 * network in between could lose any of it (tests/support/lab/calls/watch.ts).
 */
import { describe, expect, it } from "vitest";
import type { Engine } from "../support/browsers/person.ts";
import { serversOf } from "../support/lab/calls/drive.ts";
import { useCallsScene } from "../support/lab/calls/scene.ts";

const PER_SECOND = 10_000;
const MS = 10_000;

const scene = useCallsScene();

describe.each<Engine>(["chromium", "firefox"])("%s", (engine) => {
  it(
    `${PER_SECOND} junk frames a second for ${MS / 1_000} seconds`,
    // What a machine decodes that is busy with something else says nothing about the junk.
    { retry: 2 },
    async () => {
      const person = await scene.crowd.invite(engine, "Ada");
      await person.open(scene.lab.url);
      const servers = await Promise.all([serversOf(scene.relay), serversOf(scene.relay)]);
      const outcome = await person.evaluate((options) => window.calls.flood(options), {
        perSecond: PER_SECOND,
        ms: MS,
        servers,
      });
      console.log(engine, JSON.stringify(outcome));
      await scene.crowd.leave();
      // Poured in by the clock, whatever the pipeline does with it.
      expect(outcome.junk).toBeGreaterThanOrEqual((PER_SECOND * MS) / 1_000);
      expect(outcome.junkPassed).toBe(0);
      expect(outcome.rejectedShown).toBeGreaterThan(outcome.junk / 4);
      expect(outcome.sealed).toBeGreaterThan(100);
      expect(outcome.opened / outcome.sealed).toBeGreaterThanOrEqual(0.995);
      expect(outcome.decoded / outcome.sealed).toBeGreaterThanOrEqual(0.995);
      expect(outcome.stages).toEqual(["encrypted", "encrypted"]);
    },
  );
});
