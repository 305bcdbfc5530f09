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
   * before the one before it are given up. Throws RangeError for one that is not newer.
   */
  expect(generation: number, baseKey: Uint8Array): Promise<void>;
  readonly hasKey: boolean;
  wipe(): void;
}

/** Frames that were under way when the sender moved on. */
const GRACE_MS = 2_000;
const SUITE = 5;

interface Chain {
  readonly generation: number;
  /** The step up to which keys were derived, and the base key of that step. */
  tip: number;
  baseKey: Bytes;
  /** Derivations happen one after another. */
  deriving: Promise<void>;
}

export function createReceivingKeys({ now }: { readonly now: () => number }): ReceivingKeys {
  const opener = createOpener({ suite: SUITE });
  const first = Promise.withResolvers<void>();
  first.promise.catch(() => {});
  let chains: Chain[] = [];
  let newest = -1;
  let isReady = false;
  /** KIDs that the opener knows, and when those go that are being given up. */
  const known = new Map<number, number | undefined>();
  /** The latest KID under which a frame opened. */
  let adopted = -1;

  async function derive(chain: Chain, step: number): Promise<void> {
    while (chain.tip < step && chains.includes(chain)) {
      const next = await ratchet(chain.baseKey);
      // Given up meanwhile: its keys are wiped, and none may be added any more.
      if (!chains.includes(chain)) return void next.fill(0);
      chain.baseKey.fill(0);
      chain.baseKey = next;
      const id = kid(chain.generation, ++chain.tip);
      known.set(id, undefined);
      await opener.addKey(id, next);
    }
  }

  /** Whether keys were derived that the frame may be sealed under. */
  async function follow(frame: Uint8Array): Promise<boolean> {
    const id = Number(decodeHeader(frame)?.kid ?? -1);
    const { generation, step } = placeOf(id);
    const chain = chains.find((one) => one.generation === generation);
    if (chain === undefined || id < adopted || step >= STEPS) return false;
    if (step <= chain.tip) return known.has(id);
    chain.deriving = chain.deriving.then(() => derive(chain, step)).catch(() => {});
    await chain.deriving;
    return known.has(id);
  }

  function adopt(id: number): void {
    if (id <= adopted) return;
    adopted = id;
    const until = now() + GRACE_MS;
    for (const [older, ends] of known) if (older < id) known.set(older, ends ?? until);
    giveUp(({ generation }) => generation < placeOf(id).generation);
  }

  function giveUp(isOver: (chain: Chain) => boolean): void {
    for (const chain of chains) if (isOver(chain)) chain.baseKey.fill(0);
    chains = chains.filter((chain) => !isOver(chain));
  }

  function sweep(): void {
    const at = now();
    for (const [id, ends] of known) if (ends !== undefined && ends <= at) remove(id);
  }

  function remove(id: number): void {
    opener.removeKey(id);
    known.delete(id);
  }

  return {
    get hasKey() {
      return newest >= 0;
    },
    async open(frame) {
      if (!isReady) await first.promise;
      sweep();
      let opened = await opener.open(frame);
      if (!opened.ok && opened.reason === "unknown-key" && (await follow(frame))) {
        opened = await opener.open(frame);
      }
      if (opened.ok) adopt(opened.kid);
      return opened;
    },
    async expect(generation, baseKey) {
      if (generation <= newest) throw new RangeError("this key generation was used before");
      newest = generation;
      const own = plain(baseKey).slice();
      giveUp((chain) => chain.generation < generation - 1);
      for (const id of known.keys()) if (placeOf(id).generation < generation - 1) remove(id);
      known.set(kid(generation, 0), undefined);
      await opener.addKey(kid(generation, 0), own);
      chains.push({ generation, tip: 0, baseKey: own, deriving: Promise.resolve() });
      isReady = true;
      first.resolve();
    },
    wipe() {
      giveUp(() => true);
      for (const id of known.keys()) remove(id);
      isReady = true;
      first.resolve();
    },
  };
}
