import { describe, expect, test } from "vitest";
import {
  blindDevice,
  deviceInput,
  deviceKey,
  evaluateDevice,
  finishDevice,
} from "../../credentials/device-tag.ts";
import { bytesOf, hex, unhex } from "../e2ee/kit.ts";
import { describeVectors, readJson } from "../e2ee/vectors.ts";

interface Mode {
  readonly identifier: string;
  readonly mode: number;
  readonly seed: string;
  readonly keyInfo: string;
  readonly skSm: string;
  readonly vectors: readonly {
    readonly Batch: number;
    readonly Blind: string;
    readonly BlindedElement: string;
    readonly EvaluationElement: string;
    readonly Input: string;
    readonly Output: string;
  }[];
}

describeVectors("Device tag: RFC 9497, appendix A.1.1", () => {
  const mode = readJson<Mode[]>("rfc9497-oprf/allVectors.json").find(
    ({ identifier, mode }) => identifier === "ristretto255-SHA512" && mode === 0,
  )!;
  const name = Buffer.from(mode.keyInfo, "hex").toString();
  const secretKey = deviceKey(unhex(mode.seed), name);

  test("the key is derived", () => {
    expect(hex(secretKey)).toBe(mode.skSm);
  });

  test.for(mode.vectors)("input $Input", (made) => {
    const element = unhex(made.BlindedElement);
    // The library maps random bytes to 1 … order-1: these are the bytes that it maps to the blind.
    const random = (length = 0) => {
      const less = BigInt(`0x${hex(unhex(made.Blind).toReversed())}`) - 1n;
      return unhex(less.toString(16).padStart(2 * length, "0")).toReversed();
    };
    const blindedHere = blindDevice(unhex(made.Input), random);
    expect(hex(blindedHere.blind)).toBe(made.Blind);
    expect(hex(blindedHere.element)).toBe(made.BlindedElement);
    expect(hex(evaluateDevice(secretKey, element)!)).toBe(made.EvaluationElement);
    const blinded = { blind: unhex(made.Blind), element };
    const output = finishDevice(unhex(made.Input), blinded, unhex(made.EvaluationElement))!;
    expect(hex(output)).toBe(made.Output);
  });
});

describe("Device tag", () => {
  const key = deviceKey(bytesOf("seed", 32), "2026-11-24");
  const tagOf = (input: Uint8Array, secret = key): string => {
    const blinded = blindDevice(input);
    return hex(finishDevice(input, blinded, evaluateDevice(secret, blinded.element)!)!);
  };

  test("is the same each time for one device and key, although the edge sees something else each time", () => {
    const input = deviceInput(["a", "b"]);
    expect(hex(blindDevice(input).element)).not.toBe(hex(blindDevice(input).element));
    expect(tagOf(input)).toBe(tagOf(input));
  });

  test("differs between devices, and when the key is replaced", () => {
    const input = deviceInput(["a", "b"]);
    expect(tagOf(deviceInput(["ab"]))).not.toBe(tagOf(input));
    expect(tagOf(deviceInput(["", "ab"]))).not.toBe(tagOf(input));
    expect(tagOf(input, deviceKey(bytesOf("seed", 32), "2026-11-27"))).not.toBe(tagOf(input));
  });

  test.for([
    ["short", new Uint8Array(31)],
    ["long", new Uint8Array(33)],
    ["the identity", new Uint8Array(32)],
    ["not canonical", new Uint8Array(32).fill(255)],
  ] as const)("an element that is %s is refused by both sides", ([, element]) => {
    expect(evaluateDevice(key, element)).toBeUndefined();
    expect(finishDevice(deviceInput([]), blindDevice(deviceInput([])), element)).toBeUndefined();
  });
});
