/**
 * One shard of the gate: gives challenges, takes each answer once, verifies it, and asks whether the
 * person is kept out. Writes nothing to storage. A person's pseudonym names the shard.
 */
import { DurableObject } from "cloudflare:workers";
import { nymContextOf, presentationHeader } from "../../credentials/age/binding.ts";
import { cutoffDay } from "../../credentials/age/calendar.ts";
import {
  ageContext,
  verifyAge,
  type Refusal,
  type Verdict,
} from "../../credentials/age/presentation.ts";
import { readPublicKey, type PublicKey } from "../../credentials/bbs/core.ts";
import type { NymContext } from "../../credentials/bbs/pseudonym.ts";
import { GATE_SHARDS, type AgeChallenge, type Sanction } from "../../protocol/age.ts";
import { fromBase64url, toBase64url } from "../../protocol/base64url.ts";
import type { Sanctions } from "../sanctions/sanctions-object.ts";
import { sanctionsShardOf } from "../sanctions/shard.ts";
import { begin, renew, type LiveSessions } from "./live-sessions.ts";
import { giveChallenge, takeChallenge, type Challenge, type Nonces } from "./nonces.ts";
import { banKey, tagOf } from "./tag.ts";

export interface GateEnv {
  readonly EDGE_SECRET?: string;
  /** Where it is set, sanctions outlive a change of EDGE_SECRET. */
  readonly BAN_SECRET?: string;
  readonly SANCTIONS: DurableObjectNamespace<Sanctions>;
}

/** What the Worker has already checked and looked up. */
export interface Presentation {
  readonly shard: number;
  readonly nonce: string;
  readonly commitment: Uint8Array<ArrayBuffer>;
  /** As the browser sent it, which is the origin that was asked. */
  readonly origin: string;
  readonly host: string;
  /** Of the trusted issuer, 96 bytes. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly header: Uint8Array<ArrayBuffer>;
  readonly proof: Uint8Array<ArrayBuffer>;
  /** Until when a session that begins now can be renewed, milliseconds since 1970. */
  readonly liveUntil: number;
}

export type GateAnswer =
  | { readonly kind: "proven"; readonly tag: string; readonly session: string }
  | { readonly kind: "banned"; readonly sanction: Sanction; readonly tag: string }
  | { readonly kind: "refused"; readonly refusal: Refusal | "nonce" | "shard" | "issuer" };

export type RenewAnswer = "live" | "elsewhere" | "banned";

const NONCE_BYTES = 32;
const SESSION_BYTES = 16;
/** Issuers' keys and site names that are kept ready: an operator has few of each. */
const KEPT_MAX = 16;

export class Gate extends DurableObject<GateEnv> {
  readonly #nonces: Nonces = new Map();
  readonly #live: LiveSessions = new Map();
  readonly #keys = new Map<string, PublicKey>();
  readonly #contexts = new Map<string, NymContext>();
  #banKey: Promise<CryptoKey> | undefined;

  /** undefined when there are too many challenges that nobody answered. */
  challenge(): AgeChallenge | undefined {
    const now = Date.now();
    const nonce = draw(NONCE_BYTES);
    const given = giveChallenge(this.#nonces, nonce, cutoffDay(now), now);
    return given && { nonce, ...given };
  }

  async prove(presentation: Presentation): Promise<GateAnswer> {
    const now = Date.now();
    const challenge = takeChallenge(this.#nonces, presentation.nonce, now);
    if (challenge === undefined) return { kind: "refused", refusal: "nonce" };
    const publicKey = keep(this.#keys, toBase64url(presentation.publicKey), () =>
      readPublicKey(presentation.publicKey),
    );
    if (publicKey === undefined) return { kind: "refused", refusal: "issuer" };

    const verdict = this.#verify(presentation, challenge, publicKey);
    if (!verdict.ok) return { kind: "refused", refusal: verdict.refusal };
    if ((verdict.nym.at(-1) ?? 0) % GATE_SHARDS !== presentation.shard) {
      return { kind: "refused", refusal: "shard" };
    }

    const { BAN_SECRET, EDGE_SECRET } = this.env;
    this.#banKey ??= banKey(BAN_SECRET || EDGE_SECRET || "");
    const tag = await tagOf(await this.#banKey, verdict.nym);
    const sanction = await this.#sanctionOf(tag);
    if (sanction !== undefined) return { kind: "banned", sanction, tag };
    const session = draw(SESSION_BYTES);
    begin(this.#live, tag, { session, until: presentation.liveUntil }, now);
    return { kind: "proven", tag, session };
  }

  async renew(tag: string, session: string, liveUntil: number): Promise<RenewAnswer> {
    if ((await this.#sanctionOf(tag)) !== undefined) return "banned";
    const live = renew(this.#live, tag, { session, until: liveUntil }, Date.now());
    return live ? "live" : "elsewhere";
  }

  #verify(
    { nonce, commitment, origin, host, header, proof }: Presentation,
    challenge: Challenge,
    publicKey: PublicKey,
  ): Verdict {
    const context = keep(this.#contexts, host, () => ageContext(nymContextOf(host), true));
    const bound = { origin, nonce: fromBase64url(nonce)!, commitment, ...challenge };
    const ph = presentationHeader(bound);
    return verifyAge({ publicKey, header, cutoff: challenge.cutoff, context, ph }, proof);
  }

  async #sanctionOf(tag: string): Promise<Sanction | undefined> {
    const { SANCTIONS } = this.env;
    return SANCTIONS.get(SANCTIONS.idFromName(sanctionsShardOf(tag))).find(tag);
  }
}

function draw(bytes: number): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(bytes)));
}

/** The value of before, or a new one, which takes the place of the oldest when there are many. */
function keep<Value>(kept: Map<string, Value>, name: string, make: () => Value): Value;
function keep<Value>(
  kept: Map<string, Value>,
  name: string,
  make: () => Value | undefined,
): Value | undefined;
function keep<Value>(
  kept: Map<string, Value>,
  name: string,
  make: () => Value | undefined,
): Value | undefined {
  const known = kept.get(name);
  if (known !== undefined) return known;
  const made = make();
  if (made === undefined) return undefined;
  const [oldest] = kept.keys();
  if (kept.size >= KEPT_MAX && oldest !== undefined) kept.delete(oldest);
  kept.set(name, made);
  return made;
}
