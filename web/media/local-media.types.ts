/**
 * The person's own camera and microphone as the green room and the call see them.
 */
import type { Accessor } from "solid-js";

/** Why a device cannot be used; each has its own way out in web/text. */
export type MediaProblem =
  /** The person (or an earlier answer) said no to this page. */
  | "denied"
  /** The prompt was closed without an answer. */
  | "dismissed"
  /** The operating system withholds the device from the browser. */
  | "blocked-by-system"
  | "not-found"
  | "in-use"
  /** The page is not in a secure context. */
  | "insecure"
  | "unsupported"
  /** It worked and was pulled out. */
  | "unplugged"
  /** It worked and permission was taken back. */
  | "revoked"
  | "unknown";

export type DeviceState =
  | { readonly state: "off" }
  | { readonly state: "asking" }
  | { readonly state: "on"; readonly track: MediaStreamTrack; readonly deviceId: string }
  | { readonly state: "failed"; readonly problem: MediaProblem };

export interface DeviceChoice {
  readonly deviceId: string;
  readonly label: string;
}

export interface LocalMedia {
  readonly camera: Accessor<DeviceState>;
  readonly microphone: Accessor<DeviceState>;
  readonly cameras: Accessor<readonly DeviceChoice[]>;
  readonly microphones: Accessor<readonly DeviceChoice[]>;
  /** 0 (silence) to 1, about ten times a second while the microphone is on. */
  readonly level: Accessor<number>;
  /** What the person wants to send, independent of whether the device works. */
  readonly cameraWanted: Accessor<boolean>;
  readonly microphoneWanted: Accessor<boolean>;
  /** Ask for both at once, falling back to each alone, so that one missing device does not cost the other. */
  open(): Promise<void>;
  setCameraWanted(wanted: boolean): void;
  setMicrophoneWanted(wanted: boolean): void;
  chooseCamera(deviceId: string): Promise<void>;
  chooseMicrophone(deviceId: string): Promise<void>;
  /** Synchronously: every track black and silent, then released. */
  cut(): void;
}
