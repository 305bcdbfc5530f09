/**
 * Our own handshake vectors: every random value fixed, every byte that follows from it written
 * down. `node tests/e2ee/handshake/vectors.ts` writes docs/handshake-vectors.json anew; that a
 * change to it was meant is for the commit to say.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Extension } from "../../../e2ee/handshake/index.ts";
import { baseKey } from "../../../e2ee/key-schedule.ts";
import type { Role } from "../../../e2ee/role.ts";
import { createSealedSignaling } from "../../../e2ee/sealed-signaling.ts";
import { encapsulateFromSeed } from "../../../e2ee/xwing-portable.ts";
import { bytesOf, hex } from "../kit.ts";
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
  const baseKeys: Record<string, string> = {};
  for (const direction of ["I>R", "R>I"] as const) {
    for (const kind of ["audio", "video", "data"] as const) {
      baseKeys[`${direction} ${kind}`] = hex(await baseKey(root, direction, kind));
    }
  }
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
    baseKeys,
    sealed: await sealedFlights(name, people),
  };
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
