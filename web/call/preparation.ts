/**
 * What a search holds ready for its match: keys and a worker, made as early as may be, and a
 * connection that gathers while the person waits. Each is used for one match and then made anew.
 */
import type { RelayPolicy } from "../../protocol/ids.ts";
import { EdgeError } from "./edge-client.ts";
import { createEarlyPeer, createMaterials } from "./materials.ts";
import type { EarlyPeer, Materials } from "./materials.ts";
import type { EdgeSession } from "./session.ts";

export interface Prepared {
  readonly materials: Materials;
  readonly early: EarlyPeer;
}

export interface Preparation {
  /** Makes keys for the next match while the present one runs. */
  ahead(): void;
  /** The same until it is taken. Throws EdgeError. */
  ready(): Promise<Prepared>;
  /** A match takes it; the next search makes its own. */
  take(): void;
  /** Nobody will be met: closes and wipes. */
  discard(): void;
}

/** `ownPolicy` is the person's wish, asked each time. */
export function createPreparation(edge: EdgeSession, ownPolicy: () => RelayPolicy): Preparation {
  let keys: Promise<Materials> | undefined;
  let prepared: Promise<Prepared> | undefined;

  function makeKeys(): Promise<Materials> {
    keys ??= createMaterials();
    keys.catch(() => (keys = undefined));
    return keys;
  }

  async function prepare(): Promise<Prepared> {
    const [materials, iceServers] = await Promise.all([makeKeys(), edge.iceServers()]);
    // Every pair starts on the relay. Only an edge without one (development) leaves the choice to
    // the person, and then to both: the match must say "direct" as well.
    const policy = iceServers.length > 0 ? "relay" : ownPolicy();
    if (policy === "relay" && iceServers.length === 0) {
      throw new EdgeError("relay-unavailable", false);
    }
    return { materials, early: createEarlyPeer(materials, iceServers, policy) };
  }

  return {
    ahead: () => void makeKeys().catch(() => {}),
    ready() {
      prepared ??= prepare();
      prepared.catch(() => (prepared = undefined));
      return prepared;
    },
    take() {
      prepared = undefined;
      keys = undefined;
    },
    discard() {
      void prepared?.then(({ early }) => early.close()).catch(() => {});
      void keys?.then((materials) => materials.dispose()).catch(() => {});
      prepared = undefined;
      keys = undefined;
    },
  };
}
