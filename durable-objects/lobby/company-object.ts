/**
 * The other objects a lobby talks to: the directories of all regions, and the lobbies they name.
 * Whatever fails here is simply not answered; the matcher lives with that.
 */
import type { Directory } from "../directory/directory-object.ts";
import { busiest, type Load, type View } from "../directory/directory.ts";
import { directoryName, readShardName, shardName, type ShardName } from "../directory/names.ts";
import { within } from "../directory/jurisdiction.ts";
import { isRegion, regionsWithin, type Region } from "../directory/regions.ts";
import { RUNGS } from "../../protocol/widening.ts";
import type { PeerAnswer, PeerRequest } from "./peers.ts";

export interface CompanyEnv {
  readonly LOBBY: DurableObjectNamespace;
  readonly DIRECTORY: DurableObjectNamespace<Directory>;
  readonly JURISDICTION?: string;
}

/** The door that every lobby has for the others. */
interface PeerDoor {
  peer(from: string, request: PeerRequest): Promise<PeerAnswer>;
}

/** A view of another region is good for so long. */
const VIEW_FRESH_MS = 1_000;
/** Lobbies asked for one ticket in one look. */
const ASKED_MAX = 3;

export class Company {
  readonly #env: CompanyEnv;
  readonly #name: ShardName;
  readonly #views = new Map<Region, { view: Promise<View>; at: number }>();

  constructor(env: CompanyEnv, name: ShardName) {
    this.#env = env;
    this.#name = name;
  }

  /** Tells the own directory everything and the directories of guests how many those are. */
  async report(load: Load, people: ReadonlyMap<string, number>): Promise<View> {
    const shard = shardName(this.#name);
    for (const [region, count] of people) {
      if (!isRegion(region) || region === this.#name.region) continue;
      void this.#directory(region)
        .report({ shard, people: count })
        .catch(() => {});
    }
    const own = { number: this.#name.number, load };
    const view = this.#directory(this.#name.region).report({
      shard,
      own,
      people: people.get(this.#name.region) ?? 0,
    });
    this.#views.set(this.#name.region, { view, at: Date.now() });
    return view;
  }

  /** Names of lobbies on this rung where people wait; best first. */
  async whereOthersWait(rung: number): Promise<string[]> {
    const name = RUNGS[rung];
    if (name === undefined || name === "shard") return [];
    const regions = regionsWithin(this.#name.region, name);
    const views = await Promise.all(
      regions.map((region) => this.#view(region).catch(() => undefined)),
    );
    const known = views.filter((view) => view !== undefined);
    return busiest(known, Math.random, ASKED_MAX + 1)
      .map((found) => shardName({ ...found, tier: this.#name.tier }))
      .filter((shard) => shard !== shardName(this.#name))
      .slice(0, ASKED_MAX);
  }

  async ask(shard: string, request: PeerRequest): Promise<PeerAnswer> {
    const known = readShardName(shard);
    const lobbies = within(this.#env.LOBBY, this.#env.JURISDICTION);
    const hint = known === undefined ? {} : { locationHint: known.region };
    const stub = lobbies.get(lobbies.idFromName(shard), hint) as unknown as PeerDoor;
    return stub.peer(shardName(this.#name), request);
  }

  #view(region: Region): Promise<View> {
    const known = this.#views.get(region);
    const now = Date.now();
    if (known !== undefined && Math.abs(now - known.at) < VIEW_FRESH_MS) return known.view;
    const view: Promise<View> = this.#directory(region).view();
    this.#views.set(region, { view, at: now });
    return view;
  }

  #directory(region: Region): DurableObjectStub<Directory> {
    const directories = within(this.#env.DIRECTORY, this.#env.JURISDICTION);
    const name = directoryName({ region, tier: this.#name.tier });
    return directories.get(directories.idFromName(name), { locationHint: region });
  }
}
