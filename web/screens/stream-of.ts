import type { DeviceState } from "../media/local-media.types.ts";

/** A stream of its own per track, so that showing the picture here holds nothing else open. */
export function streamOf(device: DeviceState): MediaStream | undefined {
  return device.state === "on" ? new MediaStream([device.track]) : undefined;
}
