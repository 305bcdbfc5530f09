import { expect, test } from "vitest";
import { BUCKETS, pad, unpad } from "../../../web/chat/padding.ts";

test.each([0, 1, 62, 63, 64, 255, 256, 1_023, 1_024, 8_191, 8_192, 32_767])(
  "%i bytes fill a bucket and come back",
  (length) => {
    const message = new Uint8Array(length).fill(0x80);
    const padded = pad(message)!;
    expect(BUCKETS).toContain(padded.length);
    expect(unpad(padded)).toEqual(message);
  },
);

test("a message that ends in zeros keeps them", () => {
  const message = Uint8Array.of(1, 0, 0);
  expect(unpad(pad(message)!)).toEqual(message);
});

test("what is larger than the largest bucket is refused", () => {
  expect(pad(new Uint8Array(32_768))).toBeUndefined();
});

test.each([[[]], [[0, 0, 0]], [[1, 2, 3]], [[0x80, 1]]])("%j is not our padding", (bytes) => {
  expect(unpad(Uint8Array.from(bytes))).toBeUndefined();
});
