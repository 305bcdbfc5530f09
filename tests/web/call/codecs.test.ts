import { expect, test } from "vitest";
import { orderOf, type Abilities, type Ability } from "../../../web/call/codecs.ts";

const none: Ability = { supported: false, smooth: false, powerEfficient: false };
const software: Ability = { supported: true, smooth: true, powerEfficient: false };
const hardware: Ability = { ...software, powerEfficient: true };
const slow: Ability = { ...software, smooth: false };

function device(av1: Ability, vp9: Ability, h264: Ability, vp8: Ability = software): Abilities {
  return { "video/AV1": av1, "video/VP9": vp9, "video/H264": h264, "video/VP8": vp8 };
}

test.each([
  ["two cores, everything in software", 2, device(software, software, software), "VP8 H264"],
  ["eight cores, everything in software", 8, device(software, software, software), "VP9 VP8 H264"],
  ["a new desktop", 16, device(hardware, hardware, hardware, hardware), "AV1 VP9 VP8 H264"],
  ["a telephone with H.264 hardware only", 8, device(slow, slow, hardware), "H264 VP8"],
  ["a small telephone with H.264 hardware", 2, device(slow, slow, hardware), "H264 VP8"],
  [
    "Firefox without H.264, which calls all efficient",
    2,
    device(slow, hardware, none, hardware),
    "VP8",
  ],
  ["AV1 that stutters", 8, device({ ...slow, powerEfficient: true }, hardware, none), "VP9 VP8"],
  ["a browser that says nothing", 8, device(none, none, none, none), "VP8"],
])("%s", (_, cores, abilities, expected) => {
  const order = orderOf(abilities, cores).map((mimeType) => mimeType.replace("video/", ""));
  expect(order.join(" ")).toBe(expected);
});
