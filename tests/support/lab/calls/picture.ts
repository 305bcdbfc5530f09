/** A picture that moves all over, and a tone: something for every encoder to do, the same everywhere. */

export interface Scenery {
  readonly video: MediaStreamTrack | undefined;
  readonly audio: MediaStreamTrack | undefined;
  /** Frames per second from now on. */
  play(perSecond: number): void;
}

export function createScenery(width: number, height: number): Scenery {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { alpha: false })!;
  let frame = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  function draw(): void {
    frame++;
    context.fillStyle = `hsl(${(frame * 7) % 360} 60% 30%)`;
    context.fillRect(0, 0, width, height);
    for (let i = 0; i < 12; i++) {
      const phase = frame / 9 + i * 1.7;
      context.fillStyle = `hsl(${(i * 47 + frame * 3) % 360} 80% 60%)`;
      context.beginPath();
      const x = width * (0.5 + 0.45 * Math.sin(phase));
      const y = height * (0.5 + 0.45 * Math.cos(phase * 0.73 + i));
      context.arc(x, y, 3 + ((i * 5 + frame) % 13), 0, 7);
      context.fill();
    }
    context.fillText(String(frame), 4, 12);
  }
  draw();
  const video = canvas.captureStream().getVideoTracks()[0];
  const sound = new AudioContext();
  const destination = sound.createMediaStreamDestination();
  const tone = sound.createOscillator();
  tone.frequency.value = 330;
  tone.connect(destination);
  tone.start();
  return {
    video,
    audio: destination.stream.getAudioTracks()[0],
    play(perSecond) {
      clearInterval(timer);
      if (perSecond > 0) timer = setInterval(draw, 1_000 / perSecond);
    },
  };
}
