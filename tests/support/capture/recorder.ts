/**
 * Put in front of the media worker's own script: writes down every frame before it is sealed and
 * after, and tells the page. The product has no such hook; this one replaces TransformStream
 * underneath it, as only whoever controls the browser could.
 */
import type { Person } from "../browsers/person.ts";

export interface Recording {
  /** Frames as the codec made them. */
  readonly plain: Uint8Array[];
  /** The same frames as they were handed to the network. */
  readonly sealed: Uint8Array[];
  /** How many of them are pictures, and which. */
  readonly pictures: number;
  readonly isPicture: readonly boolean[];
}

const CHANNEL = "frame-recorder";

/** Runs in the media worker. */
function recordInWorker(channelName: string): void {
  const out = new BroadcastChannel(channelName);
  let direction = "";
  const scope = self as unknown as EventTarget & { onrtctransform: unknown };
  Object.defineProperty(scope, "onrtctransform", {
    set(handler: (event: unknown) => void) {
      scope.addEventListener("rtctransform", (event) => {
        const { transformer } = event as unknown as {
          transformer: { options: { direction: string } };
        };
        // The handler makes its stream in this very task.
        direction = transformer.options.direction;
        handler(event);
        direction = "";
      });
    },
  });
  const Native = TransformStream;
  type Frame = { data: ArrayBuffer };
  self.TransformStream = class extends Native<Frame, Frame> {
    constructor(pipe: Transformer<Frame, Frame>) {
      const isSealing = direction === "seal";
      super({
        transform(frame, controller) {
          const before = frame.data.slice(0);
          const watched = {
            enqueue(sealed: Frame) {
              if (isSealing) out.postMessage([before, sealed.data.slice(0), "type" in sealed]);
              controller.enqueue(sealed);
            },
          };
          return pipe.transform?.(frame, watched as TransformStreamDefaultController<Frame>);
        },
      });
    }
  } as unknown as typeof TransformStream;
}

/** Runs in the page. */
function keepInPage(channelName: string): void {
  const kept = {
    plain: [] as ArrayBuffer[],
    sealed: [] as ArrayBuffer[],
    isPicture: [] as boolean[],
  };
  (window as unknown as { recording: typeof kept }).recording = kept;
  new BroadcastChannel(channelName).onmessage = ({
    data,
  }: MessageEvent<[ArrayBuffer, ArrayBuffer, boolean]>) => {
    kept.plain.push(data[0]);
    kept.sealed.push(data[1]);
    kept.isPicture.push(data[2]);
  };
}

export const RECORDED = {
  initScripts: [`(${keepInPage.toString()})("${CHANNEL}");`],
  prefixScripts: {
    url: /media-worker-[\w-]+\.js/,
    source: `(${recordInWorker.toString()})("${CHANNEL}");`,
  },
};

export async function recordingOf(person: Person): Promise<Recording> {
  const [plain, sealed, isPicture] = await person.evaluate(() => {
    const { recording } = window as unknown as {
      recording: { plain: ArrayBuffer[]; sealed: ArrayBuffer[]; isPicture: boolean[] };
    };
    const text = (buffer: ArrayBuffer): string => {
      const bytes = new Uint8Array(buffer);
      let binary = "";
      for (const byte of bytes) binary += String.fromCharCode(byte);
      return btoa(binary);
    };
    return [recording.plain.map(text), recording.sealed.map(text), recording.isPicture] as const;
  });
  const bytes = (texts: readonly string[]): Uint8Array[] =>
    texts.map((text) => new Uint8Array(Buffer.from(text, "base64")));
  const pictures = isPicture.filter(Boolean).length;
  return { plain: bytes(plain), sealed: bytes(sealed), pictures, isPicture };
}
