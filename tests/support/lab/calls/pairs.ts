/** Both sides of a call on one page, with nobody between them. */
import { toBase64url } from "../../../../protocol/base64url.ts";
import type { Scenery } from "./picture.ts";
import { createSide, type Side, type SideOptions } from "./side.ts";

export type Pair = readonly [Side, Side];

/** The first one makes the offer. */
export async function pairUp(
  options: readonly [SideOptions, SideOptions],
  scenery: Scenery,
): Promise<Pair> {
  const made: Side[] = [];
  const to =
    (partner: number) =>
    (body: string, epoch: number): void =>
      // As from a socket: in a task of its own.
      void setTimeout(() => made[partner]?.session()?.receive(body, epoch));
  const pair = await Promise.all([
    createSide(options[0], to(1), () => scenery),
    createSide(options[1], to(0), () => scenery),
  ]);
  made.push(...pair);
  const id = toBase64url(crypto.getRandomValues(new Uint8Array(16)));
  pair[0].begin({ id, role: "initiator", partnerKey: pair[1].sealKey });
  pair[1].begin({ id, role: "responder", partnerKey: pair[0].sealKey });
  return pair;
}

export async function until(what: () => boolean, patienceMs: number): Promise<boolean> {
  const end = performance.now() + patienceMs;
  while (!what()) {
    if (performance.now() > end) return false;
    await pause(20);
  }
  return true;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
