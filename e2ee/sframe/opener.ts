/**
 * The receiving half of SFrame (RFC 9605, 4.4.4). A list of the keys that may be used now, and a
 * replay window for each. Whatever arrives costs at most one decryption and, unless it
 * authenticates, changes nothing.
 */
import { associatedData } from "./associated-data.ts";
import type { Bytes } from "./bytes.ts";
import { readHeader } from "./header.ts";
import { deriveFrameKey } from "./keys.ts";
import type { FrameKey } from "./keys.ts";
import { createReplayWindow } from "./replay-window.ts";
import type { ReplayWindow } from "./replay-window.ts";
import { resolveSuite } from "./suites.ts";
import type { SuiteChoice } from "./suites.ts";
import { uint64 } from "./uint64.ts";
import type { UInt64 } from "./uint64.ts";

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
  /** As it was added. */
  readonly kid: number;
  readonly key: FrameKey;
  readonly window: ReplayWindow;
}

const NOTHING = new Uint8Array(0);

export function createOpener(options: { readonly suite: SuiteChoice }): Opener {
  const suite = resolveSuite(options.suite);
  /** Every KID that was ever added, with what became of it. */
  const entries = new Map<UInt64, Entry | "deriving" | "removed">();
  const refused = (reason: OpenFailure): Opened => ({ ok: false, reason });

  return {
    async addKey(kid, baseKey) {
      const id = uint64(kid);
      if (entries.has(id)) throw new RangeError("this key id was used before");
      entries.set(id, "deriving");
      const key = await deriveFrameKey(suite, baseKey, id);
      // Removed while it was being derived: stays removed.
      if (entries.get(id) === "removed") return;
      entries.set(id, { kid, key, window: createReplayWindow() });
    },

    removeKey(kid) {
      const id = uint64(kid);
      if (entries.has(id)) entries.set(id, "removed");
    },

    async open(frame, metadata = NOTHING) {
      const header = readHeader(frame);
      if (header === undefined) return refused("malformed");
      const { kid, counter, length } = header;
      if (frame.length < length + suite.tagBytes) return refused("malformed");
      const entry = entries.get(kid);
      if (typeof entry !== "object") return refused("unknown-key");
      const { key, window } = entry;

      const early = window.check(counter);
      if (early !== "fresh") return refused(early);

      // Written anew, which is the same bytes: a value has one encoding only.
      const additional = associatedData(kid, counter, metadata);
      let plaintext: ArrayBuffer;
      try {
        const sealed = frame.subarray(length);
        plaintext = await key.cipher.open(key.nonceFor(counter), additional, sealed);
      } catch {
        // WebCrypto says "not authentic" by throwing, and says nothing more.
        return refused("unauthentic");
      }

      // Others ran during the await: the key may be gone, and a copy of this very frame may have
      // been accepted. From here to `accept` nothing is awaited, so one copy wins.
      if (entries.get(kid) !== entry) return refused("unknown-key");
      const late = window.check(counter);
      if (late !== "fresh") return refused(late);
      window.accept(counter);
      return {
        ok: true,
        plaintext: new Uint8Array(plaintext),
        kid: entry.kid,
        counter: BigInt(counter),
      };
    },
  };
}
