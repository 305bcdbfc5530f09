/** Where the Worker finds what is known about a tag. */
import {
  SANCTIONS_SHARDS,
  sanctionsShard,
  sanctionsShardOf,
  type Sanctions,
} from "../durable-objects/index.ts";
import type { Env } from "./env.ts";

type Stub = DurableObjectStub<Sanctions>;

export function sanctionsOf({ SANCTIONS }: Pick<Env, "SANCTIONS">, tag: string): Stub {
  return SANCTIONS.get(SANCTIONS.idFromName(sanctionsShardOf(tag)));
}

export function allSanctions({ SANCTIONS }: Pick<Env, "SANCTIONS">): Stub[] {
  return Array.from({ length: SANCTIONS_SHARDS }, (_, shard) =>
    SANCTIONS.get(SANCTIONS.idFromName(sanctionsShard(shard))),
  );
}
