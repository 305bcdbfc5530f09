/** The floor: one call of WebCrypto's AES-256-GCM for each frame, and nothing else. */
import type { Contender } from "./contender.ts";
import { BASE_KEY } from "./contender.ts";

export async function webCrypto(): Promise<Contender> {
  const { subtle } = crypto;
  const key = await subtle.importKey("raw", BASE_KEY, "AES-GCM", false, ["encrypt", "decrypt"]);
  const iv = new Uint8Array(12);
  const view = new DataView(iv.buffer);
  const algorithm = { name: "AES-GCM", iv };
  return {
    name: "WebCrypto alone",
    codec: "vp8",
    async seal(frame, outlet) {
      view.setUint32(8, frame.timestamp);
      frame.data = await subtle.encrypt(algorithm, key, frame.data);
      outlet.enqueue(frame);
    },
    async open(frame, outlet) {
      view.setUint32(8, frame.timestamp);
      frame.data = await subtle.decrypt(algorithm, key, frame.data);
      outlet.enqueue(frame);
    },
  };
}
