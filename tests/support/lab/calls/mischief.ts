/** What a modified page does to the frames that it sends, after the product's pipeline sealed them. */
import type { Kind } from "../../../../web/media-worker/messages.ts";
import type { Mischief } from "./watch.types.ts";

interface Frame {
  data: ArrayBuffer;
  readonly type?: string;
}
type Change = (sealed: Frame, plain: ArrayBuffer, kind: Kind) => void;

/** The cover of a VP8 frame (e2ee/envelope/vp8.ts), so that it gets as far as it can. */
function coverBytes({ type }: Frame): number {
  return type === undefined ? 0 : type === "key" ? 10 : 1;
}

export function createMischief(mischief: Mischief): Change | undefined {
  const before: Partial<Record<Kind, ArrayBuffer | undefined>> = {};
  let turn = 0;
  switch (mischief) {
    case "none":
    case "withheld":
      return undefined;
    case "unsealed":
      return (sealed, plain) => void (sealed.data = plain);
    case "covered":
      return (sealed, plain) => {
        const cover = new Uint8Array(sealed.data, 0, coverBytes(sealed));
        const bytes = new Uint8Array(cover.length + plain.byteLength);
        bytes.set(cover);
        bytes.set(new Uint8Array(plain), cover.length);
        sealed.data = bytes.buffer;
      };
    case "replayed":
      return (sealed, _, kind) => {
        const own = sealed.data;
        const old = before[kind];
        // A key frame that was sent as a delta frame would only be taken apart wrongly.
        const isAlike = sealed.type !== "key" && old !== undefined;
        if (isAlike && ++turn % 2 === 0) sealed.data = old.slice(0);
        before[kind] = sealed.type === "key" ? undefined : own.slice(0);
      };
    case "other-key-id":
      return (sealed) => {
        const bytes = new Uint8Array(sealed.data.slice(0));
        // The config byte: K-bit clear, three bits of key id (RFC 9605, 4.3).
        const at = coverBytes(sealed);
        bytes[at] = (bytes[at] ?? 0) ^ 0x70;
        sealed.data = bytes.buffer;
      };
    case "spoiled":
      return (sealed) => {
        const bytes = new Uint8Array(sealed.data.slice(0));
        bytes[bytes.length - 1]! ^= 1;
        sealed.data = bytes.buffer;
      };
  }
}
