/**
 * The receiving half of SFrame (RFC 9605, 4.4.4). A list of the keys that may be used now, and a
 * replay window for each. Whatever arrives costs at most one decryption and, unless it
 * authenticates, changes nothing.
 */
import type { Bytes } from "../bytes.ts";
import { concat } from "../bytes.ts";
import { decodeHeader } from "./header.ts";
import { deriveFrameKey, nonceFor } from "./keys.ts";
import type { FrameKey } from "./keys.ts";
import { createReplayWindow } from "./replay-window.ts";
import type { ReplayWindow } from "./replay-window.ts";
import { resolveSuite } from "./suites.ts";
import type { SuiteChoice } from "./suites.ts";

export type OpenFailure = "malformed" | "unknown-key" | "replayed" | "too-old" | "unauthentic";

export type Opened =
  | { readonly ok: true; readonly plaintext: Bytes; readonly kid: number; readonly counter: bigint }
  | { readonly ok: false; readonly reason: OpenFailure };

export interface Opener {
  /** Never throws, whatever the bytes. */
  open(frame: Uint8Array, metadata?: Uint8Array): Promise<Opened>;
  /** Throws RangeError for a KID that this opener has or had: its window would start anew. */
  addKey(kid: number, baseKey: Uint8Array): Promise<void>;
  /** Frames under this KID no longer open, including those whose decryption is under way. */
  removeKey(kid: number): void;
}

interface Entry {
  readonly key: FrameKey;
  readonly window: ReplayWindow;
}

const NOTHING = new Uint8Array(0);

export function createOpener(options: { readonly suite: SuiteChoice }): Opener {
  const suite = resolveSuite(options.suite);
  /** Every KID that was ever added, with what became of it. */
  const entries = new Map<number, Entry | "deriving" | "removed">();
  const refused = (reason: OpenFailure): Opened => ({ ok: false, reason });

  return {
    async addKey(kid, baseKey) {
      if (entries.has(kid)) throw new RangeError("this key id was used before");
      entries.set(kid, "deriving");
      const key = await deriveFrameKey(suite, baseKey, kid);
      // Removed while it was being derived: stays removed.
      if (entries.get(kid) === "removed") return;
      entries.set(kid, { key, window: createReplayWindow() });
    },

    removeKey(kid) {
      if (entries.has(kid)) entries.set(kid, "removed");
    },

    async open(frame, metadata = NOTHING) {
      const header = decodeHeader(frame);
      if (header === undefined) return refused("malformed");
      const { counter, length } = header;
      if (frame.length < length + suite.tagBytes) return refused("malformed");
      const kid = Number(header.kid);
      const entry = entries.get(kid);
      if (typeof entry !== "object") return refused("unknown-key");
      // Two large KIDs may round to one number; only an exact one counts.
      if (BigInt(kid) !== header.kid) return refused("unknown-key");

      const early = entry.window.check(counter);
      if (early !== "fresh") return refused(early);

      const additional = concat(frame.subarray(0, length), metadata);
      const nonce = nonceFor(entry.key.salt, counter);
      const plaintext = await entry.key.cipher.open(nonce, additional, frame.subarray(length));
      if (plaintext === undefined) return refused("unauthentic");

      // Others ran during the await: the key may be gone, and a copy of this very frame may have
      // been accepted. From here to `accept` nothing is awaited, so one copy wins.
      if (entries.get(kid) !== entry) return refused("unknown-key");
      const late = entry.window.check(counter);
      if (late !== "fresh") return refused(late);
      entry.window.accept(counter);
      return { ok: true, plaintext, kid, counter };
    },
  };
}
