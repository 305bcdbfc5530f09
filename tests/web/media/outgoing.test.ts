import { expect, test } from "vitest";
import { createOutgoing } from "../../../web/media/outgoing.ts";

/** What of a MediaStreamTrack an outgoing track touches. */
class FakeTrack {
  enabled = true;
  stopped = false;
  readonly clones: FakeTrack[] = [];
  clone(): FakeTrack {
    const clone = new FakeTrack();
    this.clones.push(clone);
    return clone;
  }
  stop(): void {
    this.stopped = true;
  }
}

/** Black tracks that were made after the first. */
let later: FakeTrack[] = [];

function setUp(placeholder?: FakeTrack) {
  const asPlaceholder = (fake: FakeTrack) => ({
    track: fake as unknown as MediaStreamTrack,
    stop: () => fake.stop(),
  });
  later = [];

  const given: (FakeTrack | null)[] = [];
  /** Whether each track was live at the moment the sender got it. */
  const liveWhenGiven: (boolean | undefined)[] = [];
  const sender = {
    async replaceTrack(track: MediaStreamTrack | null) {
      const fake = track as unknown as FakeTrack | null;
      given.push(fake);
      liveWhenGiven.push(fake?.enabled);
    },
  };
  const outgoing = createOutgoing(
    sender,
    placeholder && {
      first: asPlaceholder(placeholder),
      again: () => asPlaceholder(later[later.push(new FakeTrack()) - 1]!),
    },
  );
  const camera = new FakeTrack();
  const show = (track: FakeTrack | undefined) =>
    outgoing.show(track as unknown as MediaStreamTrack | undefined);
  return {
    outgoing,
    camera,
    show,
    given,
    liveWhenGiven,
    settle: () => new Promise((r) => setTimeout(r)),
  };
}

test("a sender gets a black clone, never the camera itself; it is let in after the proof", async () => {
  const { outgoing, camera, show, given, liveWhenGiven, settle } = setUp();
  show(camera);
  await settle();
  expect(given).toEqual(camera.clones);
  expect(liveWhenGiven).toEqual([false]);
  expect(camera.enabled).toBe(true);
  outgoing.letIn();
  expect(camera.clones[0]!.enabled).toBe(true);
});

test("with a placeholder the sender sees no clone at all before the proof", async () => {
  const black = new FakeTrack();
  const { outgoing, camera, show, given, settle } = setUp(black);
  show(camera);
  await settle();
  expect(given).toEqual([black]);
  expect(camera.clones).toHaveLength(0);
  outgoing.letIn();
  await settle();
  expect(given).toEqual([black, camera.clones[0]]);
  expect(camera.clones[0]!.enabled).toBe(true);
  expect(black.stopped).toBe(true);
});

test("without a camera black goes on after the proof, at its own pace", async () => {
  const black = new FakeTrack();
  const { outgoing, given, settle } = setUp(black);
  outgoing.letIn();
  await settle();
  expect(given).toEqual([black, later[0]]);
  expect(black.stopped).toBe(true);
  expect(later[0]!.stopped).toBe(false);
});

test("a camera that is switched off leaves black on the sender, never nothing and never its last picture", async () => {
  const { outgoing, camera, show, given, settle } = setUp(new FakeTrack());
  show(camera);
  outgoing.letIn();
  show(undefined);
  await settle();
  expect(given.at(-1)).toBe(later[0]);
  expect(camera.clones[0]).toMatchObject({ enabled: false, stopped: true });
  show(camera);
  await settle();
  expect(given.at(-1)).toBe(camera.clones[1]);
  expect(later[0]!.stopped).toBe(true);
  show(undefined);
  outgoing.cut();
  await settle();
  expect(later.every(({ stopped }) => stopped)).toBe(true);
});

test("a proof does not unmute what the person muted", () => {
  const { outgoing, camera, show } = setUp();
  outgoing.setWanted(false);
  show(camera);
  outgoing.letIn();
  expect(camera.clones[0]!.enabled).toBe(false);
  outgoing.setWanted(true);
  expect(camera.clones[0]!.enabled).toBe(true);
});

test("another camera takes over and the former clone is released", async () => {
  const { outgoing, camera, show, given, settle } = setUp();
  show(camera);
  outgoing.letIn();
  const second = new FakeTrack();
  show(second);
  await settle();
  expect(given).toEqual([camera.clones[0], second.clones[0]]);
  expect(camera.clones[0]!.stopped).toBe(true);
});

test("a camera that is switched off is dark at once, before the sender has let go of it", () => {
  const { outgoing, camera, show } = setUp();
  show(camera);
  outgoing.letIn();
  show(undefined);
  expect(camera.clones[0]!.enabled).toBe(false);
});

test("cut is black in the same task and for good", async () => {
  const { outgoing, camera, show, given, settle } = setUp();
  show(camera);
  outgoing.letIn();
  await settle();
  outgoing.cut();
  expect(camera.clones[0]).toMatchObject({ enabled: false, stopped: true });
  outgoing.letIn();
  outgoing.setWanted(true);
  show(new FakeTrack());
  await settle();
  expect(camera.clones[0]!.enabled).toBe(false);
  expect(given.at(-1)).toBeNull();
});
