/**
 * The keys under which one sender's frames are opened. It follows the sender: a later ratchet step
 * or the next generation counts only after a frame has opened under it, and what came before goes
 * two seconds later. docs/handshake.md, "Moving on".
 *
 * What a forged frame can cause: at most one decryption, and over a whole generation the fifteen
 * derivations that it has, once each. It never makes a key go.
 */
import { plain } from "../bytes.ts";
import type { Bytes } from "../bytes.ts";
import { kid, placeOf, ratchet, STEPS } from "../key-schedule.ts";
import { decodeHeader } from "../sframe/header.ts";
import { createOpener } from "../sframe/index.ts";
import type { Opened } from "../sframe/index.ts";

export interface ReceivingKeys {
  /** Never throws. Frames that come before the first key wait for it. */
  open(frame: Uint8Array): Promise<Opened>;
  /**
   * Frames of this generation may come from now on. The key is copied in the call. Generations
   * before the one before it are given up. Rejects with RangeError for one that is not newer, for a
   * wiped key, and after `wipe`.
   */
  expect(generation: number, baseKey: Uint8Array): Promise<void>;
  /** Forgets what is due to go. `open` does it too; call it where frames may stay away. */
  sweep(): void;
  readonly hasKey: boolean;
  wipe(): void;
}

/** For frames that were under way when the sender moved on. */
const GRACE_MS = 2_000;
const SUITE = 5;

interface Chain {
  readonly generation: number;
  /** The step up to which keys were derived, and the base key of that step. */
  tip: number;
  baseKey: Bytes;
  /** Settles when the keys up to the tip can be used. Derivations happen one after another. */
  deriving: Promise<void>;
  /** When it goes, once that is known. Until then late frames may still ask for a step of it. */
  ends: number | undefined;
}

/** `now`: milliseconds on a monotonic clock. */
export function createReceivingKeys({ now }: { readonly now: () => number }): ReceivingKeys {
  const opener = createOpener({ suite: SUITE });
  const first = Promise.withResolvers<void>();
  const chains = new Map<number, Chain>();
  let newest = -1;
  let isWiped = false;
  /** KIDs that the opener has, and when those go that are being given up. */
  const known = new Map<number, number | undefined>();
  /** The latest KID under which a frame opened. */
  let adopted = -1;

  function add(chain: Chain, step: number): Promise<void> {
    const id = kid(chain.generation, step);
    chain.tip = step;
    known.set(id, chain.ends);
    return opener.addKey(id, chain.baseKey);
  }

  async function derive(chain: Chain, step: number): Promise<void> {
    while (chain.tip < step && chains.has(chain.generation)) {
      const next = await ratchet(chain.baseKey);
      // Given up meanwhile: its keys are wiped, and none may be added any more.
      if (!chains.has(chain.generation)) return void next.fill(0);
      chain.baseKey.fill(0);
      chain.baseKey = next;
      await add(chain, chain.tip + 1);
    }
  }

  /** Whether there is a key for this frame after all: one step further, or just being derived. */
  async function follow(frame: Uint8Array): Promise<boolean> {
    const id = Number(decodeHeader(frame)?.kid ?? -1);
    const { generation, step } = placeOf(id);
    const chain = chains.get(generation);
    if (chain === undefined) return false;
    if (step > chain.tip) {
      chain.deriving = chain.deriving.then(() => derive(chain, step)).catch(() => {});
    }
    await chain.deriving;
    return known.has(id);
  }

  /** What comes before this KID goes when the grace is over. */
  function retire(before: number): void {
    const at = now() + GRACE_MS;
    for (const [id, ends] of known) if (id < before) known.set(id, ends ?? at);
    for (const chain of chains.values()) {
      if (kid(chain.generation, STEPS - 1) < before) chain.ends ??= at;
    }
  }

  function adopt(id: number): void {
    if (id <= adopted) return;
    adopted = id;
    retire(id);
  }

  function sweep(): void {
    const at = now();
    for (const [id, ends] of known) if (ends !== undefined && ends <= at) remove(id);
    for (const chain of chains.values()) {
      if (chain.ends !== undefined && chain.ends <= at) drop(chain);
    }
  }

  function remove(id: number): void {
    opener.removeKey(id);
    known.delete(id);
  }

  function drop(chain: Chain): void {
    chain.baseKey.fill(0);
    chains.delete(chain.generation);
  }

  return {
    get hasKey() {
      return newest >= 0;
    },
    sweep,
    async open(frame) {
      if (newest < 0) await first.promise;
      sweep();
      let opened = await opener.open(frame);
      if (!opened.ok && opened.reason === "unknown-key" && (await follow(frame))) {
        opened = await opener.open(frame);
      }
      if (opened.ok) adopt(opened.kid);
      return opened;
    },
    async expect(generation, baseKey) {
      if (isWiped) throw new RangeError("these keys were wiped");
      if (generation <= newest) throw new RangeError("this key generation was used before");
      const id = kid(generation, 0);
      retire(id - STEPS);
      sweep();
      newest = generation;
      const chain: Chain = {
        generation,
        tip: 0,
        baseKey: plain(baseKey).slice(),
        deriving: Promise.resolve(),
        ends: undefined,
      };
      chains.set(generation, chain);
      // Known from this very call on: frames under it wait for the derivation and are not refused.
      const adding = add(chain, 0);
      chain.deriving = adding.catch(() => {
        drop(chain);
        remove(id);
      });
      first.resolve();
      await adding;
    },
    wipe() {
      isWiped = true;
      for (const chain of chains.values()) drop(chain);
      for (const id of known.keys()) remove(id);
      first.resolve();
    },
  };
}
