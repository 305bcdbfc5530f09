import { describe, expect, it } from "vitest";
import { toBase64url } from "../../protocol/base64url.ts";
import { Capsule } from "../../protocol/ids.ts";
import { parseBody } from "../../protocol/parse.ts";
import { createCapsules } from "../../durable-objects/lobby/capsules.ts";

const SECRET = toBase64url(new Uint8Array(32).fill(7));
const DAY_MS = 86_400_000;
const NOON = 20_000 * DAY_MS + DAY_MS / 2;
const HANDLE = toBase64url(new Uint8Array(16).fill(9));

describe("P-22: capsules", () => {
  const capsules = createCapsules(SECRET);

  it("have the length of the wire and are never twice the same", () => {
    const one = capsules.sealBlock(HANDLE);
    expect(parseBody(Capsule, JSON.stringify(one)).ok).toBe(true);
    expect(capsules.sealBlock(HANDLE)).not.toBe(one);
    expect(one).not.toContain(HANDLE);
  });

  it("a block opens for as long as the secret lives", () => {
    expect(createCapsules(SECRET).openBlock(capsules.sealBlock(HANDLE))).toBe(HANDLE);
  });

  it.each([
    [0, HANDLE],
    [DAY_MS, HANDLE],
    [DAY_MS * 1.5 - 1, HANDLE],
    [DAY_MS * 1.5, undefined],
    [-DAY_MS, undefined],
  ])("a recent sealed at noon, shown %i ms later, gives %s", (later, handle) => {
    const recent = createCapsules(SECRET).sealRecent(HANDLE, NOON);
    expect(createCapsules(SECRET).openRecent(recent, NOON + later)).toBe(handle);
  });

  it("one kind does not open as the other, nor under another secret", () => {
    const other = createCapsules(toBase64url(new Uint8Array(32).fill(8)));
    expect(capsules.openBlock(capsules.sealRecent(HANDLE, NOON))).toBeUndefined();
    expect(capsules.openRecent(capsules.sealBlock(HANDLE), NOON)).toBeUndefined();
    expect(other.openBlock(capsules.sealBlock(HANDLE))).toBeUndefined();
  });

  it("no changed byte opens, and no other length", () => {
    const sealed = Buffer.from(capsules.sealBlock(HANDLE), "base64url");
    for (let index = 0; index < sealed.length; index++) {
      const changed = Buffer.from(sealed);
      changed[index]! ^= 1;
      expect(capsules.openBlock(changed.toString("base64url"))).toBeUndefined();
    }
    for (const bytes of [sealed.subarray(1), Buffer.concat([sealed, Buffer.alloc(1)])]) {
      expect(capsules.openBlock(bytes.toString("base64url"))).toBeUndefined();
    }
    expect(capsules.openBlock("")).toBeUndefined();
  });
});
