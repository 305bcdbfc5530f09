import { describe, expect, test } from "vitest";
import { nymContextOf, presentationHeader } from "../../credentials/age/binding.ts";
import { BLIND_GENERATORS, GENERATORS, RANGE_GENERATORS } from "../../credentials/age/constants.ts";
import { decodeHeader, encodeHeader } from "../../credentials/age/header.ts";
import {
  COMMITMENT_BYTES,
  acceptCredential,
  isCredential,
  issueCredential,
  requestCredential,
} from "../../credentials/age/issuance.ts";
import {
  PRESENTATION_BYTES,
  ageContext,
  presentAge,
  verifyAge,
  type Refusal,
} from "../../credentials/age/presentation.ts";
import { AGE_V1, RANGE_BITS } from "../../credentials/age/scheme.ts";
import { createGenerators, SHA_256_SUITE } from "../../credentials/bbs/suite.ts";
import { utf8 } from "../../credentials/bytes.ts";
import { G1 } from "../../credentials/bls/points.ts";
import { ORDER, encodeScalar, reduce } from "../../credentials/bls/scalars.ts";
import { bytesOf, flipped, hex, seeded, unhex } from "../e2ee/kit.ts";
import {
  CHALLENGE,
  CONTEXT,
  CUTOFF,
  credentialFrom,
  issuerOf,
  scalarsFrom,
  statementFor,
} from "./people.ts";

const issuer = issuerOf("issuer");
const random = scalarsFrom(seeded(1));
const adult = credentialFrom(issuer, CUTOFF - 5_000, random);

describe("age-v1: constants", () => {
  test.for([
    ["Q_1, H_1", GENERATORS, AGE_V1.apiId],
    ["Q_2, J_1", BLIND_GENERATORS, `BLIND_${AGE_V1.apiId}`],
    ["the range's", RANGE_GENERATORS, `${AGE_V1.apiId}RANGE_`],
  ] as const)("%s are what the draft derives", ([, constants, apiId]) => {
    const derived = createGenerators(SHA_256_SUITE, constants.length, apiId).map((point) => {
      const { x, y } = point.toAffine();
      return [x, y].map((coordinate) => coordinate.toString(16).padStart(96, "0"));
    });
    expect(constants).toEqual(derived);
  });

  test("there are as many as the format needs, none of them twice", () => {
    const all = [...GENERATORS, ...BLIND_GENERATORS, ...RANGE_GENERATORS].map(([x]) => x);
    expect(all).toHaveLength(4 + 1 + 2 * RANGE_BITS);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe("age-v1: the header", () => {
  const fields = {
    did: "did:web:issuer.example",
    kid: "k1",
    month: "2026-11",
    assurance: "high",
    uniqueness: "person",
  } as const;

  test("has one spelling", () => {
    const header = encodeHeader(fields)!;
    expect(new TextDecoder().decode(header)).toBe(
      "age-v1|did:web:issuer.example#k1|2026-11|high|person",
    );
    expect(decodeHeader(header)).toEqual(fields);
  });

  test.for([
    { did: "did:web:a|b" },
    { did: "did:web:a#b" },
    { did: "issuer" },
    { kid: "" },
    { kid: "a|b" },
    { month: "2026-13" },
    { month: "2026-1" },
    { month: "2026-11-24" },
    { assurance: "certain" },
    { uniqueness: "" },
  ])("refuses %j", (change) => {
    expect(encodeHeader({ ...fields, ...change } as typeof fields)).toBeUndefined();
  });

  test.for([
    "",
    "age-v1",
    "age-v2|did:web:a#k|2026-11|high|person",
    "age-v1|did:web:a#k|2026-11|high|person|for you alone",
    `age-v1|did:web:${"a".repeat(300)}#k|2026-11|high|person`,
    "x".repeat(5_000),
  ])("reads nothing from %j", (text) => {
    expect(decodeHeader(utf8(text))).toBeUndefined();
  });
});

describe("age-v1: issuance", () => {
  const { secretKey, publicKey, header } = issuer;
  const { commitment, secrets } = requestCredential();

  test("a commitment has 144 bytes, and says something else each time", () => {
    expect(COMMITMENT_BYTES).toBe(144);
    expect(commitment).toHaveLength(COMMITMENT_BYTES);
    expect(hex(requestCredential(secrets.proverNym).commitment)).not.toBe(hex(commitment));
  });

  test.for([0, 65_536, 1.5, -1, NaN])("birth day %d is not signed", (birthDay) => {
    expect(issueCredential(secretKey, header, birthDay, commitment)).toBeUndefined();
  });

  test("a commitment that is not proven is not signed", () => {
    for (let at = 0; at < commitment.length; at += 11) {
      expect(issueCredential(secretKey, header, 1_000, flipped(commitment, at))).toBeUndefined();
    }
    expect(issueCredential(secretKey, header, 1_000, commitment.slice(1))).toBeUndefined();
  });

  test("the holder keeps nothing that is not signed exactly so", () => {
    const issued = issueCredential(secretKey, header, 1_000, commitment)!;
    expect(acceptCredential(publicKey, header, 1_000, secrets, issued)).toBeDefined();
    const { signature, entropy } = issued;
    const others = [
      acceptCredential(publicKey, header, 1_001, secrets, issued),
      acceptCredential(publicKey, utf8("another header"), 1_000, secrets, issued),
      acceptCredential(publicKey, header, 1_000, secrets, { signature, entropy: entropy + 1n }),
      acceptCredential(publicKey, header, 1_000, { ...secrets, proverNym: 5n }, issued),
      acceptCredential(publicKey, header, 1_000, { ...secrets, blind: 5n }, issued),
      acceptCredential(issuerOf("another").publicKey, header, 1_000, secrets, issued),
      ...Array.from({ length: 80 }, (_, at) =>
        at % 9 === 0
          ? acceptCredential(publicKey, header, 1_000, secrets, {
              signature: flipped(signature, at),
              entropy,
            })
          : undefined,
      ),
    ];
    expect(others.filter((credential) => credential !== undefined)).toEqual([]);
  });
});

describe("age-v1: presentation", () => {
  const statement = statementFor(issuer);
  const presentation = presentAge(statement, adult, random)!;

  test("has 976 bytes and proves", () => {
    expect(presentation).toHaveLength(PRESENTATION_BYTES);
    expect(verifyAge(statement, presentation)).toMatchObject({ ok: true });
  });

  test.for([
    [0, true],
    [1, true],
    [CUTOFF - 1, true],
    [-1, false],
    [-6_570, false],
  ] as const)("born %d days before the cutoff: %s", ([days, passes]) => {
    const credential = credentialFrom(issuer, CUTOFF - days, random);
    const made = presentAge(statement, credential, random);
    expect(made !== undefined).toBe(passes);
    if (made !== undefined) expect(verifyAge(statement, made).ok).toBe(true);
  });

  test("two proofs share nothing but the pseudonym", () => {
    const second = presentAge(statement, adult)!;
    expect(hex(second.subarray(0, 48))).toBe(hex(presentation.subarray(0, 48)));
    const chunk = (bytes: Uint8Array, at: number) => hex(bytes.subarray(at, at + 16));
    for (let at = 48; at + 16 <= PRESENTATION_BYTES; at += 16) {
      expect(chunk(second, at)).not.toBe(chunk(presentation, at));
    }
  });

  test("a re-issued credential keeps the pseudonym, another person's and another site's differ", () => {
    const nymOf = (credential: typeof adult, context = CONTEXT): string => {
      const made = presentAge({ ...statement, context }, credential, random)!;
      const verdict = verifyAge({ ...statement, context }, made);
      return verdict.ok ? hex(verdict.nym) : "refused";
    };
    const nym = hex(presentation.subarray(0, 48));
    const reissued = credentialFrom(issuer, adult.birthDay, random, adult.again);
    expect(hex(reissued.signature)).not.toBe(hex(adult.signature));
    expect(nymOf(reissued)).toBe(nym);
    expect(nymOf(credentialFrom(issuer, adult.birthDay, random))).not.toBe(nym);
    expect(nymOf(adult, ageContext(nymContextOf("other.example")))).not.toBe(nym);
  });

  test("is worth nothing under any other statement", () => {
    const other = issuerOf("another");
    const statements = {
      nonce: statementFor(issuer, { nonce: bytesOf("other", 32) }),
      origin: statementFor(issuer, { origin: "https://evil.example" }),
      expiry: statementFor(issuer, { expiresAt: CHALLENGE.expiresAt + 1 }),
      session: statementFor(issuer, { commitment: utf8("other") }),
      earlierCutoff: statementFor(issuer, { cutoff: CUTOFF - 1 }),
      laterCutoff: statementFor(issuer, { cutoff: CUTOFF + 1 }),
      cutoffAlone: { ...statement, cutoff: CUTOFF + 1 },
      issuer: { ...statement, publicKey: other.publicKey },
      header: { ...statement, header: issuerOf("issuer", "2026-12").header },
      site: { ...statement, context: ageContext(nymContextOf("other.example")) },
    };
    for (const [name, changed] of Object.entries(statements)) {
      expect([name, verifyAge(changed, presentation)]).toEqual([
        name,
        { ok: false, refusal: "proof" },
      ]);
    }
  });

  test("the binding has no two readings", () => {
    expect(() => presentationHeader({ ...CHALLENGE, nonce: new Uint8Array(31) })).toThrow(
      RangeError,
    );
    const shifted = { ...CHALLENGE, origin: `${CHALLENGE.origin}x` };
    expect(hex(presentationHeader(shifted))).not.toBe(hex(presentationHeader(CHALLENGE)));
  });

  test("a damaged credential makes no proof that passes, and throws nothing", () => {
    expect(presentAge(statement, { ...adult, signature: new Uint8Array(80) })).toBeUndefined();
    expect(presentAge(statement, { ...adult, signature: new Uint8Array(3) })).toBeUndefined();
    const wrong = presentAge(statement, { ...adult, birthDay: adult.birthDay + 1 }, random)!;
    expect(verifyAge(statement, wrong)).toEqual({ ok: false, refusal: "proof" });
    expect(isCredential(issuer.publicKey, { ...adult, birthDay: 1 })).toBe(false);
  });
});

describe("age-v1: bad input", () => {
  const statement = statementFor(issuer);
  const good = presentAge(statement, adult, random)!;
  const POINTS = { nym: 0, abar: 48, bbar: 96, d: 144, b: 416 };
  const SCALARS = { e: 192, challenge: 384, f1: 464, z: 944 };

  function patched(at: number, bytes: Uint8Array): Uint8Array {
    const copy = good.slice();
    copy.set(bytes, at);
    return copy;
  }

  function refusalOf(presentation: Uint8Array): Refusal | "accepted" {
    const verdict = verifyAge(statement, presentation);
    return verdict.ok ? "accepted" : verdict.refusal;
  }

  test.for([0, 1, 48, 975, 977, 1_952, 100_000])("%d bytes", (length) => {
    expect(refusalOf(new Uint8Array(length))).toBe("length");
  });

  test.for(Object.entries(SCALARS))("scalar %s: not canonical", ([, at]) => {
    const value = BigInt(`0x${hex(good.subarray(at, at + 32))}`);
    for (const wrong of [ORDER, 2n ** 256n - 1n, value + ORDER]) {
      const bytes = unhex(wrong.toString(16).padStart(64, "0").slice(-64));
      if (wrong < 2n ** 256n) expect(refusalOf(patched(at, bytes))).toBe("scalar");
    }
  });

  test("zero among the scalars of BBS", () => {
    expect(refusalOf(patched(SCALARS.e, encodeScalar(0n)))).toBe("scalar");
    expect(refusalOf(patched(SCALARS.challenge, encodeScalar(0n)))).toBe("scalar");
  });

  const IDENTITY = Uint8Array.of(0xc0, ...new Uint8Array(47));
  /** On the curve y² = x³ + 4, but not in the subgroup. */
  const OFF_SUBGROUP = (() => {
    const { Fp } = G1;
    for (let x = 1n; ; x++) {
      try {
        const y = Fp.sqrt(Fp.add(Fp.pow(x, 3n), 4n));
        if (G1.fromAffine({ x, y }).isTorsionFree()) continue;
        const bytes = unhex(x.toString(16).padStart(96, "0"));
        bytes[0]! |= 0x80 | (y > (Fp.ORDER - 1n) / 2n ? 0x20 : 0);
        return bytes;
      } catch {
        // No such x on the curve.
      }
    }
  })();

  for (const [name, at] of Object.entries(POINTS)) {
    test.for([
      ["the identity", IDENTITY],
      ["off the subgroup", OFF_SUBGROUP],
      ["zeros", new Uint8Array(48)],
      ["x not below p", Uint8Array.of(0x9f, ...new Uint8Array(47).fill(0xff))],
      ["uncompressed flag", Uint8Array.of(good[at]! & 0x7f, ...good.subarray(at + 1, at + 48))],
      ["identity that is not clean", Uint8Array.of(0xc0, ...new Uint8Array(46), 1)],
    ] as const)(`point ${name}: %s`, ([, bytes]) => {
      expect(refusalOf(patched(at, bytes))).toBe("point");
    });
  }

  test("the negative of a point, or another good one, is no proof", () => {
    const other = G1.BASE.toBytes();
    for (const at of Object.values(POINTS)) {
      expect(refusalOf(patched(at, other))).toBe("proof");
      expect(refusalOf(flipped(good, at, 0x20))).toBe("proof");
    }
  });

  test("lengths, scalars and points are refused before the issuer's key is looked at", () => {
    const publicKey = {
      get octets(): never {
        throw new Error("the key was looked at");
      },
      get lines(): never {
        throw new Error("the key was looked at");
      },
    };
    const spied = { ...statement, publicKey };
    expect(verifyAge(spied, new Uint8Array(10))).toEqual({ ok: false, refusal: "length" });
    const scalar = patched(SCALARS.z, new Uint8Array(32).fill(255));
    expect(verifyAge(spied, scalar)).toEqual({ ok: false, refusal: "scalar" });
    expect(verifyAge(spied, patched(POINTS.b, IDENTITY))).toEqual({ ok: false, refusal: "point" });
  });

  test("random bytes of the right length", () => {
    const chance = seeded(7);
    for (let round = 0; round < 200; round++) {
      expect(refusalOf(chance.bytes(PRESENTATION_BYTES))).toMatch(/^(scalar|point)$/);
    }
    expect(reduce(chance.bytes(48))).toBeLessThan(ORDER);
  });
});
