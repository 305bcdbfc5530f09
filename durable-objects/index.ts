/** The classes that wrangler.toml binds, and what the Worker must know to reach them. */
export { Gate } from "./gate/gate-object.ts";
export { Lobby } from "./lobby/lobby-object.ts";
export { CLAIMS_HEADER, encodeClaims } from "./lobby/claims.ts";
export { Sanctions } from "./sanctions/sanctions-object.ts";
