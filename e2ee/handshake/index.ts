/** The handshake between the two pages. docs/handshake.md describes it byte by byte. */
export { createInitiator } from "./initiator.ts";
export type { Initiator } from "./initiator.ts";
export { createResponder } from "./responder.ts";
export type { Responder } from "./responder.ts";
export type {
  Failed,
  HandshakeChance,
  HandshakeContext,
  HandshakeFailure,
  HandshakeKeys,
} from "./context.ts";
export type { Extension } from "./codec.ts";
