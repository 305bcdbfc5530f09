import { expect, test } from "vitest";
import { hex, unhex } from "../kit.ts";
import { describeVectors, readJsonWithBigints } from "../vectors.ts";
import { concat } from "../../../e2ee/bytes.ts";
import { decodeHeader, encodeHeader } from "../../../e2ee/sframe/header.ts";
import { createNonces, deriveKeyMaterial, keyLabel } from "../../../e2ee/sframe/keys.ts";
import { createOpener } from "../../../e2ee/sframe/opener.ts";
import { sealFrame } from "../../../e2ee/sframe/sealer.ts";
import { AES_128_GCM_SHA256_128, AES_256_GCM_SHA512_128 } from "../../../e2ee/sframe/suites.ts";
import type { CipherSuite } from "../../../e2ee/sframe/suites.ts";
import { uint64 } from "../../../e2ee/sframe/uint64.ts";
import * as ctrHmac from "../../../e2ee/sframe/suites-ctr-hmac.ts";

const SUITES = new Map<number, CipherSuite>(
  [AES_128_GCM_SHA256_128, AES_256_GCM_SHA512_128, ...Object.values(ctrHmac)].map((suite) => [
    suite.id,
    suite,
  ]),
);

function suiteOf(id: number): CipherSuite {
  const suite = SUITES.get(id);
  if (suite === undefined) throw new Error(`no suite ${id}`);
  return suite;
}

interface HeaderCase {
  readonly kid: bigint;
  readonly ctr: bigint;
  readonly encoded: string;
}
interface AeadCase {
  readonly cipher_suite: number;
  readonly key: string;
  readonly nonce: string;
  readonly aad: string;
  readonly pt: string;
  readonly ct: string;
}
interface FrameCase extends Omit<AeadCase, "key"> {
  readonly kid: bigint;
  readonly ctr: bigint;
  readonly base_key: string;
  readonly sframe_key_label: string;
  readonly sframe_salt_label: string;
  readonly sframe_secret: string;
  readonly sframe_key: string;
  readonly sframe_salt: string;
  readonly metadata: string;
}
interface Files {
  readonly header: readonly HeaderCase[];
  readonly aes_ctr_hmac: readonly AeadCase[];
  readonly aes_256_ctr_hmac: readonly AeadCase[];
  readonly sframe: readonly FrameCase[];
  readonly sframe_aes_256_ctr_hmac: readonly FrameCase[];
}

describeVectors("SFrame, RFC 9605: published vectors", () => {
  const files: Files = Object.assign(
    {},
    ...["test-vectors", "test-vectors-aes256"].map((name) =>
      readJsonWithBigints<object>(`sframe/${name}.json`, ["kid", "ctr"]),
    ),
  );
  const aeads = [...files.aes_ctr_hmac, ...files.aes_256_ctr_hmac];
  const frames = [...files.sframe, ...files.sframe_aes_256_ctr_hmac];

  test("there are 303 of them", () => {
    expect(files.header.length + aeads.length + frames.length).toBe(303);
  });

  test("289 headers encode and decode, up to kid and counter 2^64-1", () => {
    for (const { kid, ctr, encoded } of files.header) {
      expect(hex(encodeHeader(kid, ctr))).toBe(encoded);
      const length = encoded.length / 2;
      expect(decodeHeader(unhex(`${encoded}ff`))).toEqual({ kid, counter: ctr, length });
    }
    expect(files.header.at(-1)).toMatchObject({ kid: 2n ** 64n - 1n, ctr: 2n ** 64n - 1n });
  });

  test.each(aeads)("the AES-CTR-HMAC cipher of suite $cipher_suite", async (vector) => {
    const cipher = await suiteOf(vector.cipher_suite).importKey(unhex(vector.key));
    const [nonce, aad] = [unhex(vector.nonce), unhex(vector.aad)];
    const sealed = new Uint8Array(await cipher.seal(nonce, aad, unhex(vector.pt)));
    expect(hex(sealed)).toBe(vector.ct);
    expect(hex(new Uint8Array(await cipher.open(nonce, aad, sealed)))).toBe(vector.pt);
  });

  test.each(frames)("keys and whole frame of suite $cipher_suite", async (vector) => {
    const { kid, ctr } = vector;
    const suite = suiteOf(vector.cipher_suite);
    expect(hex(keyLabel("key", kid, suite.id))).toBe(vector.sframe_key_label);
    expect(hex(keyLabel("salt", kid, suite.id))).toBe(vector.sframe_salt_label);
    const baseKey = unhex(vector.base_key);
    const { secret, key, salt } = await deriveKeyMaterial(suite, baseKey, kid);
    expect(hex(secret)).toBe(vector.sframe_secret);
    expect(hex(key)).toBe(vector.sframe_key);
    expect(hex(salt)).toBe(vector.sframe_salt);
    const nonceFor = createNonces(salt);
    expect(hex(nonceFor(uint64(ctr)))).toBe(vector.nonce);

    const metadata = unhex(vector.metadata);
    expect(hex(concat(encodeHeader(kid, ctr), metadata))).toBe(vector.aad);
    const frameKey = { cipher: await suite.importKey(key), nonceFor };
    const plaintext = unhex(vector.pt);
    const sealed = await sealFrame(frameKey, uint64(kid), uint64(ctr), plaintext, metadata);
    expect(hex(sealed)).toBe(vector.ct);

    const opener = createOpener({ suite });
    await opener.addKey(Number(kid), baseKey);
    const opened = await opener.open(unhex(vector.ct), metadata);
    expect(opened).toEqual({ ok: true, plaintext, kid: Number(kid), counter: ctr });
  });
});
