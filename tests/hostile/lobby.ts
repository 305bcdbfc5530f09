/** A lobby between two pages, and the ways in which it can be malicious. */
import { fromBase64url, toBase64url } from "../../protocol/base64url.ts";
import type { RelayPolicy, Role } from "../../protocol/ids.ts";
import { createSealedSignaling } from "../../e2ee/sealed-signaling.ts";
import type { SealedSignaling } from "../../e2ee/sealed-signaling.ts";
import { decodeFlight, encodeFlight } from "../../web/call/flights.ts";
import type { Flight } from "../../web/call/flights.ts";
import { matchId, openPage, secrets } from "./page.ts";
import type { Page, PageSecrets, Told } from "./page.ts";
import { quiet } from "./quiet.ts";

/** A body on its way. */
export interface Passing {
  readonly body: string;
  readonly from: Role;
  /** Counts the bodies of this sender from 0. */
  readonly index: number;
}

export interface Lobby {
  /** What the other page gets instead, in order. The body itself when the lobby is honest. */
  relay?(passing: Passing): readonly string[] | Promise<readonly string[]>;
  /** What the sender gets back. */
  back?(passing: Passing): readonly string[];
  tell?(honest: Told, people: People): Told;
}

export interface People {
  readonly a: PageSecrets;
  readonly b: PageSecrets;
}

export interface Outcome {
  readonly a: Page;
  readonly b: Page;
}

export async function people(): Promise<People> {
  const [a, b] = await Promise.all([secrets(), secrets()]);
  return { a, b };
}

/**
 * One match under this lobby; resolves when neither page has anything left to do. `a` is told
 * initiator and `b` responder by an honest lobby.
 */
export async function meet(lobby: Lobby = {}, who?: People): Promise<Outcome> {
  const { a: ownA, b: ownB } = who ?? (await people());
  const policy: RelayPolicy = "relay";
  const common = { match: matchId(), policy };
  const tell = lobby.tell ?? ((told: Told) => told);
  const toA = tell(
    { ...common, role: "initiator", partnerSealKey: ownB.sealKeys.publicKey },
    { a: ownA, b: ownB },
  );
  const toB = tell(
    { ...common, role: "responder", partnerSealKey: ownA.sealKeys.publicKey },
    { a: ownA, b: ownB },
  );
  const a: Page = openPage(
    ownA,
    toA,
    relayTo("initiator", () => [b, a]),
  );
  const b: Page = openPage(
    ownB,
    toB,
    relayTo("responder", () => [a, b]),
  );
  await quiet();
  return { a, b };

  /** By place, not by role: a lobby that tells roles wrongly still knows its two sockets. */
  function relayTo(from: Role, ends: () => readonly [to: Page, back: Page]) {
    let index = 0;
    let last: Promise<unknown> = Promise.resolve();
    return (body: string): void => {
      const passing = { body, from, index: index++ };
      last = last.then(async () => {
        const [to, sender] = ends();
        for (const each of (await lobby.relay?.(passing)) ?? [body]) to.receive(each);
        for (const each of lobby.back?.(passing) ?? []) sender.receive(each);
      });
    };
  }
}

/**
 * A lobby that also stole both seal keys from the pages, so that it reads and rewrites every flight
 * while both pages see each other's true seal keys. No lobby has this power; it shows what the
 * handshake refuses by itself, without the sealing around it.
 */
export function thief(
  edit: (flight: Flight) => Flight | readonly Flight[] | Promise<Flight>,
  who: People,
): Lobby {
  const ways = new Map<Role, { reads: SealedSignaling; writes: SealedSignaling }>();
  let match: Uint8Array = new Uint8Array();

  function way(from: Role): { reads: SealedSignaling; writes: SealedSignaling } {
    const known = ways.get(from);
    if (known !== undefined) return known;
    const [sender, recipient] = from === "initiator" ? [who.a, who.b] : [who.b, who.a];
    const to: Role = from === "initiator" ? "responder" : "initiator";
    const reads = signaling(to, recipient, sender);
    const writes = signaling(from, sender, recipient);
    ways.set(from, { reads, writes });
    return { reads, writes };
  }

  function signaling(role: Role, own: PageSecrets, partner: PageSecrets): SealedSignaling {
    const made = createSealedSignaling({
      role,
      matchId: match,
      own: own.sealKeys,
      partnerKey: partner.sealKeys.publicKey,
    });
    if (made === undefined) throw new Error("no seal keys");
    return made;
  }

  return {
    tell(told) {
      match = fromBase64url(told.match) ?? match;
      return told;
    },
    async relay({ body, from }) {
      const { reads, writes } = way(from);
      const sealed = fromBase64url(body);
      const opened = sealed && (await reads.open(sealed));
      const flight = opened && decodeFlight(opened);
      if (flight === undefined) throw new Error("the thief cannot read its own lobby");
      const edited = await edit(flight);
      const out: string[] = [];
      for (const each of "type" in edited ? [edited] : edited) {
        out.push(toBase64url(await writes.seal(encodeFlight(each))));
      }
      return out;
    },
  };
}
