import type {
  DeviceChoice,
  DeviceState,
  LocalMedia,
  MediaProblem,
} from "../../../../web/media/local-media.types.ts";
import { portraitTrack, SELF } from "./portraits.ts";

interface FakeMedia {
  readonly camera?: DeviceState["state"];
  readonly microphone?: DeviceState["state"];
  readonly problem?: MediaProblem;
  readonly microphoneProblem?: MediaProblem;
  readonly muted?: boolean;
}

const CAMERAS: readonly DeviceChoice[] = [
  { deviceId: "a", label: "FaceTime HD Camera (Built-in)" },
  { deviceId: "b", label: "Logitech BRIO" },
];
const MICROPHONES: readonly DeviceChoice[] = [{ deviceId: "m", label: "MacBook Pro Microphone" }];

/** A LocalMedia that says what a picture needs and does nothing. */
export function fakeMedia(fake: FakeMedia = {}): LocalMedia {
  const device = (
    state: DeviceState["state"],
    deviceId: string,
    problem: MediaProblem,
  ): DeviceState => {
    if (state === "on") return { state, track: portraitTrack(SELF), deviceId };
    if (state === "failed") return { state, problem };
    return { state };
  };
  const camera = device(fake.camera ?? "on", "a", fake.problem ?? "unknown");
  const microphone = device(
    fake.microphone ?? "on",
    "m",
    fake.microphoneProblem ?? fake.problem ?? "unknown",
  );
  const known = camera.state === "on" || microphone.state === "on";
  const nothing = async (): Promise<void> => {};
  return {
    camera: () => camera,
    microphone: () => microphone,
    cameras: () => (known ? CAMERAS : []),
    microphones: () => (known ? MICROPHONES : []),
    level: () => 0.62,
    cameraWanted: () => true,
    microphoneWanted: () => fake.muted !== true,
    open: nothing,
    setCameraWanted() {},
    setMicrophoneWanted() {},
    chooseCamera: nothing,
    chooseMicrophone: nothing,
    cut() {},
  };
}
