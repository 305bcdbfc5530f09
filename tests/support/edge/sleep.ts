/** Putting lobbies to sleep between any two steps. */
import { evictAllDurableObjects, evictDurableObject, listDurableObjectIds } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";

/** The real one, which withoutTimers does not take away. */
export const later = globalThis.setTimeout.bind(globalThis);

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => later(resolve, ms));
}

/**
 * Runs with the lobby's own timers never ringing. The runtime waits for a pending timer before it
 * lets an object sleep (up to 20 s here), and an object that is evicted by force loses them anyway.
 */
export async function withoutTimers<Result>(run: () => Promise<Result>): Promise<Result> {
  vi.stubGlobal("setTimeout", () => 0);
  try {
    return await run();
  } finally {
    vi.unstubAllGlobals();
  }
}

/** Every lobby forgets its memory; the sockets stay. */
export async function sleep(): Promise<void> {
  await evictAllDurableObjects();
}

/** Every lobby forgets its memory and loses its sockets, as in a crash or a deploy. */
export async function crash(): Promise<void> {
  for (const id of await listDurableObjectIds(env.LOBBY)) {
    // One that is not awake has nothing to lose.
    await evictDurableObject(env.LOBBY.get(id), { webSockets: "close" }).catch(() => undefined);
  }
}
