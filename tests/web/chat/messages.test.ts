import { expect, test } from "vitest";
import { CHAT_TEXT_MAX_CHARS } from "../../../web/call/view.ts";
import { decodePeerMessage, encodePeerMessage } from "../../../web/chat/messages.ts";
import type { PeerMessage } from "../../../web/chat/messages.ts";
import { pad } from "../../../web/chat/padding.ts";

test.each<PeerMessage>([
  { type: "chat", text: "héllo 👋" },
  { type: "media", camera: true, microphone: false },
  { type: "bye" },
])("$type comes back as it went", (message) => {
  expect(decodePeerMessage(encodePeerMessage(message))).toEqual(message);
});

test("the longest text in the widest script still fits a bucket", () => {
  for (const character of ["字", "😀".slice(0, 2), "\u0001"]) {
    const text = character.repeat(CHAT_TEXT_MAX_CHARS / character.length);
    expect(pad(encodePeerMessage({ type: "chat", text }))).toBeDefined();
  }
});

test.each([
  '{"type":"chat","text":""}',
  `{"type":"chat","text":"${"a".repeat(CHAT_TEXT_MAX_CHARS + 1)}"}`,
  '{"type":"chat","text":"a","html":"<b>"}',
  '{"type":"media","camera":"yes","microphone":true}',
  '{"type":"shutdown"}',
  "null",
  "[",
])("a stranger's %s is no message", (json) => {
  expect(decodePeerMessage(new TextEncoder().encode(json))).toBeUndefined();
});
