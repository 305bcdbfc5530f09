/** Two people and their handshake, deterministic under a seed. */
import { createInitiator, createResponder } from "../../../e2ee/handshake/index.ts";
import type {
  Extension,
  Failed,
  HandshakeChance,
  HandshakeContext,
  HandshakeKeys,
  Initiator,
  Responder,
} from "../../../e2ee/handshake/index.ts";
import type { Role } from "../../../e2ee/role.ts";
import type { XWingKeyPair } from "../../../e2ee/xwing.ts";
import { encapsulateFromSeed, keyPairFromSeed } from "../../../e2ee/xwing-portable.ts";
import { bytesOf } from "../kit.ts";

export interface Person {
  readonly context: HandshakeContext;
  readonly chance: HandshakeChance;
  readonly sealKey: XWingKeyPair;
}

export interface Couple {
  readonly initiator: Person;
  readonly responder: Person;
}

/** Every random value of `role` under `seed`; the seed words appear in docs/handshake-vectors.json. */
export function chanceOf(seed: string, role: Role): HandshakeChance {
  return {
    nonce: () => bytesOf(`${seed} ${role} nonce`, 32),
    encapsulate: (publicKey) =>
      encapsulateFromSeed(publicKey, bytesOf(`${seed} ${role} encapsulation`, 64)),
  };
}

export function fingerprintOf(seed: string, role: Role): Uint8Array {
  return bytesOf(`${seed} ${role} fingerprint`, 32);
}

export async function couple(seed: string, extension: Partial<Extension> = {}): Promise<Couple> {
  const [sealI, sealR, keyI, keyR] = await Promise.all(
    ["initiator seal key", "responder seal key", "initiator key", "responder key"].map((name) =>
      keyPairFromSeed(bytesOf(`${seed} ${name}`, 32)),
    ),
  );
  if (!sealI || !sealR || !keyI || !keyR) throw new Error("no keys");
  const shared = {
    matchId: bytesOf(`${seed} match`, 16),
    extension: {
      sealKeyInitiator: sealI.publicKey,
      sealKeyResponder: sealR.publicKey,
      relayPolicy: "relay",
      envelopes: ["opus/1", "vp8/1"],
      ...extension,
    },
  } as const;
  const person = (role: Role, keyPair: XWingKeyPair, sealKey: XWingKeyPair): Person => ({
    context: { ...shared, role, keyPair, fingerprint: fingerprintOf(seed, role) },
    chance: chanceOf(seed, role),
    sealKey,
  });
  return {
    initiator: person("initiator", keyI, sealI),
    responder: person("responder", keyR, sealR),
  };
}

/** The same person with other things to say. */
export function withContext(person: Person, context: Partial<HandshakeContext>): Person {
  return { ...person, context: { ...person.context, ...context } };
}

export function withExtension(person: Person, extension: Partial<Extension>): Person {
  return withContext(person, { extension: { ...person.context.extension, ...extension } });
}

export function initiatorOf({ context, chance }: Person): Promise<Initiator> {
  return createInitiator(context, chance);
}

export function responderOf({ context, chance }: Person): Promise<Responder> {
  return createResponder(context, chance);
}

/** What someone in the middle does to each message and to each description's fingerprint. */
export interface Middle {
  readonly m1?: (m1: Uint8Array) => Uint8Array;
  readonly m2?: (m2: Uint8Array) => Uint8Array;
  readonly m3?: (m3: Uint8Array) => Uint8Array;
  readonly m4?: (m4: Uint8Array) => Uint8Array;
  readonly m5?: (m5: Uint8Array) => Uint8Array;
  readonly fingerprintToInitiator?: Uint8Array;
  readonly fingerprintToResponder?: Uint8Array;
}

/** How far it got, and who ended it. */
export type Outcome =
  | {
      readonly ok: true;
      readonly messages: readonly Uint8Array[];
      readonly initiator: HandshakeKeys;
      readonly responder: HandshakeKeys;
    }
  | { readonly ok: false; readonly at: "m1" | "m2" | "m3" | "m4" | "m5"; readonly by: Failed };

const untouched = (bytes: Uint8Array): Uint8Array => bytes;

export async function run(a: Person, b: Person, middle: Middle = {}): Promise<Outcome> {
  const [i, r] = await Promise.all([initiatorOf(a), responderOf(b)]);
  const { m1 = untouched, m2 = untouched, m3 = untouched, m4 = untouched, m5 = untouched } = middle;
  const {
    fingerprintToInitiator = b.context.fingerprint,
    fingerprintToResponder = a.context.fingerprint,
  } = middle;
  const first = i.commit();
  const second = await r.receiveM1(m1(first));
  if (!second.ok) return { ok: false, at: "m1", by: second };
  const third = await i.receiveM2(m2(second.m2), fingerprintToInitiator);
  if (!third.ok) return { ok: false, at: "m2", by: third };
  const fourth = await r.receiveM3(m3(third.m3), fingerprintToResponder);
  if (!fourth.ok) return { ok: false, at: "m3", by: fourth };
  const fifth = await i.receiveM4(m4(fourth.m4));
  if (!fifth.ok) return { ok: false, at: "m4", by: fifth };
  const last = await r.receiveM5(m5(fifth.m5));
  if (!last.ok) return { ok: false, at: "m5", by: last };
  return {
    ok: true,
    messages: [first, second.m2, third.m3, fourth.m4, fifth.m5],
    initiator: fifth.keys,
    responder: fourth.keys,
  };
}
