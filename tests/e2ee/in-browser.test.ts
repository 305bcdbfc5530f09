import { expect, test } from "vitest";
import { BROWSER_CHECKS } from "./in-browser.ts";
import { describeVectors, readVectors } from "./vectors.ts";

describeVectors("what browsers are asked to check, in Node", () => {
  test.each(BROWSER_CHECKS)("$name", async ({ name, files, run }) => {
    const did = {
      SFrame: "303 of SFrame",
      "X-Wing": "13 of X-Wing, portable only",
      "ML-KEM-768": "193 of ML-KEM-768",
      primitives: "86, 83, 174, 133, 518 of HKDF, HKDF, HMAC, AES-GCM, X25519",
      "the whole path": "1 whole paths, X-Wing portable",
    }[name];
    expect(await run(files.map(readVectors))).toBe(did);
  });
});
