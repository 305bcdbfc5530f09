/**
 * The published vectors for whatever platform runs this: nothing here needs Node, so a page can
 * bundle it, hand in the files' texts and run the checks in its own browser, on a window or in a
 * worker. Each check returns what it did and throws at the first difference.
 */
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { envelopeFor } from "../../e2ee/envelope/envelope.ts";
import { createInitiator, createResponder } from "../../e2ee/handshake/index.ts";
import type { HandshakeContext } from "../../e2ee/handshake/index.ts";
import { createReceivingKeys } from "../../e2ee/frame-keys/receiving-keys.ts";
import { createSendingKeys, RATCHET_STEP_MS } from "../../e2ee/frame-keys/sending-keys.ts";
import { createRekeying } from "../../e2ee/rekey/index.ts";
import type { Rekeying, RekeyStep } from "../../e2ee/rekey/index.ts";
import type { Role } from "../../e2ee/role.ts";
import { hkdfExpand, hkdfExtract, hmac } from "../../e2ee/hkdf.ts";
import { baseKey } from "../../e2ee/key-schedule.ts";
import { createSealedSignaling } from "../../e2ee/sealed-signaling.ts";
import { decodeHeader, encodeHeader } from "../../e2ee/sframe/header.ts";
import { createOpener, createSealer } from "../../e2ee/sframe/index.ts";
import { deriveFrameKey } from "../../e2ee/sframe/keys.ts";
import { sealFrame } from "../../e2ee/sframe/sealer.ts";
import { AES_128_GCM_SHA256_128, AES_256_GCM_SHA512_128 } from "../../e2ee/sframe/suites.ts";
import type { CipherSuite } from "../../e2ee/sframe/suites.ts";
import { uint64 } from "../../e2ee/sframe/uint64.ts";
import * as ctrHmac from "../../e2ee/sframe/suites-ctr-hmac.ts";
import { x25519 } from "../../e2ee/x25519.ts";
import { encapsulate, generateXWingKeyPair } from "../../e2ee/xwing.ts";
import { decapsulateFromSeed, isNativeXWing } from "../../e2ee/xwing-native.ts";
import { encapsulateFromSeed, keyPairFromSeed } from "../../e2ee/xwing-portable.ts";

export interface BrowserCheck {
  readonly name: string;
  /** Paths below the vectors folder whose texts `run` takes, in this order. */
  readonly files: readonly string[];
  run(texts: readonly string[]): Promise<string>;
}

type Fields = Record<string, string>;

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function unhex(text = ""): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function expectSame(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)} is not ${String(expected)}`);
}

async function orRefused(work: Promise<Uint8Array>): Promise<string> {
  return work.then(hex, () => "refused");
}

/** kid and ctr as decimal text, digit by digit; every other value as text too. */
function parse(text: string | undefined): Record<string, Fields[]> {
  const revive = (_: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === "number" ? (context?.source ?? String(value)) : value;
  return JSON.parse(text ?? "{}", revive) as Record<string, Fields[]>;
}

function wycheproof(text: string | undefined): readonly (Fields & { flags: string[] })[] {
  const groups = (JSON.parse(text ?? "{}") as { testGroups?: Fields[] }).testGroups ?? [];
  return groups.flatMap(({ tests, ...group }) =>
    (tests as unknown as (Fields & { flags: string[] })[]).map((test) => ({ ...group, ...test })),
  );
}

const SUITES: readonly CipherSuite[] = [
  AES_128_GCM_SHA256_128,
  AES_256_GCM_SHA512_128,
  ...Object.values(ctrHmac),
];

function suiteOf(id: string | undefined): CipherSuite {
  const suite = SUITES.find((candidate) => String(candidate.id) === id);
  if (suite === undefined) throw new Error(`no suite ${id}`);
  return suite;
}

async function sframe(texts: readonly string[]): Promise<string> {
  const files = texts.map(parse);
  const all = (name: string): Fields[] => files.flatMap((file) => file[name] ?? []);
  const headers = all("header");
  for (const { kid = "", ctr = "", encoded = "" } of headers) {
    expectSame("header", hex(encodeHeader(BigInt(kid), BigInt(ctr))), encoded);
    const decoded = decodeHeader(unhex(encoded));
    expectSame("header", `${decoded?.kid} ${decoded?.counter}`, `${kid} ${ctr}`);
  }
  const aeads = [...all("aes_ctr_hmac"), ...all("aes_256_ctr_hmac")];
  for (const { cipher_suite, key, nonce, aad, pt, ct } of aeads) {
    const cipher = await suiteOf(cipher_suite).importKey(unhex(key));
    const sealed = await cipher.seal(unhex(nonce), unhex(aad), unhex(pt));
    expectSame("cipher", hex(new Uint8Array(sealed)), ct);
  }
  const frames = [...all("sframe"), ...all("sframe_aes_256_ctr_hmac")];
  for (const { cipher_suite, kid = "", ctr = "", base_key, metadata, pt, ct } of frames) {
    const suite = suiteOf(cipher_suite);
    const key = await deriveFrameKey(suite, unhex(base_key), Number(kid));
    const bound = unhex(metadata);
    const sealed = await sealFrame(key, uint64(BigInt(kid)), uint64(BigInt(ctr)), unhex(pt), bound);
    expectSame("frame", hex(sealed), ct);
    const opener = createOpener({ suite });
    await opener.addKey(Number(kid), unhex(base_key));
    const opened = await opener.open(unhex(ct), bound);
    expectSame("opened frame", opened.ok && hex(opened.plaintext), pt);
  }
  await overlapping();
  return `${headers.length + aeads.length + frames.length} of SFrame`;
}

/** Nonces and headers lie in buffers that the next frame writes over: WebCrypto must have copied them. */
async function overlapping(): Promise<void> {
  const baseKey = crypto.getRandomValues(new Uint8Array(32));
  const sealer = await createSealer({ suite: 5, baseKey, kid: 1 });
  const opener = createOpener({ suite: 5 });
  await opener.addKey(1, baseKey);
  const plaintexts = Array.from({ length: 300 }, (_, n) => new Uint8Array(1 + n).fill(n));
  const sealed = await Promise.all(plaintexts.map((plaintext) => sealer.seal(plaintext)));
  const opened = await Promise.all(sealed.map((frame) => opener.open(frame)));
  for (const [n, plaintext] of plaintexts.entries()) {
    const frame = opened[n];
    expectSame("overlapping frame", frame?.ok && hex(frame.plaintext), hex(plaintext));
  }
}

async function xwing(texts: readonly string[]): Promise<string> {
  const cases = texts.flatMap((text) => JSON.parse(text) as Fields[]);
  const isNative = await isNativeXWing();
  for (const { seed, eseed, randomness, pk, ct, ss } of cases) {
    const pair = await keyPairFromSeed(unhex(seed));
    expectSame("public key", hex(pair.publicKey), pk);
    const sealed = await encapsulateFromSeed(unhex(pk), unhex(eseed ?? randomness));
    expectSame("ciphertext", hex(sealed.ciphertext), ct);
    expectSame("secret", hex(sealed.sharedSecret), ss);
    expectSame("opened secret", hex(await pair.decapsulate(unhex(ct))), ss);
    if (!isNative) continue;
    expectSame("native secret", hex(await decapsulateFromSeed(unhex(seed), unhex(ct))), ss);
  }
  return `${cases.length} of X-Wing, ${isNative ? "portable and native" : "portable only"}`;
}

async function mlkem([text]: readonly string[]): Promise<string> {
  const cases = wycheproof(text);
  for (const { seed, c, K, result } of cases) {
    const open = async (): Promise<Uint8Array> =>
      ml_kem768.decapsulate(unhex(c), ml_kem768.keygen(unhex(seed)).secretKey);
    expectSame("ML-KEM", await orRefused(open()), result === "valid" ? K : "refused");
  }
  return `${cases.length} of ML-KEM-768`;
}

async function primitives(texts: readonly string[]): Promise<string> {
  const [hkdf256, hkdf512, hmac256, gcm, x] = texts.map(wycheproof);
  for (const [hash, cases] of [
    ["SHA-256", hkdf256],
    ["SHA-512", hkdf512],
  ] as const) {
    for (const { ikm, salt, info, size, okm, result } of cases ?? []) {
      const key = await hkdfExtract(hash, unhex(salt), unhex(ikm));
      const expanded = await orRefused(hkdfExpand(hash, key, unhex(info), Number(size)));
      expectSame("HKDF", expanded, result === "valid" ? okm : "refused");
    }
  }
  for (const { key, msg, tag, tagSize, result } of hmac256 ?? []) {
    const ours = hex(await hmac("SHA-256", unhex(key), unhex(msg))).slice(0, Number(tagSize) / 4);
    expectSame("HMAC", ours === tag, result === "valid");
  }
  const suites = gcm?.filter(
    ({ ivSize, tagSize, keySize }) =>
      Number(ivSize) === 96 && Number(tagSize) === 128 && Number(keySize) !== 192,
  );
  for (const { keySize, key, iv, aad, msg, ct, tag, result } of suites ?? []) {
    const cipher = await suiteOf(Number(keySize) === 128 ? "4" : "5").importKey(unhex(key));
    const opening = cipher.open(unhex(iv), unhex(aad), unhex(`${ct}${tag}`));
    const opened = await orRefused(opening.then((bytes) => new Uint8Array(bytes)));
    expectSame("AES-GCM", opened, result === "valid" ? msg : "refused");
  }
  for (const { public: point, private: scalar, shared, flags } of x ?? []) {
    const agreed = await orRefused(x25519(unhex(scalar), unhex(point)));
    // Firefox refuses two numbers above the field's prime. isXWingPublicKey refuses them all.
    if (agreed === "refused" && flags.includes("NonCanonicalPublic")) continue;
    expectSame("X25519", agreed, flags.includes("ZeroSharedSecret") ? "refused" : shared);
  }
  const lists = [hkdf256, hkdf512, hmac256, suites, x];
  return `${lists.map((list) => list?.length).join(", ")} of HKDF, HKDF, HMAC, AES-GCM, X25519`;
}

/** The path that a call takes, with whatever implementations this platform has. */
async function wholePath(): Promise<string> {
  const kinds = (await isNativeXWing())
    ? (["native", "portable"] as const)
    : (["portable"] as const);
  let runs = 0;
  for (const a of kinds) {
    for (const b of kinds) {
      await oneCall(a, b);
      runs++;
    }
  }
  return `${runs} whole paths, X-Wing ${kinds.join(" and ")}`;
}

type Kind = "native" | "portable";

async function oneCall(kindI: Kind, kindR: Kind): Promise<void> {
  const [sealI, keyI] = [await generateXWingKeyPair(kindI), await generateXWingKeyPair(kindI)];
  const [sealR, keyR] = [await generateXWingKeyPair(kindR), await generateXWingKeyPair(kindR)];
  const chance = (kind: Kind) => ({
    nonce: () => crypto.getRandomValues(new Uint8Array(32)),
    encapsulate: (key: Uint8Array) => encapsulate(key, kind),
  });
  const shared = {
    matchId: crypto.getRandomValues(new Uint8Array(16)),
    extension: {
      sealKeyInitiator: sealI.publicKey,
      sealKeyResponder: sealR.publicKey,
      relayPolicy: "relay",
      envelopes: ["opus/1", "vp8/1"],
    },
  } as const;
  const [fpI, fpR] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const asI: HandshakeContext = { ...shared, role: "initiator", fingerprint: fpI, keyPair: keyI };
  const asR: HandshakeContext = { ...shared, role: "responder", fingerprint: fpR, keyPair: keyR };

  const { matchId } = shared;
  const toR = { role: "initiator", matchId, own: sealI, partnerKey: sealR.publicKey } as const;
  const toI = { role: "responder", matchId, own: sealR, partnerKey: sealI.publicKey } as const;
  const flightsI = createSealedSignaling(toR);
  const flightsR = createSealedSignaling(toI);
  if (flightsI === undefined || flightsR === undefined) throw new Error("a seal key was refused");
  const toResponder = async (m: Uint8Array): Promise<Uint8Array> =>
    (await flightsR.open(await flightsI.seal(m))) ?? new Uint8Array(0);
  const toInitiator = async (m: Uint8Array): Promise<Uint8Array> =>
    (await flightsI.open(await flightsR.seal(m))) ?? new Uint8Array(0);

  const i = await createInitiator(asI, chance(kindI));
  const r = await createResponder(asR, chance(kindR));
  const m2 = await r.receiveM1(await toResponder(i.commit()));
  if (!m2.ok) throw new Error(`M1: ${m2.failure}`);
  const m3 = await i.receiveM2(await toInitiator(m2.m2), fpR);
  if (!m3.ok) throw new Error(`M2: ${m3.failure}`);
  const m4 = await r.receiveM3(await toResponder(m3.m3), fpI);
  if (!m4.ok) throw new Error(`M3: ${m4.failure}`);
  const m5 = await i.receiveM4(await toInitiator(m4.m4));
  if (!m5.ok) throw new Error(`M4: ${m5.failure}`);
  const end = await r.receiveM5(await toResponder(m5.m5));
  expectSame("M5", end.ok, true);
  expectSame("code", m5.keys.code.join(), m4.keys.code.join());

  await framesAndRekey(m5.keys.root, m4.keys.root, kindI, kindR);
}

/** Frames behind every cover, over a ratchet step and into the next generation. */
async function framesAndRekey(
  rootI: Uint8Array,
  rootR: Uint8Array,
  kindI: Kind,
  kindR: Kind,
): Promise<void> {
  const clock = { time: 0 };
  const now = (): number => clock.time;
  const [sending, receiving] = [createSendingKeys({ now }), createReceivingKeys({ now })];
  await receiving.expect(0, await baseKey(rootR, "I>R", "video"));
  await sending.use(0, await baseKey(rootI, "I>R", "video"));

  async function frames(kid: number): Promise<void> {
    for (const mimeType of ["video/VP8", "video/VP9", "video/AV1", "video/H264"] as const) {
      const envelope = envelopeFor(mimeType);
      for (const length of [0, 1, 1200, 60_000]) {
        const frame = new Uint8Array(length).fill(7);
        const sealed = envelope.unwrap(envelope.wrap(await sending.seal(frame), length > 1));
        const opened = sealed && (await receiving.open(sealed));
        expectSame("frame", opened?.ok && hex(opened.plaintext), hex(frame));
        expectSame("KID", opened?.ok && opened.kid, kid);
      }
    }
  }

  await frames(0);
  clock.time += RATCHET_STEP_MS;
  await sending.seal(new Uint8Array(1));
  while (sending.place?.step !== 1) await new Promise((resolve) => setTimeout(resolve, 1));
  await frames(1);

  const side = (role: Role, root: Uint8Array, kind: Kind): Promise<Rekeying> =>
    createRekeying(role, root, {
      generateKeyPair: () => generateXWingKeyPair(kind),
      encapsulate: (key) => encapsulate(key, kind),
    });
  const i = await side("initiator", rootI, kindI);
  const r = await side("responder", rootR, kindR);
  const take = async (rekeying: Rekeying, message: Uint8Array | undefined): Promise<RekeyStep> => {
    const step = await rekeying.receive(message ?? new Uint8Array(0));
    if (!step.ok) throw new Error(`rekey: ${step.failure}`);
    return step;
  };
  const r2 = await take(r, await i.begin());
  const r3 = await take(i, r2.reply);
  const r4 = await take(r, r3.reply);
  const end = await take(i, r4.reply);
  expectSame("rekeyed root", hex(end.seal!), hex(r4.open!));
  await receiving.expect(1, await baseKey(r4.open!, "I>R", "video"));
  await sending.use(1, await baseKey(end.seal!, "I>R", "video"));
  await frames(16);
}

export const BROWSER_CHECKS: readonly BrowserCheck[] = [
  {
    name: "SFrame",
    files: ["sframe/test-vectors.json", "sframe/test-vectors-aes256.json"],
    run: sframe,
  },
  {
    name: "X-Wing",
    files: ["xwing/xwing-draft-test-vectors.json", "xwing/MLKEM768X25519-hybrid-kems-draft.json"],
    run: xwing,
  },
  { name: "ML-KEM-768", files: ["wycheproof/mlkem_768_test.json"], run: mlkem },
  {
    name: "primitives",
    files: [
      "wycheproof/hkdf_sha256_test.json",
      "wycheproof/hkdf_sha512_test.json",
      "wycheproof/hmac_sha256_test.json",
      "wycheproof/aes_gcm_test.json",
      "wycheproof/x25519_test.json",
    ],
    run: primitives,
  },
  { name: "the whole path", files: [], run: wholePath },
];
