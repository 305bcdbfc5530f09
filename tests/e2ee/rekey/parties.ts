/** The two sides of a rekey, deterministic under a seed, and what may happen between them. */
import { createRekeying } from "../../../e2ee/rekey/index.ts";
import type { RekeyChance, Rekeying, RekeyStep } from "../../../e2ee/rekey/index.ts";
import type { Role } from "../../../e2ee/role.ts";
import { encapsulateFromSeed, keyPairFromSeed } from "../../../e2ee/xwing-portable.ts";
import { bytesOf, hex } from "../kit.ts";

/** The seed words appear in docs/handshake-vectors.json; generations count from 1. */
export function rekeyChance(seed: string, role: Role): RekeyChance {
  let keys = 0;
  let encapsulations = 0;
  return {
    generateKeyPair: () => keyPairFromSeed(bytesOf(`${seed} ${role} rekey ${++keys} key`, 32)),
    encapsulate: (publicKey) =>
      encapsulateFromSeed(
        publicKey,
        bytesOf(`${seed} ${role} rekey ${++encapsulations} encapsulation`, 64),
      ),
  };
}

export interface Two {
  readonly initiator: Rekeying;
  readonly responder: Rekeying;
}

export async function two(seed: string, root = bytesOf(`${seed} root`, 32)): Promise<Two> {
  return {
    initiator: await createRekeying("initiator", root, rekeyChance(seed, "initiator")),
    responder: await createRekeying("responder", root, rekeyChance(seed, "responder")),
  };
}

export type Number4 = "R1" | "R2" | "R3" | "R4";
/** What is done to a message; undefined delivers nothing. */
export type Middle = Partial<Record<Number4, (message: Uint8Array) => Uint8Array>>;

export type Outcome =
  | {
      readonly ok: true;
      readonly messages: Readonly<Record<Number4, Uint8Array>>;
      readonly steps: readonly RekeyStep[];
      readonly root: string;
    }
  | { readonly ok: false; readonly at: Number4; readonly failure: string };

/** One exchange. `root` is the same on both sides and in both directions, or it throws. */
export async function exchange(
  { initiator, responder }: Two,
  middle: Middle = {},
): Promise<Outcome> {
  const change = (name: Number4, message: Uint8Array): Uint8Array =>
    middle[name]?.(message) ?? message;
  const r1 = await initiator.begin();
  const second = await responder.receive(change("R1", r1));
  if (!second.ok) return { ok: false, at: "R1", failure: second.failure };
  const third = await initiator.receive(change("R2", second.reply!));
  if (!third.ok) return { ok: false, at: "R2", failure: third.failure };
  const fourth = await responder.receive(change("R3", third.reply!));
  if (!fourth.ok) return { ok: false, at: "R3", failure: fourth.failure };
  const last = await initiator.receive(change("R4", fourth.reply!));
  if (!last.ok) return { ok: false, at: "R4", failure: last.failure };
  const roots = [third.open, fourth.open, fourth.seal, last.seal].map((root) => hex(root!));
  if (new Set(roots).size !== 1) throw new Error(`different roots: ${roots.join(" ")}`);
  return {
    ok: true,
    messages: { R1: r1, R2: second.reply!, R3: third.reply!, R4: fourth.reply! },
    steps: [second, third, fourth, last],
    root: roots[0]!,
  };
}
