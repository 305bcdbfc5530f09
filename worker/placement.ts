/** Which lobby a session goes to: where it was, or by the directory of its region. */
import {
  PARENTS,
  choose,
  directoryName,
  readShardName,
  shardName,
  within,
  type Region,
  type Resume,
  type View,
} from "../durable-objects/index.ts";
import type { Env } from "./env.ts";
import type { Claims } from "./ticket.ts";

/** A stale view is harmless, and most of all upgrades need none of their own. */
const VIEW_FRESH_MS = 10_000;
const views = new Map<string, { view: View; at: number }>();

/** For tests that change what a directory says within those seconds. */
export function forgetViews(): void {
  views.clear();
}

export async function placeOf(
  env: Env,
  { sid, tier, region }: Pick<Claims, "sid" | "tier" | "region">,
  resume: Resume | undefined,
): Promise<DurableObjectStub> {
  const name = resume?.kind === "call" ? resume.home : await shardFor(env, region, tier, sid);
  const lobbies = within(env.LOBBY, env.JURISDICTION);
  const hint = readShardName(name)?.region ?? region;
  return lobbies.get(lobbies.idFromName(name), { locationHint: hint });
}

async function shardFor(env: Env, region: Region, tier: string, sid: string): Promise<string> {
  for (let asked = region; ;) {
    const parent = PARENTS[asked];
    const view = await viewOf(env, asked, tier);
    // Without its directory a region is as it began: one shard at the root.
    if (view?.open === true || parent === undefined) {
      const number = view === undefined ? 0 : choose(view, sid);
      return shardName({ region: asked, tier, number });
    }
    asked = parent;
  }
}

async function viewOf(env: Env, region: Region, tier: string): Promise<View | undefined> {
  const name = directoryName({ region, tier });
  const known = views.get(name);
  const now = Date.now();
  if (known !== undefined && Math.abs(now - known.at) < VIEW_FRESH_MS) return known.view;
  const directories = within(env.DIRECTORY, env.JURISDICTION);
  try {
    const stub = directories.get(directories.idFromName(name), { locationHint: region });
    const view: View = await stub.view();
    views.set(name, { view, at: now });
    return view;
  } catch {
    return known?.view;
  }
}
