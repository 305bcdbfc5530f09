/** What the vectors page runs, the same on a window and in a worker. */
import { BROWSER_CHECKS } from "../../../e2ee/in-browser.ts";
import { encapsulate, generateXWingKeyPair } from "../../../../e2ee/xwing.ts";
import { decapsulateFromSeed, isNativeXWing } from "../../../../e2ee/xwing-native.ts";
import { keyPairFromSeed } from "../../../../e2ee/xwing-portable.ts";

/** A name of BROWSER_CHECKS with its files' texts, or the cross-check, which needs none. */
export interface Question {
  readonly name: string;
  readonly texts: readonly string[];
}

export const CROSS_CHECK = "native against portable";
const ROUNDS = 25;

export async function answer({ name, texts }: Question): Promise<string> {
  if (name === CROSS_CHECK) return crossCheck();
  const check = BROWSER_CHECKS.find((candidate) => candidate.name === name);
  if (check === undefined) throw new Error(`no check is called ${name}`);
  return check.run(texts);
}

/** Two implementations that share no code are each other's vectors. */
async function crossCheck(): Promise<string> {
  if (!(await isNativeXWing())) return "no native X-Wing";
  let agreed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const [from, to] of [
      ["native", "portable"],
      ["portable", "native"],
    ] as const) {
      const pair = await generateXWingKeyPair(to);
      const sealed = await encapsulate(pair.publicKey, from);
      expectEqual(await pair.decapsulate(sealed.ciphertext), sealed.sharedSecret);
      agreed++;
    }
    const seed = crypto.getRandomValues(new Uint8Array(32));
    const portable = await keyPairFromSeed(seed);
    // A ciphertext that nobody made: both must reject it implicitly, into the same secret.
    const forged = crypto.getRandomValues(new Uint8Array(1120));
    expectEqual(await decapsulateFromSeed(seed, forged), await portable.decapsulate(forged));
    agreed++;
  }
  return `${agreed} agreements`;
}

function expectEqual(left: Uint8Array, right: Uint8Array): void {
  if (left.length !== right.length || left.some((byte, index) => byte !== right[index])) {
    throw new Error("native and portable X-Wing disagree");
  }
}
