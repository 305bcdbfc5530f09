/** The classes that wrangler.toml binds, and what the Worker must know to reach them. */
export { Directory } from "./directory/directory-object.ts";
export { choose, type View } from "./directory/directory.ts";
export { within } from "./directory/jurisdiction.ts";
export { directoryName, readShardName, shardName } from "./directory/names.ts";
export { PARENTS, type Region } from "./directory/regions.ts";
export { Gate, type GateAnswer } from "./gate/gate-object.ts";
export { createCapsules } from "./lobby/capsules.ts";
export { CLAIMS_HEADER, encodeClaims } from "./lobby/claims.ts";
export { Lobby } from "./lobby/lobby-object.ts";
export type { Resume } from "./lobby/resume.ts";
export { RESUME_LABEL, type SealedResume } from "./lobby/resume-tokens.ts";
export { Sanctions } from "./sanctions/sanctions-object.ts";
export { SANCTIONS_SHARDS, sanctionsShard, sanctionsShardOf } from "./sanctions/shard.ts";
