import type { Directory, Lobby } from "../durable-objects/index.ts";

/** The bindings and nothing else. What each one means to an operator: docs/operators.md. */
export interface Env {
  readonly ASSETS: Fetcher;
  readonly LOBBY: DurableObjectNamespace<Lobby>;
  readonly DIRECTORY: DurableObjectNamespace<Directory>;
  readonly SESSION_RATE?: RateLimit;
  readonly SOCKET_RATE?: RateLimit;
  readonly TURN_RATE?: RateLimit;
  /** At least 32 bytes in base64url: every key of the edge is derived from it. */
  readonly EDGE_SECRET?: string;
  /** "always" or "risk". */
  readonly RELAY_POLICY?: string;
  /** "eu" or "fedramp": where lobbies and directories may be. Without it, near the people. */
  readonly JURISDICTION?: string;
  /** Own coturn: comma-separated `turn:` and `turns:` urls, and its `static-auth-secret`. */
  readonly TURN_URLS?: string;
  readonly TURN_SECRET?: string;
  /** Cloudflare Realtime TURN key. */
  readonly TURN_KEY_ID?: string;
  readonly TURN_KEY_TOKEN?: string;
  /** "1" only from `npm start` without a relay; refused on any public host. */
  readonly DEV_DIRECT?: string;
}
