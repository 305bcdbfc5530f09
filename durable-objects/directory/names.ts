/**
 * Names of shards and directories. They show in an operator's dashboard, so they say nothing of
 * anybody. The tier is part of both: people of different tiers cannot meet by construction.
 */
import { isRegion, type Region } from "./regions.ts";

export interface ShardName {
  readonly region: Region;
  readonly tier: string;
  readonly number: number;
}

export function shardName({ region, tier, number }: ShardName): string {
  return `l1:${region}:${tier}:${number}`;
}

export function directoryName({ region, tier }: Omit<ShardName, "number">): string {
  return `d1:${region}:${tier}`;
}

/** Undefined for anything else. */
export function readShardName(name: string | undefined): ShardName | undefined {
  const [, region, tier, digits] = /^l1:([a-z]+):([a-z0-9-]+):(\d{1,5})$/.exec(name ?? "") ?? [];
  if (!isRegion(region) || tier === undefined) return undefined;
  return { region, tier, number: Number(digits) };
}

export function readDirectoryName(name: string | undefined): Omit<ShardName, "number"> | undefined {
  const [, region, tier] = /^d1:([a-z]+):([a-z0-9-]+)$/.exec(name ?? "") ?? [];
  return isRegion(region) && tier !== undefined ? { region, tier } : undefined;
}
