/**
 * LiveKit's FrameCryptor, out of the worker that livekit-client ships. The worker keeps its classes
 * to itself, so it is told to set up a track as its page would tell it, and the transform that it
 * then gives to a TransformStream is taken from there: frames reach it without any stream's cost.
 */
import "livekit-client/e2ee-worker";
import type { Codec, Contender, Transform } from "./contender.ts";
import { BASE_KEY } from "./contender.ts";

const worker = globalThis as unknown as { onmessage: ((event: unknown) => void) | null };
const { onmessage: tell } = worker;
// From here on the worker's messages are the bench's.
worker.onmessage = null;

const PATIENCE_MS = 5_000;

/** The defaults of livekit-client 2.23, KEY_PROVIDER_DEFAULTS. */
const KEY_PROVIDER = {
  sharedKey: false,
  ratchetSalt: "LKFrameEncryptionKey",
  ratchetWindowSize: 8,
  failureTolerance: 10,
  keyringSize: 16,
  keySize: 128,
};

let isReady = false;
let tracks = 0;

function say(kind: string, data: unknown): void {
  tell?.({ data: { kind, data } });
}

export async function liveKit(codec: Codec): Promise<Contender> {
  if (!isReady) say("init", { loglevel: "silent", keyProviderOptions: KEY_PROVIDER });
  isReady = true;
  const participantIdentity = `bench ${tracks++}`;
  const key = await crypto.subtle.importKey("raw", BASE_KEY, "HKDF", false, [
    "deriveBits",
    "deriveKey",
  ]);
  say("setKey", { participantIdentity, key, keyIndex: 0, isPublisher: true });
  say("enable", { participantIdentity, enabled: true });
  const track = (operation: "encode" | "decode"): Promise<Transform> =>
    captured(() =>
      say(operation, {
        participantIdentity,
        trackId: `${participantIdentity} ${operation}`,
        readableStream: new ReadableStream(),
        writableStream: new WritableStream(),
        hasPacketTrailer: false,
        ...(codec !== "opus" && { codec }),
      }),
    );
  return {
    name: "LiveKit",
    codec,
    seal: await track("encode"),
    open: await track("decode"),
  };
}

/** The transform of the next TransformStream that is made. */
async function captured(cause: () => void): Promise<Transform> {
  const Original = globalThis.TransformStream;
  try {
    return await new Promise<Transform>((resolve, reject) => {
      globalThis.TransformStream = class extends Original {
        constructor(transformer: Transformer) {
          super(transformer);
          resolve(transformer.transform as Transform);
        }
      } as typeof TransformStream;
      setTimeout(() => reject(new Error("LiveKit set up no transform")), PATIENCE_MS);
      cause();
    });
  } finally {
    globalThis.TransformStream = Original;
  }
}
