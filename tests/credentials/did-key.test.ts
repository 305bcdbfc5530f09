import { describe, expect, test } from "vitest";
import { publicKeyOf, readPublicKey } from "../../credentials/bbs/core.ts";
import {
  decodeMultikey,
  didKeyOf,
  encodeMultikey,
  keyIdOf,
  publicKeyOfDid,
} from "../../credentials/did-key.ts";
import { bytesOf, hex } from "../e2ee/kit.ts";

describe("Multikey and did:key", () => {
  /** From the did:key method's own examples. */
  const KNOWN =
    "zUC7EK3ZakmukHhuncwkbySmomv3FmrkmS36E4Ks5rsb6VQSRpoCrx6Hb8e2Nk6UvJFSdyw9NK1scFXJp21gNNYFjVWNgaqyGnkyhtagagCpQb5B7tagJu3HDbjQ8h5ypoHjwBb";

  test("a published BLS12-381 key reads as a point of G2 and writes back", () => {
    const bytes = decodeMultikey(KNOWN)!;
    expect(readPublicKey(bytes)).toBeDefined();
    expect(encodeMultikey(bytes)).toBe(KNOWN);
  });

  test("every key has one spelling, which begins with zUC7", () => {
    for (let secret = 1n; secret <= 20n; secret++) {
      const bytes = publicKeyOf(secret ** 20n);
      const text = encodeMultikey(bytes);
      expect(text.startsWith("zUC7")).toBe(true);
      expect(hex(decodeMultikey(text)!)).toBe(hex(bytes));
    }
  });

  test("did:key names its own key", () => {
    const publicKey = publicKeyOf(12_345n);
    const did = didKeyOf(publicKey);
    expect(hex(publicKeyOfDid(did)!)).toBe(hex(publicKey));
    expect(keyIdOf(did)).toBe(encodeMultikey(publicKey));
  });

  const good = encodeMultikey(bytesOf("key", 96));
  test.for([
    ["nothing", ""],
    ["no multibase prefix", good.slice(1)],
    ["a leading zero", `z1${good.slice(1)}`],
    ["a character that is not of the alphabet", good.replace("U", "0")],
    ["cut short", good.slice(0, -1)],
    ["one character more", `${good}2`],
    ["very long", `z${"2".repeat(10_000)}`],
    ["another codec (Ed25519)", "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"],
  ] as const)("refused: %s", ([, text]) => {
    expect(decodeMultikey(text)).toBeUndefined();
  });

  test("refused: other methods", () => {
    expect(publicKeyOfDid("did:web:issuer.example")).toBeUndefined();
    expect(publicKeyOfDid("did:key:")).toBeUndefined();
  });
});
