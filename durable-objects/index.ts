/** The classes that wrangler.toml binds, and what the Worker must know to reach them. */
export { Directory } from "./directory/directory-object.ts";
export { choose, type View } from "./directory/directory.ts";
export { within } from "./directory/jurisdiction.ts";
export { directoryName, readShardName, shardName } from "./directory/names.ts";
export { PARENTS, type Region } from "./directory/regions.ts";
export { Lobby } from "./lobby/lobby-object.ts";
export { CLAIMS_HEADER, encodeClaims } from "./lobby/claims.ts";
export type { Resume } from "./lobby/resume.ts";
export { RESUME_LABEL, type SealedResume } from "./lobby/resume-tokens.ts";
