/** The classes that wrangler.toml binds, and what the Worker must know to reach them. */
export { createCapsules } from "./lobby/capsules.ts";
export { SANCTIONS_SHARDS, sanctionsShard, sanctionsShardOf } from "./sanctions/shard.ts";
export { Gate, type GateAnswer } from "./gate/gate-object.ts";
export { Lobby } from "./lobby/lobby-object.ts";
export { CLAIMS_HEADER, encodeClaims } from "./lobby/claims.ts";
export { Sanctions } from "./sanctions/sanctions-object.ts";
