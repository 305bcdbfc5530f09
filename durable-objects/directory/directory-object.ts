/**
 * The directory of one region and tier: keeps what its shards report, answers with a view. The
 * only thing written down is how many shards there are.
 */
import { DurableObject } from "cloudflare:workers";
import { steady, createClock } from "../lobby/clock.ts";
import {
  createDirectory,
  report,
  settle,
  viewOf,
  type DirectoryState,
  type Report,
  type Shape,
  type View,
} from "./directory.ts";
import { readDirectoryName } from "./names.ts";

const SHAPE = "shape";

export class Directory extends DurableObject<unknown> {
  readonly #clock = createClock(Date.now());
  #state: DirectoryState = createDirectory("weur", undefined);

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => {
      const region = readDirectoryName(ctx.id.name)?.region ?? "weur";
      this.#state = createDirectory(region, await ctx.storage.get<Shape>(SHAPE));
    });
  }

  /** A shard says how it is, and hears what has become of the region. */
  report(given: Report): View {
    return this.#settled((now) => report(this.#state, given, now));
  }

  view(): View {
    return this.#settled((now) => settle(this.#state, now));
  }

  #settled(rule: (now: number) => void): View {
    const { shards, open } = this.#state;
    rule(steady(this.#clock, Date.now()));
    if (this.#state.shards !== shards || this.#state.open !== open) this.#write();
    return viewOf(this.#state);
  }

  #write(): void {
    const { shards, open } = this.#state;
    // Not awaited: whoever asked need not wait for the disk, and a lost write only costs a second split.
    void this.ctx.storage.put<Shape>(SHAPE, { shards, open });
  }
}
