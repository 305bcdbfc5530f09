import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMediaGuard } from "../../../web/call/media-guard.ts";
import type { Peer } from "../../../web/call/peer.ts";
import type { FromWorker, Tally, ToWorker } from "../../../web/media-worker/messages.ts";

const NOTHING: Tally = { passed: 0, withheld: 0, rejected: 0, repeated: 0, empty: 0 };

class FakeWorker {
  onmessage: ((event: { data: FromWorker }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly heard: ToWorker[] = [];
  alive = true;
  sealedVideo = 0;
  /** How late it answers what it counted when it was asked. */
  delayMs = 0;

  postMessage(message: ToWorker): void {
    this.heard.push(message);
    if (!this.alive || message.type !== "count") return;
    const video = { ...NOTHING, passed: this.sealedVideo };
    const answer = (): void =>
      this.say({
        type: "counts",
        tallies: { seal: { audio: NOTHING, video }, open: { audio: NOTHING, video: NOTHING } },
      });
    if (this.delayMs === 0) answer();
    else setTimeout(answer, this.delayMs);
  }

  say(data: FromWorker): void {
    this.onmessage?.({ data });
  }
}

function setUp(statsTakeMs = 0) {
  const worker = new FakeWorker();
  let framesSent = 0;
  const peer = {
    async stats() {
      if (statsTakeMs > 0) await new Promise((resolve) => setTimeout(resolve, statsTakeMs));
      return new Map([["out", { id: "out", type: "outbound-rtp", kind: "video", framesSent }]]);
    },
  } as unknown as Peer;
  const events = { proven: vi.fn(), visible: vi.fn(), stopped: vi.fn() };
  const guard = createMediaGuard(worker as unknown as Worker, peer, events);
  return { worker, guard, events, send: (count: number) => (framesSent += count) };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe("the guard stops everything", () => {
  test("when the browser sends frames that the worker never saw", async () => {
    const { guard, events, send } = setUp();
    guard.start();
    send(30);
    await pass(1_500);
    expect(events.stopped).toHaveBeenCalled();
  });

  test("when the worker falls silent", async () => {
    const { guard, worker, events } = setUp();
    guard.start();
    await pass(1_000);
    worker.alive = false;
    await pass(3_500);
    expect(events.stopped).not.toHaveBeenCalled();
    await pass(2_000);
    expect(events.stopped).toHaveBeenCalled();
  });

  test("when the worker does not say that it has the keys", async () => {
    const { guard, events } = setUp();
    const key = () => new Uint8Array(32);
    const keys = { direction: "open", generation: 0, stepMs: 30_000 } as const;
    void guard.giveKeys({ ...keys, audio: key(), video: key() });
    await pass(4_000);
    expect(events.stopped).not.toHaveBeenCalled();
    await pass(2_000);
    expect(events.stopped).toHaveBeenCalled();
  });

  test("when a pipeline breaks, and when the worker's script cannot be loaded", () => {
    const { worker, events } = setUp();
    worker.say({ type: "broken" });
    expect(events.stopped).toHaveBeenCalledTimes(1);
    worker.onerror?.();
    expect(events.stopped).toHaveBeenCalledTimes(2);
  });
});

test("a machine that counts late raises no alarm: what was sent is compared with later counts", async () => {
  const { guard, worker, events, send } = setUp();
  guard.start();
  for (let second = 0; second < 20; second++) {
    // Counted by the worker, then a second of frames, then counted by the browser.
    worker.sealedVideo += 30;
    send(30);
    worker.delayMs = 900;
    await pass(1_000);
  }
  expect(events.stopped).not.toHaveBeenCalled();
});

test("a call in which every frame goes through the worker is left alone", async () => {
  const { guard, worker, events, send } = setUp();
  guard.start();
  for (let second = 0; second < 60; second++) {
    send(30);
    worker.sealedVideo += 30;
    await pass(1_000);
  }
  expect(events.stopped).not.toHaveBeenCalled();
  expect(guard.numbers().framesSealed).toBe(worker.sealedVideo);
});

test("a busy machine that is slow to say what it sent is no leak", async () => {
  const { guard, worker, events, send } = setUp(400);
  guard.start();
  for (let frame = 0; frame < 600; frame++) {
    send(1);
    worker.sealedVideo++;
    await pass(17);
  }
  expect(events.stopped).not.toHaveBeenCalled();
});

test("keys count as given when the worker says so, in the order in which they were given", async () => {
  const { guard, worker, events } = setUp();
  const key = () => new Uint8Array(32);
  const given: number[] = [];
  for (const generation of [0, 1]) {
    const keys = { direction: "open", generation, stepMs: 30_000 } as const;
    void guard.giveKeys({ ...keys, audio: key(), video: key() }).then(() => given.push(generation));
  }
  await pass(10);
  expect(given).toEqual([]);
  worker.say({ type: "keyed" });
  await pass(10);
  expect(given).toEqual([0]);
  worker.say({ type: "keyed" });
  await pass(10_000);
  expect(given).toEqual([0, 1]);
  expect(events.stopped).not.toHaveBeenCalled();
});

test("keys are handed over, and after the end nothing is heard any more", () => {
  const { guard, worker, events } = setUp();
  const key = () => new Uint8Array(32);
  const keys = { direction: "open", generation: 0, stepMs: 30_000 } as const;
  void guard.giveKeys({ ...keys, audio: key(), video: key() });
  expect(worker.heard).toMatchObject([{ type: "keys", ...keys }]);
  guard.stop();
  worker.say({ type: "broken" });
  expect(events.stopped).not.toHaveBeenCalled();
});
