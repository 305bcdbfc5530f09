/**
 * The loudness of a microphone as a number for a bar. Measured only while somebody looks at it:
 * an AudioContext costs a thread and keeps a phone awake.
 */
import { type Accessor, createSignal, getListener, onCleanup } from "solid-js";

const INTERVAL_MS = 100;
/** Quieter than this is drawn as silence; louder than 0 dBFS does not exist. */
const FLOOR_DB = -60;

/** Root mean square of samples in -1…1 → 0…1 on a scale that ears agree with. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  if (rms === 0) return 0;
  const db = 20 * Math.log10(rms);
  return Math.min(1, Math.max(0, 1 - db / FLOOR_DB));
}

/**
 * `level` measures while a computation tracks it and `track` gives a track that is heard.
 */
export function createLevel(track: () => MediaStreamTrack | undefined): Accessor<number> {
  const [level, setLevel] = createSignal(0);
  let watchers = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  let probe: Probe | undefined;

  const release = (): void => {
    probe?.close();
    probe = undefined;
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
    release();
    setLevel(0);
  };
  const tick = (): void => {
    // Every change of the level re-runs its watchers, which leave and come back at once; so the
    // count is looked at here, a moment later, and not when a watcher leaves.
    if (watchers === 0) return stop();
    const heard = track();
    if (heard === undefined || !heard.enabled || heard.readyState === "ended") {
      release();
      setLevel(0);
      return;
    }
    if (probe?.track !== heard) {
      release();
      probe = openProbe(heard);
    }
    setLevel(probe?.read() ?? 0);
  };

  onCleanup(stop);

  return () => {
    if (getListener() !== null) {
      watchers += 1;
      onCleanup(() => (watchers -= 1));
      timer ??= setInterval(tick, INTERVAL_MS);
    }
    return level();
  };
}

interface Probe {
  readonly track: MediaStreamTrack;
  read(): number;
  close(): void;
}

function openProbe(track: MediaStreamTrack): Probe | undefined {
  try {
    const context = new AudioContext();
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    // Born suspended where the page was not touched yet.
    if (context.state === "suspended") void context.resume();
    return {
      track,
      read() {
        analyser.getFloatTimeDomainData(samples);
        return loudness(samples);
      },
      close() {
        source.disconnect();
        void context.close();
      },
    };
  } catch {
    // No audio engine: the bar stays empty, the call works all the same.
    return undefined;
  }
}
