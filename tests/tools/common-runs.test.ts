import { describe, expect, it } from "vitest";
import { commonRuns } from "../support/capture/common-runs.ts";
import { seededBytes } from "../support/capture/seeded-bytes.ts";

describe("searching a recording for plaintext", () => {
  const plain = [seededBytes(1, 4_000), seededBytes(2, 9)];

  it("finds eight bytes wherever they stand", () => {
    for (const from of [0, 1, 7, 3_992]) {
      const packet = seededBytes(3, 300);
      packet.set(plain[0]!.subarray(from, from + 8), 131);
      const [found] = commonRuns(plain, [seededBytes(4, 100), packet]);
      expect(found).toMatchObject({ piece: 1, offset: 131 });
    }
  });

  it("does not take seven bytes for eight", () => {
    const packet = seededBytes(3, 300);
    packet.set(plain[1]!.subarray(0, 7), 50);
    packet[57] = (plain[1]![7]! + 1) & 255;
    expect(commonRuns(plain, [packet])).toEqual([]);
  });

  it("finds nothing in other bytes", () => {
    expect(commonRuns(plain, [seededBytes(5, 1_000_000)])).toEqual([]);
  });

  it("leaves out runs that say nothing, as zeros do", () => {
    expect(commonRuns([new Uint8Array(100)], [new Uint8Array(100)])).toEqual([]);
  });
});
