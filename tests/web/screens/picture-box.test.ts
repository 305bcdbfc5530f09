import { describe, expect, test } from "vitest";
import { pictureBox } from "../../../web/screens/call/picture-box.ts";
import { browserFamily } from "../../../web/screens/green-room/browser-family.ts";

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };

/** How much of the picture's wider side is left when it covers its box. */
function shown(box: { width: number; height: number }, picture: { width: number; height: number }) {
  const ratio = box.width / box.height / (picture.width / picture.height);
  return Math.min(ratio, 1 / ratio);
}

describe("the partner's picture", () => {
  test("fills the screen where both have about the same shape", () => {
    expect(pictureBox(DESKTOP, { width: 640, height: 480 })).toEqual(DESKTOP);
    expect(pictureBox(PHONE, { width: 480, height: 640 })).toEqual(PHONE);
  });
  test("keeps two thirds of a landscape picture on an upright phone", () => {
    const picture = { width: 640, height: 480 };
    const box = pictureBox(PHONE, picture);
    expect(box.width).toBe(PHONE.width);
    expect(shown(box, picture)).toBeCloseTo(0.66, 2);
  });
  test("keeps two thirds of an upright picture on a wide screen", () => {
    const picture = { width: 480, height: 640 };
    const box = pictureBox(DESKTOP, picture);
    expect(box.height).toBe(DESKTOP.height);
    expect(shown(box, picture)).toBeCloseTo(0.66, 2);
  });
  test("never leaves the screen and never shows less than half", () => {
    for (let w = 100; w <= 2000; w += 190)
      for (let h = 100; h <= 2000; h += 190)
        for (const screen of [PHONE, DESKTOP, { width: 320, height: 320 }]) {
          const box = pictureBox(screen, { width: w, height: h });
          expect(box.width).toBeLessThanOrEqual(screen.width);
          expect(box.height).toBeLessThanOrEqual(screen.height);
          expect(shown(box, { width: w, height: h })).toBeGreaterThan(0.5);
        }
  });
  test("without a frame yet it takes the screen", () => {
    expect(pictureBox(PHONE, { width: 0, height: 0 })).toEqual(PHONE);
  });
});

test.each([
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", 5, "ios"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", 5, "ios"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", 0, "safari"],
  ["Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", 5, "android"],
  ["Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36", 0, "chrome"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", 0, "firefox"],
  ["something else", 0, undefined],
])("%s (%i) is %s", (userAgent, touchPoints, family) => {
  expect(browserFamily(userAgent, touchPoints)).toBe(family);
});
