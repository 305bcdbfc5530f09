/**
 * A black picture that really produces frames: what a sender carries until the media worker has
 * proved that it seals. A disabled camera track would do in Chromium, but Firefox sends its black
 * once a second, and the first face would wait for it.
 */

export interface BlackTrack {
  readonly track: MediaStreamTrack;
  stop(): void;
}

/** The size of a camera that was asked for nothing special, so that the encoder need not start over. */
const WIDTH = 640;
const HEIGHT = 480;
/** Higher than a camera's: the first sealed frame is waited for, and it lasts a blink. */
const FIRST_FRAMES_PER_SECOND = 60;
/** While a camera is off: nobody waits for anything. */
const CALM_FRAMES_PER_SECOND = 5;

export function createBlackTrack(haste: "first" | "calm" = "first"): BlackTrack {
  const framesPerSecond = haste === "first" ? FIRST_FRAMES_PER_SECOND : CALM_FRAMES_PER_SECOND;
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext("2d", { alpha: false });
  const [track] = canvas.captureStream(framesPerSecond).getVideoTracks();
  if (context === null || track === undefined) throw new Error("no canvas to make black of");
  // Only a canvas that was drawn to gives a new frame.
  const draw = (): void => context.fillRect(0, 0, WIDTH, HEIGHT);
  draw();
  const timer = setInterval(draw, 1_000 / framesPerSecond);
  return {
    track,
    stop() {
      clearInterval(timer);
      track.stop();
    },
  };
}
