/** LocalMedia with scripted devices: Node has none, which is what makes every answer ours. */
import { createRoot } from "solid-js";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLocalMedia } from "../../../web/media/local-media.ts";
import type { LocalMedia } from "../../../web/media/local-media.types.ts";

class Track {
  enabled = true;
  readyState: "live" | "ended" = "live";
  onended: (() => void) | null = null;
  readonly kind: "video" | "audio";
  readonly deviceId: string;
  constructor(kind: "video" | "audio", deviceId: string) {
    this.kind = kind;
    this.deviceId = deviceId;
  }
  getSettings() {
    return { deviceId: this.deviceId };
  }
  stop() {
    this.readyState = "ended";
  }
}

interface Scripted {
  answer: (constraints: MediaStreamConstraints) => Promise<Track[]>;
  permissions: Partial<Record<string, PermissionState>>;
  devices: { kind: string; deviceId: string; label: string }[];
  asked: MediaStreamConstraints[];
}

let script: Scripted;
let dispose: () => void;

function open(): LocalMedia {
  return createRoot((end) => {
    dispose = end;
    return createLocalMedia();
  });
}

const refuse = (name: string, message = "") => Promise.reject(new DOMException(message, name));
const give = (constraints: MediaStreamConstraints): Promise<Track[]> =>
  Promise.resolve([
    ...(constraints.video ? [new Track("video", "cam")] : []),
    ...(constraints.audio ? [new Track("audio", "mic")] : []),
  ]);

beforeEach(() => {
  dispose = () => {};
  script = {
    answer: give,
    permissions: {},
    devices: [
      { kind: "videoinput", deviceId: "cam", label: "Camera" },
      { kind: "audioinput", deviceId: "mic", label: "Microphone" },
    ],
    asked: [],
  };
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("navigator", {
    mediaDevices: {
      addEventListener() {},
      removeEventListener() {},
      enumerateDevices: async () => script.devices,
      async getUserMedia(constraints: MediaStreamConstraints) {
        script.asked.push(constraints);
        const tracks = await script.answer(constraints);
        return {
          getVideoTracks: () => tracks.filter((track) => track.kind === "video"),
          getAudioTracks: () => tracks.filter((track) => track.kind === "audio"),
        };
      },
    },
    permissions: {
      async query({ name }: { name: string }) {
        const state = script.permissions[name];
        if (state === undefined) throw new TypeError("not a permission here");
        return { state };
      },
    },
  });
});
afterEach(() => {
  dispose();
  vi.unstubAllGlobals();
});

function trackOf(device: ReturnType<LocalMedia["camera"]>): Track {
  if (device.state !== "on") throw new Error(`device is ${device.state}`);
  return device.track as unknown as Track;
}

describe("opening", () => {
  test("asks once for both", async () => {
    const media = open();
    await media.open();
    expect(media.camera().state).toBe("on");
    expect(media.microphone().state).toBe("on");
    expect(script.asked).toHaveLength(1);
    expect(media.cameras()).toEqual([{ deviceId: "cam", label: "Camera" }]);
  });

  test("a missing camera does not cost the microphone", async () => {
    script.answer = (constraints) =>
      constraints.video ? refuse("NotFoundError") : give(constraints);
    const media = open();
    await media.open();
    expect(media.camera()).toEqual({ state: "failed", problem: "not-found" });
    expect(media.microphone().state).toBe("on");
  });

  test("whoever says no to both is not asked again", async () => {
    script.permissions = { camera: "denied", microphone: "denied" };
    script.answer = () => refuse("NotAllowedError", "Permission denied");
    const media = open();
    await media.open();
    expect(script.asked).toHaveLength(1);
    expect(media.camera()).toEqual({ state: "failed", problem: "denied" });
    expect(media.microphone()).toEqual({ state: "failed", problem: "denied" });
  });

  test("a camera blocked for good still lets the microphone be asked for", async () => {
    script.permissions = { camera: "denied", microphone: "granted" };
    script.answer = (constraints) =>
      constraints.video ? refuse("NotAllowedError", "Permission denied") : give(constraints);
    const media = open();
    await media.open();
    expect(media.camera()).toEqual({ state: "failed", problem: "denied" });
    expect(media.microphone().state).toBe("on");
  });

  test("without a secure context it says so and asks nobody", async () => {
    vi.stubGlobal("isSecureContext", false);
    vi.stubGlobal("navigator", {});
    const media = open();
    await media.open();
    expect(media.camera()).toEqual({ state: "failed", problem: "insecure" });
    expect(media.microphone()).toEqual({ state: "failed", problem: "insecure" });
  });

  test("an answer that comes after cut is released at once", async () => {
    let answer: (tracks: Track[]) => void = () => {};
    script.answer = () => new Promise((resolve) => (answer = resolve));
    const media = open();
    const opening = media.open();
    media.cut();
    const late = [new Track("video", "cam"), new Track("audio", "mic")];
    answer(late);
    await opening;
    expect(media.camera().state).toBe("off");
    expect(late.map((track) => track.readyState)).toEqual(["ended", "ended"]);
  });
});

describe("while open", () => {
  test("camera off stops the track, so that the light goes off; on asks for a new one", async () => {
    const media = open();
    await media.open();
    const first = trackOf(media.camera());
    media.setCameraWanted(false);
    expect(first).toMatchObject({ enabled: false, readyState: "ended" });
    expect(media.camera().state).toBe("off");
    media.setCameraWanted(true);
    await vi.waitFor(() => expect(media.camera().state).toBe("on"));
    expect(trackOf(media.camera())).not.toBe(first);
  });

  test("microphone off only silences", async () => {
    const media = open();
    await media.open();
    const track = trackOf(media.microphone());
    media.setMicrophoneWanted(false);
    expect(track).toMatchObject({ enabled: false, readyState: "live" });
    media.setMicrophoneWanted(true);
    expect(track.enabled).toBe(true);
  });

  test("a muted microphone stays muted when another one is chosen", async () => {
    const media = open();
    await media.open();
    const first = trackOf(media.microphone());
    media.setMicrophoneWanted(false);
    await media.chooseMicrophone("other");
    expect(first.readyState).toBe("ended");
    expect(trackOf(media.microphone()).enabled).toBe(false);
    expect(script.asked.at(-1)?.audio).toMatchObject({ deviceId: { exact: "other" } });
  });

  test("a camera that was pulled out is unplugged, one whose permission went is revoked", async () => {
    const media = open();
    await media.open();
    script.permissions = { camera: "granted" };
    script.devices = [];
    trackOf(media.camera()).onended?.();
    await vi.waitFor(() =>
      expect(media.camera()).toEqual({ state: "failed", problem: "unplugged" }),
    );

    script.permissions = { microphone: "prompt" };
    trackOf(media.microphone()).onended?.();
    await vi.waitFor(() =>
      expect(media.microphone()).toEqual({ state: "failed", problem: "revoked" }),
    );
  });

  test("cut blackens and silences in the same turn, and so does disposal", async () => {
    const media = open();
    await media.open();
    const tracks = [trackOf(media.camera()), trackOf(media.microphone())];
    media.cut();
    for (const track of tracks)
      expect(track).toMatchObject({ enabled: false, readyState: "ended" });

    await media.open();
    const again = trackOf(media.camera());
    dispose();
    expect(again.readyState).toBe("ended");
  });
});
