import type { LocalMedia } from "../../media/local-media.types.ts";

/** On → off with its light; off or failed → on, asking again where that is needed. */
export function toggleCamera(media: LocalMedia): void {
  if (media.camera().state === "on") media.setCameraWanted(false);
  else if (media.cameraWanted()) void media.open();
  else media.setCameraWanted(true);
}
