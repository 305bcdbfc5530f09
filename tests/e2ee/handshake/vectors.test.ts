/**
 * docs/handshake-vectors.json, checked twice: against our modules, and against docs/handshake.md
 * written down a second time with Node's own primitives and noble's X-Wing.
 */
import { createDecipheriv, createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { ml_kem768_x25519 as xwing } from "@noble/post-quantum/hybrid.js";
import { describe, expect, test } from "vitest";
import { hex, unhex } from "../kit.ts";
import { handshakeVectors, VECTORS_FILE } from "./vectors.ts";
import type { Vector } from "./vectors.ts";

const vectors = JSON.parse(readFileSync(VECTORS_FILE, "utf8")) as Vector[];

type Part = string | Uint8Array;

const join = (...parts: Part[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
const lp = (part: Uint8Array): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return Buffer.concat([length, part]);
};
const sha256 = (...parts: Part[]): Buffer =>
  createHash("sha256")
    .update(join(...parts))
    .digest();
const hmac = (key: Uint8Array, ...parts: Part[]): Buffer =>
  createHmac("sha256", key)
    .update(join(...parts))
    .digest();
/** One block of HKDF-Expand. */
const expand = (key: Uint8Array, info: Part): Buffer => hmac(key, info, Uint8Array.of(1));

test("our modules still give these bytes", async () => {
  expect(JSON.parse(JSON.stringify(await handshakeVectors()))).toEqual(vectors);
});

describe.each(vectors)("$name, by the document alone", (vector) => {
  const { initiator, responder } = vector;
  const keyI = xwing.keygen(unhex(initiator.keySeed));
  const keyR = xwing.keygen(unhex(responder.keySeed));
  const sealI = xwing.keygen(unhex(initiator.sealKeySeed));
  const sealR = xwing.keygen(unhex(responder.sealKeySeed));

  function hello(role: 1 | 2, publicKey: Uint8Array, nonce: string, fingerprint: string): Buffer {
    return join(
      Uint8Array.of(1, 0, 1, role),
      unhex(vector.matchId),
      publicKey,
      unhex(nonce),
      unhex(fingerprint),
      sealI.publicKey,
      sealR.publicKey,
      Uint8Array.of(vector.relayPolicy === "relay" ? 1 : 2, vector.envelopes.length),
      ...vector.envelopes.map((name) => join(Uint8Array.of(name.length), name)),
    );
  }

  const reveal = hello(1, keyI.publicKey, initiator.nonce, initiator.fingerprint);
  const m1 = join("\x01", sha256("winkr/1 commit", lp(reveal)));
  const m2 = join("\x02", hello(2, keyR.publicKey, responder.nonce, responder.fingerprint));
  const one = xwing.encapsulate(keyR.publicKey, unhex(initiator.encapsulationSeed));
  const two = xwing.encapsulate(keyI.publicKey, unhex(responder.encapsulationSeed));
  const sas = sha256("winkr/1 sas", lp(m1), lp(m2), lp(reveal));
  const transcript = sha256("winkr/1 transcript", sas, lp(one.cipherText), lp(two.cipherText));
  const key = hmac(transcript, one.sharedSecret, two.sharedSecret);
  const mac = (who: string): Buffer => hmac(expand(key, `winkr/1 confirm ${who}`), transcript);
  const root = expand(key, "winkr/1 root");

  test("the five messages", () => {
    const m3 = join("\x03", lp(reveal), one.cipherText);
    const m4 = join("\x04", two.cipherText, mac("R"));
    const m5 = join("\x05", mac("I"));
    expect({ m1, m2, m3, m4, m5 }).toEqual(
      Object.fromEntries(
        Object.entries(vector.messages).map(([name, text]) => [
          name,
          Buffer.from(`${text}`, "hex"),
        ]),
      ),
    );
  });

  test("the safety code", () => {
    const bytes = expand(hmac(new Uint8Array(32), sas), "winkr/1 sas emoji");
    const bits = [...bytes.subarray(0, 3)]
      .map((byte) => byte.toString(2).padStart(8, "0"))
      .join("");
    expect(bits.match(/.{6}/g)?.map((six) => Number.parseInt(six, 2))).toEqual(vector.safetyCode);
  });

  test("transcript, root and base keys", () => {
    expect(hex(transcript)).toBe(vector.transcript);
    expect(hex(root)).toBe(vector.root);
    expect(Object.keys(vector.baseKeys)).toHaveLength(6);
    for (const [name, baseKey] of Object.entries(vector.baseKeys)) {
      expect(hex(expand(root, `winkr/1 sframe ${name.replace(" ", "")}`))).toBe(baseKey);
    }
  });

  test("ratchet steps: RFC 9605's, with SHA-512", () => {
    const { baseKey, steps } = vector.movingOn.ratchet;
    const sha512 = (secret: Uint8Array, ...parts: Part[]): Buffer =>
      createHmac("sha512", secret)
        .update(join(...parts))
        .digest();
    let step: Uint8Array = unhex(vector.baseKeys[baseKey] ?? "");
    expect(step).toHaveLength(32);
    expect(steps).toHaveLength(3);
    for (const published of steps) {
      step = sha512(sha512(new Uint8Array(64), step), "SFrame 1.0 Ratchet", Uint8Array.of(1));
      expect(hex(step)).toBe(published);
    }
  });

  test("rekeys, each mixed into the one before", () => {
    let before: Uint8Array = root;
    expect(vector.movingOn.rekeys).toHaveLength(2);
    vector.movingOn.rekeys.forEach((rekey, index) => {
      const head = (number: number): Buffer => join(Uint8Array.of(number, 0, 0, 0, index + 1));
      const freshI = xwing.keygen(unhex(rekey.initiator.keySeed));
      const freshR = xwing.keygen(unhex(rekey.responder.keySeed));
      const first = xwing.encapsulate(freshI.publicKey, unhex(rekey.responder.encapsulationSeed));
      const second = xwing.encapsulate(freshR.publicKey, unhex(rekey.initiator.encapsulationSeed));
      const r1 = join(head(1), freshI.publicKey);
      const r2 = join(head(2), freshR.publicKey, first.cipherText);
      const covered = join(head(3), second.cipherText);
      const hashed = sha256("winkr/1 rekey", lp(r1), lp(r2), lp(covered));
      const chain = expand(before, "winkr/1 chain");
      const mixed = hmac(chain, first.sharedSecret, second.sharedSecret);
      const tag = (who: string): Buffer =>
        hmac(expand(mixed, `winkr/1 rekey confirm ${who}`), hashed);
      expect({
        r1: hex(r1),
        r2: hex(r2),
        r3: hex(join(covered, tag("I"))),
        r4: hex(join(head(4), tag("R"))),
      }).toEqual(rekey.messages);
      before = expand(mixed, join("winkr/1 root", hashed));
      expect(rekey.generation).toBe(index + 1);
      expect(hex(before)).toBe(rekey.root);
      for (const [name, baseKey] of Object.entries(rekey.baseKeys)) {
        expect(hex(expand(before, `winkr/1 sframe ${name.replace(" ", "")}`))).toBe(baseKey);
      }
    });
  });

  test("the sealed flights", () => {
    for (const from of ["initiator", "responder"] as const) {
      const [sender, recipient] = from === "initiator" ? [sealI, sealR] : [sealR, sealI];
      const { cipherText, sharedSecret } = xwing.encapsulate(
        recipient.publicKey,
        unhex(vector[from].sealEncapsulationSeed),
      );
      const info = join(
        `winkr/1 sealed ${from} `,
        ...[unhex(vector.matchId), sender.publicKey, recipient.publicKey, cipherText].map(lp),
      );
      const flightKey = expand(hmac(new Uint8Array(32), sharedSecret), info);
      const flights = vector.sealed.filter((flight) => flight.from === from);
      expect(flights).toHaveLength(2);
      flights.forEach((flight, counter) => {
        const sealed = unhex(flight.sealed);
        const head = counter === 0 ? join("\x01", cipherText) : join("\x02");
        expect(hex(sealed.subarray(0, head.length))).toBe(hex(head));
        const nonce = Buffer.alloc(12);
        nonce.writeUInt32BE(counter, 8);
        const cipher = createDecipheriv("aes-256-gcm", flightKey, nonce);
        cipher.setAAD(head).setAuthTag(sealed.subarray(-16));
        const body = sealed.subarray(head.length, -16);
        expect(hex(join(cipher.update(body), cipher.final()))).toBe(flight.plaintext);
      });
    }
  });
});
