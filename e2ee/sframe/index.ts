/** SFrame (RFC 9605). Knows nothing of calls, codecs or handshakes. */
export { createSealer } from "./sealer.ts";
export type { Sealer, SealerOptions } from "./sealer.ts";
export { createOpener } from "./opener.ts";
export type { Opened, OpenFailure, Opener } from "./opener.ts";
export type { CipherSuite, SuiteChoice } from "./suites.ts";
