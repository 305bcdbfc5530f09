/**
 * Our own handshake vectors: every random value fixed, every byte that follows from it written
 * down. `node tests/e2ee/handshake/vectors.ts` writes docs/handshake-vectors.json anew; that a
 * change to it was meant is for the commit to say.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Extension } from "../../../e2ee/handshake/index.ts";
import { baseKey, ratchet } from "../../../e2ee/key-schedule.ts";
import type { Role } from "../../../e2ee/role.ts";
import { createSealedSignaling } from "../../../e2ee/sealed-signaling.ts";
import { encapsulateFromSeed } from "../../../e2ee/xwing-portable.ts";
import { bytesOf, hex, unhex } from "../kit.ts";
import { exchange, two as twoOf } from "../rekey/parties.ts";
import { couple, run } from "./parties.ts";
import type { Couple } from "./parties.ts";

export const VECTORS_FILE = fileURLToPath(
  new URL("../../../docs/handshake-vectors.json", import.meta.url),
);

const CASES: readonly { readonly name: string; readonly extension: Partial<Extension> }[] = [
  { name: "winkr vector 1", extension: {} },
  { name: "winkr vector 2", extension: { relayPolicy: "direct", envelopes: ["vp8/1"] } },
  { name: "winkr vector 3", extension: { envelopes: [] } },
];

export type Vector = Awaited<ReturnType<typeof vectorOf>>;

async function vectorOf(name: string, extension: Partial<Extension>) {
  const people = await couple(name, extension);
  const outcome = await run(people.initiator, people.responder);
  if (!outcome.ok) throw new Error(`${name} failed at ${outcome.at}`);
  const [m1, m2, m3, m4, m5] = outcome.messages.map(hex);
  const { code, root, transcript } = outcome.initiator;
  const { relayPolicy, envelopes } = people.initiator.context.extension;
  return {
    name,
    matchId: hex(people.initiator.context.matchId),
    relayPolicy,
    envelopes,
    initiator: chosenBy(name, "initiator"),
    responder: chosenBy(name, "responder"),
    messages: { m1, m2, m3, m4, m5 },
    safetyCode: code,
    transcript: hex(transcript),
    root: hex(root),
    baseKeys: await baseKeysOf(root),
    sealed: await sealedFlights(name, people),
    movingOn: await movingOn(name, root),
  };
}

async function baseKeysOf(root: Uint8Array): Promise<Record<string, string>> {
  const baseKeys: Record<string, string> = {};
  for (const direction of ["I>R", "R>I"] as const) {
    for (const kind of ["audio", "video", "data"] as const) {
      baseKeys[`${direction} ${kind}`] = hex(await baseKey(root, direction, kind));
    }
  }
  return baseKeys;
}

/** Three ratchet steps of one key, and two rekeys, each with what was drawn for it. */
async function movingOn(name: string, root: Uint8Array) {
  const ratcheted = "I>R video";
  const steps: string[] = [];
  let step = await baseKey(root, "I>R", "video");
  for (let i = 0; i < 3; i++) {
    step = await ratchet(step);
    steps.push(hex(step));
  }
  const sides = await twoOf(name, Uint8Array.from(root));
  const rekeys = [];
  for (let generation = 1; generation <= 2; generation++) {
    const outcome = await exchange(sides);
    if (!outcome.ok) throw new Error(`${name} failed at ${outcome.at}`);
    const { R1, R2, R3, R4 } = outcome.messages;
    const drawnBy = (role: Role) => ({
      keySeed: hex(bytesOf(`${name} ${role} rekey ${generation} key`, 32)),
      encapsulationSeed: hex(bytesOf(`${name} ${role} rekey ${generation} encapsulation`, 64)),
    });
    rekeys.push({
      generation,
      initiator: drawnBy("initiator"),
      responder: drawnBy("responder"),
      messages: { r1: hex(R1), r2: hex(R2), r3: hex(R3), r4: hex(R4) },
      root: outcome.root,
      baseKeys: await baseKeysOf(unhex(outcome.root)),
    });
  }
  return { ratchet: { baseKey: ratcheted, steps }, rekeys };
}

/** What each side draws at random. Key seeds are X-Wing's; everything public follows from them. */
function chosenBy(name: string, role: Role) {
  return {
    sealKeySeed: hex(bytesOf(`${name} ${role} seal key`, 32)),
    keySeed: hex(bytesOf(`${name} ${role} key`, 32)),
    nonce: hex(bytesOf(`${name} ${role} nonce`, 32)),
    fingerprint: hex(bytesOf(`${name} ${role} fingerprint`, 32)),
    encapsulationSeed: hex(bytesOf(`${name} ${role} encapsulation`, 64)),
    sealEncapsulationSeed: hex(bytesOf(`${name} ${role} seal encapsulation`, 64)),
  };
}

/** Two flights of each side: the first with its encapsulation, and one after it. */
async function sealedFlights(name: string, people: Couple) {
  const flights = [];
  for (const role of ["initiator", "responder"] as const) {
    const other = role === "initiator" ? "responder" : "initiator";
    const signaling = createSealedSignaling({
      role,
      matchId: people[role].context.matchId,
      own: people[role].sealKey,
      partnerKey: people[other].sealKey.publicKey,
      encapsulateTo: (key) =>
        encapsulateFromSeed(key, bytesOf(`${name} ${role} seal encapsulation`, 64)),
    });
    if (signaling === undefined) throw new Error(`${name} has no seal keys`);
    for (const text of ["first", "second"]) {
      const plaintext = new TextEncoder().encode(`${text} flight of the ${role}`);
      const sealed = await signaling.seal(plaintext);
      flights.push({ from: role, plaintext: hex(plaintext), sealed: hex(sealed) });
    }
  }
  return flights;
}

export async function handshakeVectors(): Promise<readonly Vector[]> {
  return Promise.all(CASES.map(({ name, extension }) => vectorOf(name, extension)));
}

if (import.meta.main) {
  writeFileSync(VECTORS_FILE, `${JSON.stringify(await handshakeVectors(), undefined, 2)}\n`);
}
