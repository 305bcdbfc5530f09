/**
 * The keys that one sender of frames goes through in a call: it ratchets by itself every half
 * minute, and takes a new generation when the two pages have agreed on one. docs/handshake.md,
 * "Moving on".
 */
import { plain } from "../bytes.ts";
import type { Bytes } from "../bytes.ts";
import { kid, ratchet, STEPS } from "../key-schedule.ts";
import type { KeyPlace } from "../key-schedule.ts";
import { createSealer } from "../sframe/index.ts";
import type { Sealer } from "../sframe/index.ts";

export interface SendingKeys {
  /**
   * Seals under the newest key. Frames that come before the first key wait for it, in order.
   * `headroom` free bytes come before the sealed frame, for its cover.
   * Rejects with RangeError once a key is used up, and after `wipe`.
   */
  seal(plaintext: Uint8Array, headroom?: number): Promise<Bytes>;
  /**
   * From here on frames are sealed under this generation, ratcheted every `stepMs`. The key is
   * copied in the call. Rejects with RangeError for a generation that is not newer (its nonces would
   * repeat), for a wiped key, and after `wipe`.
   */
  use(generation: number, baseKey: Uint8Array, stepMs?: number): Promise<void>;
  /** Where the newest key stands, once there is one. */
  readonly place: KeyPlace | undefined;
  wipe(): void;
}

/** A key that becomes known tells at most this much of the past: milliseconds. */
export const RATCHET_STEP_MS = 30_000;

interface Stage {
  readonly generation: number;
  readonly step: number;
  readonly baseKey: Bytes;
  readonly sealer: Sealer;
  readonly since: number;
  readonly stepMs: number;
}

const SUITE = 5;

/** `now`: milliseconds on a monotonic clock. */
export function createSendingKeys({ now }: { readonly now: () => number }): SendingKeys {
  const first = Promise.withResolvers<void>();
  // Nobody may be waiting when it is wiped.
  first.promise.catch(() => {});
  let stage: Stage | undefined;
  let newest = -1;
  let isMoving = false;
  let isWiped = false;

  /** Takes `baseKey` over: it becomes the stage's, or is wiped. */
  async function prepare(place: KeyPlace, baseKey: Bytes, stepMs: number): Promise<Stage> {
    try {
      const id = kid(place.generation, place.step);
      const sealer = await createSealer({ suite: SUITE, baseKey, kid: id });
      return { ...place, baseKey, sealer, since: now(), stepMs };
    } catch (cause) {
      baseKey.fill(0);
      throw cause;
    }
  }

  /** Frames go on under the present key until the next one is ready. */
  async function move(from: Stage): Promise<void> {
    isMoving = true;
    try {
      const place = { generation: from.generation, step: from.step + 1 };
      adopt(await prepare(place, await ratchet(from.baseKey), from.stepMs), from);
    } finally {
      isMoving = false;
    }
  }

  /**
   * Takes the prepared one, unless something newer came meanwhile. `from`: what it follows, where it
   * may follow nothing else.
   */
  function adopt(next: Stage, from = stage): void {
    const isStale = stage !== from || (stage !== undefined && stage.generation > next.generation);
    if (isStale || isWiped) return void next.baseKey.fill(0);
    stage?.baseKey.fill(0);
    stage = next;
    first.resolve();
  }

  /** Hands the sealer's promise on: a further one per frame would cost as much as sealing 500 bytes. */
  function seal(plaintext: Uint8Array, headroom = 0): Promise<Bytes> {
    if (isWiped) return Promise.reject(new RangeError("these keys were wiped"));
    if (stage === undefined) return first.promise.then(() => seal(plaintext, headroom));
    const isDue = now() - stage.since >= stage.stepMs && stage.step + 1 < STEPS;
    // A ratchet that fails leaves the present key in use, until the next generation.
    if (isDue && !isMoving) void move(stage).catch(() => {});
    return stage.sealer.seal(plaintext, undefined, headroom);
  }

  return {
    get place() {
      return stage && { generation: stage.generation, step: stage.step };
    },
    seal,
    async use(generation, baseKey, stepMs = RATCHET_STEP_MS) {
      if (isWiped) throw new RangeError("these keys were wiped");
      if (generation <= newest) throw new RangeError("this key generation was used before");
      newest = generation;
      adopt(await prepare({ generation, step: 0 }, plain(baseKey).slice(), stepMs));
    },
    wipe() {
      isWiped = true;
      stage?.baseKey.fill(0);
      stage = undefined;
      first.reject(new RangeError("these keys were wiped"));
    },
  };
}
