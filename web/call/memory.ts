/**
 * Whom to avoid, kept by the page because the server keeps nothing: capsules that only the edge can
 * open (docs/protocol.md). Recents live as long as this tab, blocks as long as the person wants.
 */
import { createStore, get, set } from "idb-keyval";
import { BLOCKS_MAX, RECENTS_MAX } from "../../protocol/limits.ts";

export interface CallMemory {
  recents(): string[];
  blocks(): Promise<string[]>;
  met(recentCapsule: string): void;
  block(blockCapsule: string): Promise<void>;
}

const BLOCKS = "blocks";

export function createCallMemory(): CallMemory {
  let recents: string[] = [];
  // Without storage (private windows) a block holds for as long as the tab lives.
  let sessionBlocks: string[] = [];
  const store = createStore("winkr", "memory");

  async function blocks(): Promise<string[]> {
    const stored = await get<unknown>(BLOCKS, store).catch(() => undefined);
    const known = Array.isArray(stored) ? stored.filter((entry) => typeof entry === "string") : [];
    return [...new Set([...sessionBlocks, ...known])].slice(0, BLOCKS_MAX);
  }

  return {
    recents: () => [...recents],
    blocks,
    met(capsule) {
      recents = [capsule, ...recents].slice(0, RECENTS_MAX);
    },
    async block(capsule) {
      sessionBlocks = [capsule, ...sessionBlocks];
      await set(BLOCKS, await blocks(), store).catch(() => {});
    },
  };
}
