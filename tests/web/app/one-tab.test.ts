import { createRoot } from "solid-js";
import { describe, expect, test, vi } from "vitest";
import { createOneTab, type OneTab } from "../../../web/app/one-tab.ts";

// Node has real Web Locks, shared within the process: two managers of one lock are two tabs.
const locks = navigator.locks;

interface Tab {
  readonly tab: OneTab;
  readonly taken: ReturnType<typeof vi.fn>;
  close(): void;
}

function openTab(hostname = "winkr.example"): Tab {
  return createRoot((close) => {
    const taken = vi.fn<() => void>();
    return { tab: createOneTab({ locks, hostname, onTaken: taken }), taken, close };
  });
}

describe.runIf(locks !== undefined)("one live tab", () => {
  test("the second waits outside, and gets in when the first closes", async () => {
    const first = openTab();
    const second = openTab();
    first.tab.enter();
    await vi.waitFor(() => expect(first.tab.state()).toBe("here"));
    second.tab.enter();
    await vi.waitFor(() => expect(second.tab.state()).toBe("elsewhere"));
    first.close();
    await vi.waitFor(async () => expect((await locks.query()).held).toEqual([]));
    second.tab.enter();
    await vi.waitFor(() => expect(second.tab.state()).toBe("here"));
    second.close();
  });

  test("stealing stops the first, once", async () => {
    const first = openTab();
    const second = openTab();
    first.tab.enter();
    await vi.waitFor(() => expect(first.tab.state()).toBe("here"));
    second.tab.steal();
    await vi.waitFor(() => expect(second.tab.state()).toBe("here"));
    await vi.waitFor(() => expect(first.tab.state()).toBe("taken"));
    expect(first.taken).toHaveBeenCalledTimes(1);
    expect(second.taken).not.toHaveBeenCalled();
    // And back again.
    first.tab.steal();
    await vi.waitFor(() => expect(second.tab.state()).toBe("taken"));
    first.close();
    second.close();
  });

  test("on a loopback host two tabs may call each other", () => {
    for (const hostname of ["localhost", "127.0.0.1", "[::1]"]) {
      const first = openTab(hostname);
      const second = openTab(hostname);
      first.tab.enter();
      second.tab.enter();
      expect([first.tab.state(), second.tab.state()]).toEqual(["here", "here"]);
      first.close();
      second.close();
    }
  });
});
