import { answer, type Question } from "./checks.ts";

export type WorkerAnswer = { readonly did: string } | { readonly error: string };

addEventListener("message", ({ data }: MessageEvent<Question>) => {
  // A `Window` says where a message goes, a worker does not; the types here are a window's.
  const reply = (message: WorkerAnswer): void => postMessage(message, { targetOrigin: "*" });
  answer(data).then(
    (did) => reply({ did }),
    (cause: unknown) => reply({ error: String(cause) }),
  );
});
