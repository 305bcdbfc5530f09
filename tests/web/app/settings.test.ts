import { createRoot } from "solid-js";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { VERSION } from "../../../web/app/version.ts";
import { createSettings, type Settings, type Storage } from "../../../web/settings/settings.ts";

function open(storage: Storage | undefined, hostname = "winkr.example"): Settings {
  return createRoot(() => createSettings(storage, hostname));
}
function box(): Storage & { readonly content: Map<string, string> } {
  const content = new Map<string, string>();
  return {
    content,
    getItem: (key) => content.get(key) ?? null,
    setItem: (key, value) => void content.set(key, value),
    removeItem: (key) => void content.delete(key),
  };
}

test("wishes survive the page", () => {
  const storage = box();
  const first = open(storage);
  first.setTheme("dark");
  first.setDirect(true);
  first.setShortcuts(false);
  first.setReturning(true);
  const second = open(storage);
  expect([second.theme(), second.direct(), second.shortcuts(), second.returning()]).toEqual([
    "dark",
    true,
    false,
    true,
  ]);
});

test("a direct connection is off unless page and edge are the same machine", () => {
  expect(open(box()).direct()).toBe(false);
  expect(open(box(), "localhost.example").direct()).toBe(false);
  for (const host of ["localhost", "127.0.0.1", "[::1]"])
    expect(open(box(), host).direct()).toBe(true);
});

test("forget leaves nothing behind", () => {
  const storage = box();
  const settings = open(storage);
  settings.setTheme("light");
  settings.setDirect(true);
  settings.setReturning(true);
  settings.forget();
  expect(storage.content.size).toBe(0);
  expect([settings.theme(), settings.direct(), settings.returning()]).toEqual([
    "system",
    false,
    false,
  ]);
});

test("absent, full or forbidden storage only means not remembering", () => {
  const fail = (): never => {
    throw new DOMException("", "QuotaExceededError");
  };
  for (const storage of [undefined, { getItem: fail, setItem: fail, removeItem: fail }]) {
    const settings = open(storage);
    settings.setTheme("dark");
    expect(settings.theme()).toBe("dark");
    settings.forget();
    expect(settings.theme()).toBe("system");
  }
});

test("a stored value that makes no sense is ignored", () => {
  const storage = box();
  storage.setItem("winkr.theme", "<script>");
  expect(open(storage).theme()).toBe("system");
});

test("the version shown is the version built", () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  expect(VERSION).toBe(version);
});
