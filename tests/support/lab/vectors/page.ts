import { answer, type Question } from "./checks.ts";
import type { WorkerAnswer } from "./worker.ts";

export type Place = "page" | "worker";

declare global {
  interface Window {
    /** Rejects at the first difference. */
    check(place: Place, question: Question): Promise<string>;
  }
}

const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });

function inWorker(question: Question): Promise<string> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
      if ("did" in data) resolve(data.did);
      else reject(new Error(data.error));
    };
    worker.onerror = ({ message }) => reject(new Error(`the worker did not start: ${message}`));
    worker.postMessage(question);
  });
}

window.check = (place, question) => (place === "page" ? answer(question) : inWorker(question));
