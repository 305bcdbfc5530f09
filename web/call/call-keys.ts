/**
 * The keys of a running call and where they go: to the media worker for frames, to the sealed
 * channel for messages. The initiator leads a rekey every two minutes and after each restart of the
 * connection. Order matters and is that of e2ee/rekey: open under new keys, then reply, then seal.
 */
import { baseKey, STEPS } from "../../e2ee/key-schedule.ts";
import type { KeyDirection } from "../../e2ee/key-schedule.ts";
import { createReceivingKeys } from "../../e2ee/frame-keys/receiving-keys.ts";
import { createSendingKeys, RATCHET_STEP_MS } from "../../e2ee/frame-keys/sending-keys.ts";
import { createRekeying } from "../../e2ee/rekey/index.ts";
import type { Rekeying } from "../../e2ee/rekey/index.ts";
import type { Role } from "../../e2ee/role.ts";
import type { PeerMessage } from "../chat/messages.ts";
import type { MediaGuard } from "./media-guard.ts";

/** How fast keys move on, in milliseconds. */
export interface KeyPace {
  readonly stepMs: number;
  readonly rekeyMs: number;
  /** A call whose keys are older than this ends: somebody keeps them from being replaced. */
  readonly oldestMs: number;
}

export const KEY_PACE: KeyPace = {
  stepMs: RATCHET_STEP_MS,
  rekeyMs: 120_000,
  // After the last step of a generation nothing moves on any more.
  oldestMs: STEPS * RATCHET_STEP_MS,
};

/** Two restarts in a row are one reason for new keys. */
const SOONEST_MS = 5_000;

export interface CallKeys {
  readonly sending: ReturnType<typeof createSendingKeys>;
  readonly receiving: ReturnType<typeof createReceivingKeys>;
  /** The partner's frames open from here on. The root is copied. */
  open(root: Uint8Array): Promise<void>;
  /** Ours are sealed from here on, and keys begin to move on. Wipes nothing of the caller's. */
  seal(root: Uint8Array): Promise<void>;
  /** A message of the partner's rekey. */
  receive(body: Uint8Array): void;
  /** The connection was restarted: fresh keys soon. */
  refresh(): void;
  numbers(): { readonly generation: number; readonly ageSeconds: number };
  wipe(): void;
}

interface CallKeysOptions {
  readonly role: Role;
  readonly guard: Pick<MediaGuard, "giveKeys">;
  readonly pace: KeyPace;
  readonly events: {
    send(message: PeerMessage): Promise<unknown>;
    /** The partner's message did not fit, or the two sides hold different keys. */
    insecure(failure: "malformed" | "confirmation"): void;
    broken(cause: unknown): void;
    /** Nobody replaced the keys for too long. */
    stale(): void;
  };
}

export function createCallKeys({ role, guard, pace, events }: CallKeysOptions): CallKeys {
  const now = (): number => performance.now();
  const [outbound, inbound]: readonly [KeyDirection, KeyDirection] =
    role === "initiator" ? ["I>R", "R>I"] : ["R>I", "I>R"];
  const sending = createSendingKeys({ now });
  const receiving = createReceivingKeys({ now });
  let rekeying: Rekeying | undefined;
  let freshAt = 0;
  let refreshDue = false;
  let timer: ReturnType<typeof setInterval> | undefined;
  let isOver = false;

  async function give(
    direction: "open" | "seal",
    generation: number,
    root: Uint8Array,
  ): Promise<void> {
    const way = direction === "seal" ? outbound : inbound;
    const [audio, video, data] = await Promise.all([
      baseKey(root, way, "audio"),
      baseKey(root, way, "video"),
      baseKey(root, way, "data"),
    ]);
    if (isOver) return;
    const { stepMs } = pace;
    const given = guard.giveKeys({ direction, generation, stepMs, audio, video });
    if (direction === "seal") await sending.use(generation, data, stepMs);
    else await receiving.expect(generation, data);
    data.fill(0);
    await given;
  }

  function tick(): void {
    const age = now() - freshAt;
    if (age > pace.oldestMs) return events.stale();
    if (role !== "initiator" || rekeying === undefined || rekeying.isUnderWay) return;
    if (age >= pace.rekeyMs || (refreshDue && age >= SOONEST_MS)) void begin().catch(events.broken);
  }

  async function begin(): Promise<void> {
    refreshDue = false;
    const body = await rekeying?.begin();
    if (body !== undefined && !isOver) await events.send({ type: "rekey", body });
  }

  async function take(message: Uint8Array): Promise<void> {
    if (rekeying === undefined || isOver) return;
    // Each exchange costs several key operations; a partner cannot have them all the time.
    const soonest = Math.min(SOONEST_MS, pace.rekeyMs) / 2;
    if (!rekeying.isUnderWay && now() - freshAt < soonest) return events.insecure("malformed");
    const step = await rekeying.receive(message);
    if (isOver) return;
    if (!step.ok) return events.insecure(step.failure);
    const { generation, open, seal, reply } = step;
    if (open !== undefined) await give("open", generation, open);
    if (reply !== undefined) await events.send({ type: "rekey", body: reply });
    if (seal !== undefined) {
      await give("seal", generation, seal);
      freshAt = now();
    }
    open?.fill(0);
    seal?.fill(0);
  }

  let taking: Promise<unknown> = Promise.resolve();
  return {
    sending,
    receiving,
    open: (root) => give("open", 0, root),
    async seal(root) {
      rekeying = await createRekeying(role, root);
      await give("seal", 0, root);
      freshAt = now();
      if (!isOver) timer = setInterval(tick, Math.min(1_000, pace.rekeyMs / 4));
    },
    receive(body) {
      taking = taking.then(() => take(body)).catch(events.broken);
    },
    refresh() {
      refreshDue = true;
    },
    numbers: () => ({
      generation: rekeying?.generation ?? 0,
      ageSeconds: Math.floor((now() - freshAt) / 1_000),
    }),
    wipe() {
      isOver = true;
      clearInterval(timer);
      rekeying?.wipe();
      sending.wipe();
      receiving.wipe();
    },
  };
}
