import type { Directory, Gate, Lobby, Sanctions } from "../durable-objects/index.ts";

/** The bindings and nothing else. What each one means to an operator: docs/operators.md. */
export interface Env {
  readonly ASSETS: Fetcher;
  readonly LOBBY: DurableObjectNamespace<Lobby>;
  readonly DIRECTORY: DurableObjectNamespace<Directory>;
  readonly GATE: DurableObjectNamespace<Gate>;
  readonly SANCTIONS: DurableObjectNamespace<Sanctions>;
  readonly AGE_RATE?: RateLimit;
  readonly SESSION_RATE?: RateLimit;
  readonly SOCKET_RATE?: RateLimit;
  readonly TURN_RATE?: RateLimit;
  /** At least 32 bytes in base64url: every key of the edge is derived from it. */
  readonly EDGE_SECRET?: string;
  /** As EDGE_SECRET; where it is set, sanctions outlive a change of that. */
  readonly BAN_SECRET?: string;
  /** "required", "separate" or "open", with exceptions by region: see policy/age-policy.ts. */
  readonly AGE_POLICY?: string;
  /** Issuers that count, and the Ed25519 key that signed the list: see policy/age-trust.ts. */
  readonly TRUST_LIST?: string;
  readonly TRUST_KEY?: string;
  /** Of whoever reads reports and decides: `npm run moderate -- keygen`. Without it nobody can report. */
  readonly MODERATOR_KEY?: string;
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
  /** Only from `npm start`: a demo issuer's secret key, 32 bytes; refused on any public host. */
  readonly DEMO_ISSUER_KEY?: string;
  /** "1" only from `npm start` without a relay; refused on any public host. */
  readonly DEV_DIRECT?: string;
}
