/** Fresh keys in a running call. docs/handshake.md, "Moving on", describes it byte by byte. */
export { createRekeying } from "./exchange.ts";
export type { RekeyChance, RekeyFailed, Rekeying, RekeyStep } from "./exchange.ts";
