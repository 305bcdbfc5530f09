/**
 * Owns the person's camera and microphone. Nothing else in the page calls getUserMedia, so that
 * there is one place that knows whether a device light is on and one place that turns it off.
 */
import { createSignal, onCleanup, untrack } from "solid-js";
import { createLevel } from "./level.ts";
import { endedProblem, mediaProblem } from "./media-problem.ts";
import type { DeviceChoice, DeviceState, LocalMedia } from "./local-media.types.ts";

type Kind = "camera" | "microphone";

const VIDEO: MediaTrackConstraints = {
  width: { ideal: 640 },
  height: { ideal: 480 },
  frameRate: { ideal: 30, max: 30 },
};
const AUDIO: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

interface Slot {
  readonly kind: Kind;
  readonly get: () => DeviceState;
  readonly set: (state: DeviceState) => void;
  /** Bumped by every request and by `cut`, so that a late answer can be thrown away. */
  turn: number;
  chosen?: string;
}

export function createLocalMedia(): LocalMedia {
  const [camera, setCamera] = createSignal<DeviceState>({ state: "off" });
  const [microphone, setMicrophone] = createSignal<DeviceState>({ state: "off" });
  const [cameras, setCameras] = createSignal<readonly DeviceChoice[]>([]);
  const [microphones, setMicrophones] = createSignal<readonly DeviceChoice[]>([]);
  const [cameraWanted, setCameraWantedSignal] = createSignal(true);
  const [microphoneWanted, setMicrophoneWantedSignal] = createSignal(true);

  // Asking for a device is an act, not a view: an effect that opens or cuts must not come to depend
  // on what that changes, or a refusal would ask again for ever.
  const eye: Slot = { kind: "camera", get: () => untrack(camera), set: setCamera, turn: 0 };
  const ear: Slot = {
    kind: "microphone",
    get: () => untrack(microphone),
    set: setMicrophone,
    turn: 0,
  };

  let disposed = false;

  const level = createLevel(() => {
    const state = microphone();
    return state.state === "on" ? state.track : undefined;
  });

  const release = (slot: Slot): void => {
    slot.turn += 1;
    const state = slot.get();
    if (state.state === "on") silence(state.track);
  };

  const adopt = (slot: Slot, track: MediaStreamTrack): void => {
    release(slot);
    if (slot.kind === "microphone") track.enabled = untrack(microphoneWanted);
    const deviceId = track.getSettings().deviceId ?? slot.chosen ?? "";
    // Not fired by our own stop(): the device or the permission went away.
    track.onended = () => void explainEnd(slot, track, deviceId);
    slot.set({ state: "on", track, deviceId });
  };

  const explainEnd = async (
    slot: Slot,
    track: MediaStreamTrack,
    deviceId: string,
  ): Promise<void> => {
    const state = slot.get();
    if (state.state !== "on" || state.track !== track) return;
    release(slot);
    const turn = slot.turn;
    slot.set({ state: "failed", problem: "unplugged" });
    const [permission, present] = await Promise.all([
      permissionOf(slot.kind),
      listed(deviceId),
      refresh(),
    ]);
    if (slot.turn === turn)
      slot.set({ state: "failed", problem: endedProblem({ permission, present }) });
  };

  /** Lists are empty of names until a permission was given; nameless entries help nobody. */
  const refresh = async (): Promise<void> => {
    const all = await allDevices();
    if (disposed) return;
    const choices = (kind: MediaDeviceKind): DeviceChoice[] =>
      all
        .filter((device) => device.kind === kind && device.deviceId !== "")
        .map(({ deviceId, label }) => ({ deviceId, label }));
    setCameras(choices("videoinput"));
    setMicrophones(choices("audioinput"));
  };

  const acquire = async (wanted: readonly Slot[]): Promise<void> => {
    if (wanted.length === 0) return;
    const turns = wanted.map((slot) => {
      // Also stops the track that is about to be replaced; nobody else holds it.
      release(slot);
      slot.set({ state: "asking" });
      return slot.turn;
    });
    const current = (slot: Slot): boolean => !disposed && slot.turn === turns[wanted.indexOf(slot)];

    const devices = mediaDevices();
    if (devices === undefined) {
      const problem = isSecureContext ? "unsupported" : "insecure";
      for (const slot of wanted) if (current(slot)) slot.set({ state: "failed", problem });
      return;
    }
    try {
      const stream = await devices.getUserMedia(constraintsFor(wanted));
      for (const slot of wanted) {
        const track = trackOf(stream, slot.kind);
        // Switched off, cut or asked anew while the prompt was open.
        if (!current(slot)) silence(track);
        else if (track !== undefined) adopt(slot, track);
        else slot.set({ state: "failed", problem: "unknown" });
      }
    } catch (error) {
      await explainFailure(error, wanted.filter(current));
    }
    await refresh();
  };

  const explainFailure = async (error: unknown, wanted: readonly Slot[]): Promise<void> => {
    const turns = wanted.map((slot) => slot.turn);
    const permissions = await Promise.all(wanted.map(({ kind }) => permissionOf(kind)));
    const problems = wanted.map((_, i) =>
      mediaProblem(error, { secure: isSecureContext, permission: permissions[i] }),
    );
    const still = wanted.filter((slot, i) => !disposed && slot.turn === turns[i]);
    if (wanted.length > 1) {
      // One missing device must not cost the other, but a person who just said no to both is not
      // asked twice more.
      const worthAsking = still.filter((slot) => {
        const i = wanted.indexOf(slot);
        return !REFUSALS.has(problems[i] ?? "") || mixed(permissions);
      });
      for (const slot of still) {
        if (worthAsking.includes(slot)) continue;
        slot.set({ state: "failed", problem: problems[wanted.indexOf(slot)] ?? "unknown" });
      }
      for (const slot of worthAsking) await acquire([slot]);
      return;
    }
    for (const slot of still) slot.set({ state: "failed", problem: problems[0] ?? "unknown" });
  };

  const choose = async (slot: Slot, deviceId: string, wanted: boolean): Promise<void> => {
    slot.chosen = deviceId;
    if (!wanted) return;
    await acquire([slot]);
  };

  const onDeviceChange = (): void => void refresh();
  mediaDevices()?.addEventListener("devicechange", onDeviceChange);

  const cut = (): void => {
    for (const slot of [eye, ear]) {
      release(slot);
      slot.set({ state: "off" });
    }
  };

  onCleanup(() => {
    disposed = true;
    mediaDevices()?.removeEventListener("devicechange", onDeviceChange);
    cut();
  });

  return {
    camera,
    microphone,
    cameras,
    microphones,
    level,
    cameraWanted,
    microphoneWanted,
    open() {
      const missing = [eye, ear].filter((slot) => {
        if (slot === eye && !untrack(cameraWanted)) return false;
        const { state } = slot.get();
        return state === "off" || state === "failed";
      });
      return acquire(missing);
    },
    setCameraWanted(wanted) {
      if (wanted === untrack(cameraWanted)) return;
      setCameraWantedSignal(wanted);
      if (wanted) return void acquire([eye]);
      // Stopped and not only dark: the light beside the lens is what people trust.
      release(eye);
      eye.set({ state: "off" });
    },
    setMicrophoneWanted(wanted) {
      setMicrophoneWantedSignal(wanted);
      const state = ear.get();
      if (state.state === "on") state.track.enabled = wanted;
      else if (wanted && state.state !== "asking") void acquire([ear]);
    },
    chooseCamera: (deviceId) => choose(eye, deviceId, untrack(cameraWanted)),
    chooseMicrophone: (deviceId) => choose(ear, deviceId, true),
    cut,
  };
}

const REFUSALS: ReadonlySet<string> = new Set([
  "denied",
  "dismissed",
  "blocked-by-system",
  "insecure",
]);

/** One of the two is allowed and the other is not, so asking for the allowed one alone can work. */
function mixed(permissions: readonly (PermissionState | undefined)[]): boolean {
  return permissions.some((p) => p !== permissions[0]) && !permissions.includes(undefined);
}

function constraintsFor(wanted: readonly Slot[]): MediaStreamConstraints {
  const constraints: MediaStreamConstraints = {};
  for (const { kind, chosen } of wanted) {
    const device = chosen === undefined ? {} : { deviceId: { exact: chosen } };
    if (kind === "microphone") constraints.audio = { ...AUDIO, ...device };
    else if (chosen === undefined) constraints.video = { ...VIDEO, facingMode: "user" };
    else constraints.video = { ...VIDEO, ...device };
  }
  return constraints;
}

function trackOf(stream: MediaStream, kind: Kind): MediaStreamTrack | undefined {
  return kind === "camera" ? stream.getVideoTracks()[0] : stream.getAudioTracks()[0];
}

/** Black and silent at once, then released. */
function silence(track: MediaStreamTrack | undefined): void {
  if (track === undefined) return;
  track.onended = null;
  track.enabled = false;
  track.stop();
}

/** Absent outside secure contexts, whatever the type says. */
function mediaDevices(): MediaDevices | undefined {
  return navigator.mediaDevices as MediaDevices | undefined;
}

async function allDevices(): Promise<readonly MediaDeviceInfo[]> {
  try {
    return (await mediaDevices()?.enumerateDevices()) ?? [];
  } catch {
    return [];
  }
}

async function listed(deviceId: string): Promise<boolean> {
  return (await allDevices()).some((device) => device.deviceId === deviceId);
}

/** Undefined where the browser does not answer for devices. */
async function permissionOf(kind: Kind): Promise<PermissionState | undefined> {
  try {
    return (await navigator.permissions.query({ name: kind })).state;
  } catch {
    return undefined;
  }
}
