/**
 * Envelopes that put a few constant bytes in front of the sealed frame and change nothing of it.
 * The frame can then be sealed right behind them, in one buffer.
 */
import { concat } from "../bytes.ts";
import type { Bytes } from "../bytes.ts";
import type { Envelope } from "./envelope.ts";

interface Fronts {
  readonly key: Bytes;
  readonly delta: Bytes;
}

export function fronted(
  name: string,
  fronts: Fronts,
  unwrap: Envelope["unwrap"],
): Envelope & Required<Pick<Envelope, "front">> {
  const front = (key: boolean): Bytes => (key ? fronts.key : fronts.delta);
  return { name, front, wrap: (sealed, key) => concat(front(key), sealed), unwrap };
}

const NOTHING = new Uint8Array(0);

/** The sealed frame as it is. Nothing at all is not a sealed frame. */
export function bare(name: string): ReturnType<typeof fronted> {
  return {
    name,
    front: () => NOTHING,
    wrap: (sealed) => sealed,
    unwrap: (bytes) => (bytes.length === 0 ? undefined : bytes),
  };
}
