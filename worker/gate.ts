/** The gate's shards and their names, which show in dashboards and say nothing of anybody. */
import type { Gate } from "../durable-objects/index.ts";
import type { Env } from "./env.ts";

export function gateOf({ GATE }: Pick<Env, "GATE">, shard: number): DurableObjectStub<Gate> {
  return GATE.get(GATE.idFromName(`g1:${shard}`));
}
