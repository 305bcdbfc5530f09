import { expect, test } from "vitest";
import { changes } from "../../../web/app/announce-call.ts";
import type { CallView } from "../../../web/call/view.ts";
import { en } from "../../../web/text/en.ts";

const call: CallView = {
  phase: "call",
  stage: "encrypted",
  code: [0, 1, 2, 3],
  partner: { stream: {} as MediaStream, camera: true, microphone: true, visible: true },
  link: "steady",
  direct: { own: false, partner: false },
  lobby: "open",
};

test("the four emoji are read aloud when the call is encrypted", () => {
  expect(changes(en, { ...call, stage: "securing" }, call)).toEqual([
    { text: en.announce.encrypted("Dog, Cat, Lion, Horse"), urgency: "polite" },
  ]);
});

test("an interrupted line does not wait its turn", () => {
  expect(changes(en, call, { ...call, link: "interrupted" })).toEqual([
    { text: en.announce.interrupted, urgency: "assertive" },
  ]);
});

test("what did not change stays unsaid", () => {
  expect(changes(en, call, { ...call })).toEqual([]);
  expect(changes(en, undefined, { phase: "idle" })).toEqual([]);
});

test("the partner's camera and microphone are said", () => {
  const partner = { ...call.partner, camera: false };
  expect(changes(en, call, { ...call, partner })).toEqual([
    { text: en.announce.partnerCameraOff, urgency: "polite" },
  ]);
});
