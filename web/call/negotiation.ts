/**
 * The first second of a match: sealed flights over the lobby that carry offer and answer together
 * with the handshake M1–M5 which protects them (e2ee/handshake).
 *
 *   initiator  offer {m1} ─►      ◄─ answer {m2}     reveal {m3} ─►     ◄─ confirm {m4}    finish {m5} ─►
 *
 * Flights are sent and handled strictly one after the other. Anything that does not open, parse or
 * verify ends the match visibly; nothing is tried again in silence.
 */
import { fromBase64url, toBase64url } from "../../protocol/base64url.ts";
import { MATCH_ID_BYTES } from "../../protocol/limits.ts";
import type { MatchMessage } from "../../protocol/messages.ts";
import { ENVELOPE_NAMES } from "../../e2ee/envelope/envelope.ts";
import { createInitiator, createResponder } from "../../e2ee/handshake/index.ts";
import type {
  HandshakeContext,
  HandshakeFailure,
  HandshakeKeys,
} from "../../e2ee/handshake/index.ts";
import { createSealedSignaling } from "../../e2ee/sealed-signaling.ts";
import { decodeFlight, encodeFlight } from "./flights.ts";
import type { Flight } from "./flights.ts";
import type { EarlyPeer, Materials } from "./materials.ts";
import type { Peer } from "./peer.ts";
import type { SecurityFailure } from "./view.ts";

export interface Negotiation {
  /** A sealed body that the lobby relayed. */
  receive(body: string): void;
  /** Candidates that were found after the description had left. */
  sendCandidates(candidates: string[]): void;
  /** Forgets the handshake's secrets. */
  wipe(): void;
}

interface NegotiationOptions {
  readonly match: MatchMessage;
  readonly materials: Materials;
  readonly early: EarlyPeer;
  readonly peer: Peer;
  readonly events: {
    seal(body: string): void;
    /** The partner's first flight arrived. */
    securing(): void;
    /** Good for opening; not yet for sealing, because the partner has not confirmed them. */
    keys(keys: HandshakeKeys): Promise<void>;
    confirmed(): void;
    insecure(failure: SecurityFailure): void;
    /** A surprise: the connection or the browser's cryptography failed. */
    broken(cause: unknown): void;
  };
}

export function createNegotiation(options: NegotiationOptions): Negotiation {
  const { match, materials, early, peer, events } = options;
  const { role } = match;
  const matchId = decoded(match.match);
  const partnerKey = decoded(match.partner.sealKey);
  const sealing = createSealedSignaling({ role, matchId, own: materials.sealKeys, partnerKey });
  /** After a failure, or the end, nothing is sent and nothing is taken any more. */
  let over = false;
  function insecure(failure: SecurityFailure): void {
    if (over) return;
    over = true;
    events.insecure(failure);
  }
  function broken(cause: unknown): void {
    if (over) return;
    over = true;
    events.broken(cause);
  }
  if (matchId.length !== MATCH_ID_BYTES) queueMicrotask(() => insecure("malformed"));
  // The lobby handed our own key back, or none at all: there is no partner behind it.
  else if (sealing === undefined) queueMicrotask(() => insecure("reflected"));

  let sending: Promise<unknown> = Promise.resolve();
  function send(flight: Flight): Promise<void> {
    const sent = sending.then(async () => {
      const body = await sealing?.seal(encodeFlight(flight));
      if (body !== undefined && !over) events.seal(toBase64url(body));
    });
    sending = sent.catch(() => {});
    return sent;
  }

  let receiving: Promise<unknown> = Promise.resolve();
  function receive(body: string): void {
    receiving = receiving.then(() => open(body)).catch(broken);
  }

  async function open(body: string): Promise<void> {
    if (over) return;
    const sealed = fromBase64url(body);
    const opened = sealed && (await sealing?.open(sealed));
    const flight = opened && decodeFlight(opened);
    const failure = flight ? await handle(flight) : "malformed";
    if (failure !== undefined) insecure(failure);
  }

  function context(fingerprint: Uint8Array): HandshakeContext {
    const own = materials.sealKeys.publicKey;
    const initiator = role === "initiator";
    return {
      role,
      matchId,
      fingerprint,
      keyPair: materials.handshakeKeys,
      extension: {
        sealKeyInitiator: initiator ? own : partnerKey,
        sealKeyResponder: initiator ? partnerKey : own,
        relayPolicy: match.policy,
        envelopes: ENVELOPE_NAMES,
      },
    };
  }

  let forget = (): void => {};
  /** A handshake that comes about after the end is wiped at once. */
  function remember(wipe: () => void): void {
    if (over) wipe();
    else forget = wipe;
  }
  const handle = role === "initiator" ? initiate() : respond();
  type Handler = (flight: Flight) => Promise<SecurityFailure | void>;

  function initiate(): Handler {
    const begun = early.offer().then(async ({ sdp, fingerprint }) => {
      const handshake = await createInitiator(context(fingerprint));
      remember(handshake.wipe);
      await send({ type: "offer", m1: handshake.commit(), sdp });
      return handshake;
    });
    begun.catch(broken);
    return async (flight) => {
      const handshake = await begun;
      if (flight.type === "candidates") return peer.addCandidates(flight.candidates);
      if (flight.type === "answer") {
        events.securing();
        const theirs = await peer.accept(flight.sdp);
        const step = await handshake.receiveM2(flight.m2, theirs.fingerprint);
        if (!step.ok) return failureOf(step.failure);
        return send({ type: "reveal", m3: step.m3 });
      }
      if (flight.type === "confirm") {
        const step = await handshake.receiveM4(flight.m4);
        if (!step.ok) return failureOf(step.failure);
        if (!coversAll(step.keys)) return "malformed";
        await events.keys(step.keys);
        await send({ type: "finish", m5: step.m5 });
        events.confirmed();
        return undefined;
      }
      return "malformed";
    };
  }

  function respond(): Handler {
    let begun:
      | { handshake: Awaited<ReturnType<typeof createResponder>>; theirs: Uint8Array }
      | undefined;
    return async (flight) => {
      if (flight.type === "candidates") return peer.addCandidates(flight.candidates);
      if (flight.type === "offer" && begun === undefined) {
        events.securing();
        const { theirs, ours } = await peer.answer(flight.sdp);
        const handshake = await createResponder(context(ours.fingerprint));
        remember(handshake.wipe);
        begun = { handshake, theirs: theirs.fingerprint };
        const step = await handshake.receiveM1(flight.m1);
        if (!step.ok) return failureOf(step.failure);
        return send({ type: "answer", m2: step.m2, sdp: ours.sdp });
      }
      if (flight.type === "reveal" && begun) {
        const step = await begun.handshake.receiveM3(flight.m3, begun.theirs);
        if (!step.ok) return failureOf(step.failure);
        if (!coversAll(step.keys)) return "malformed";
        await events.keys(step.keys);
        return send({ type: "confirm", m4: step.m4 });
      }
      if (flight.type === "finish" && begun) {
        const step = await begun.handshake.receiveM5(flight.m5);
        if (!step.ok) return failureOf(step.failure);
        events.confirmed();
        return undefined;
      }
      return "malformed";
    };
  }

  return {
    receive,
    sendCandidates: (candidates) => void send({ type: "candidates", candidates }).catch(broken),
    wipe() {
      over = true;
      forget();
    },
  };
}

function decoded(text: string): Uint8Array<ArrayBuffer> {
  return fromBase64url(text) ?? new Uint8Array();
}

/** Both sides can open what the other will send. Without that there is nothing to show. */
function coversAll({ envelopes }: HandshakeKeys): boolean {
  return ENVELOPE_NAMES.every((name) => envelopes.includes(name));
}

function failureOf(failure: HandshakeFailure): SecurityFailure {
  return failure === "mismatch" || failure === "order" ? "malformed" : failure;
}
