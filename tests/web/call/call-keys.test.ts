/** The keys of two pages in a call, each with a media worker that takes keys when it likes. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Role } from "../../../e2ee/role.ts";
import { createCallKeys, type CallKeys, type KeyPace } from "../../../web/call/call-keys.ts";
import type { PeerMessage } from "../../../web/chat/messages.ts";

const ROOT = new Uint8Array(32).fill(9);
const PACE: KeyPace = { stepMs: 1_000, rekeyMs: 10_000, oldestMs: 60_000 };

interface Given {
  direction: string;
  generation: number;
}

class Side {
  readonly given: Given[] = [];
  /** Everything that happened, in order. */
  readonly log: string[] = [];
  readonly troubles: string[] = [];
  partner: Side | undefined;
  readonly keys: CallKeys;
  /** May change what is sent; nothing keeps it back. */
  tamper: (message: PeerMessage) => PeerMessage | undefined = (message) => message;

  constructor(role: Role, pace: KeyPace = PACE) {
    this.keys = createCallKeys({
      role,
      pace,
      guard: {
        giveKeys: async ({ direction, generation }) => {
          this.given.push({ direction, generation });
          await Promise.resolve();
          this.log.push(`${direction} ${generation}`);
        },
      },
      events: {
        send: async (message) => {
          this.log.push("say");
          const sent = this.tamper(message);
          if (sent?.type === "rekey") this.partner?.keys.receive(sent.body);
        },
        insecure: (failure) => this.troubles.push(failure),
        broken: (cause) => this.troubles.push(String(cause)),
        stale: () => this.troubles.push("stale"),
      },
    });
  }
}

let ada: Side;
let ben: Side;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  [ada, ben] = [new Side("initiator"), new Side("responder")];
  ada.partner = ben;
  ben.partner = ada;
  for (const side of [ada, ben]) await side.keys.open(ROOT);
  for (const side of [ada, ben]) await side.keys.seal(ROOT);
});
afterEach(() => {
  for (const side of [ada, ben]) side.keys.wipe();
  vi.useRealTimers();
});

/** Timers run at once; the exchange itself takes real time. */
async function pass(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  await settled();
}
/** X-Wing in plain JavaScript, several times: until nothing was said or given for a while. */
async function settled(): Promise<void> {
  let before = -1;
  let now = ada.log.length + ben.log.length;
  while (now !== before) {
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 150));
    now = ada.log.length + ben.log.length;
  }
}
const generations = () => [ada, ben].map(({ keys }) => keys.numbers().generation);

describe("every so often", () => {
  test("the initiator leads, and both have the next generation", async () => {
    await pass(9_000);
    expect(generations()).toEqual([0, 0]);
    await pass(2_000);
    expect(generations()).toEqual([1, 1]);
    await pass(11_000);
    expect(generations()).toEqual([2, 2]);
    expect([...ada.troubles, ...ben.troubles]).toEqual([]);
  });

  test("a side can open under new keys before the other may seal under them", async () => {
    await pass(11_000);
    const last = (side: Side, what: string) => side.log.lastIndexOf(what);
    // Ada had the worker's word for it before she said R3, Ben before he said R4.
    expect(last(ada, "open 1")).toBeLessThan(last(ada, "say"));
    expect(last(ben, "open 1")).toBeLessThan(last(ben, "say"));
    expect(last(ben, "seal 1")).toBeGreaterThan(last(ben, "open 1"));
    expect(last(ada, "seal 1")).toBeGreaterThan(last(ada, "say"));
  });

  test("messages sealed before, during and after open on the other side", async () => {
    const exchange = async (text: string): Promise<void> => {
      for (const [from, to] of [[ada, ben] as const, [ben, ada] as const]) {
        const sealed = await from.keys.sending.seal(new TextEncoder().encode(text));
        const opened = await to.keys.receiving.open(sealed);
        expect(opened.ok && new TextDecoder().decode(opened.plaintext)).toBe(text);
      }
    };
    await exchange("before");
    vi.advanceTimersByTime(11_000);
    for (let i = 0; i < 20; i++) await exchange(`during ${i}`);
    await settled();
    await exchange("after");
    expect(generations()).toEqual([1, 1]);
  });

  test("after a restart it does not wait for its turn", async () => {
    ben.keys.refresh();
    await pass(6_000);
    expect(generations()).toEqual([0, 0]);
    ada.keys.refresh();
    await pass(1_000);
    expect(generations()).toEqual([1, 1]);
  });
});

describe("a partner who", () => {
  test("never answers: the call ends before keys grow too old", async () => {
    ben.tamper = () => undefined;
    await pass(30_000);
    expect(ada.troubles).toEqual([]);
    await pass(40_000);
    expect(ada.troubles).toContain("stale");
  });

  test("never begins: the responder notices too", async () => {
    ada.tamper = () => undefined;
    await pass(70_000);
    expect(ben.troubles).toContain("stale");
  });

  test("says something else than is due: the call ends as insecure", async () => {
    ben.tamper = (message) =>
      message.type === "rekey" ? { type: "rekey", body: message.body.slice(1) } : message;
    await pass(11_000);
    expect(ada.troubles).toEqual(["malformed"]);
    expect(ada.keys.numbers().generation).toBe(0);
  });

  test("wants fresh keys all the time: the call ends instead", async () => {
    await pass(11_000);
    expect(ada.keys.numbers().generation).toBe(1);
    ben.keys.receive(new Uint8Array(1_221).fill(1));
    await settled();
    expect(ben.troubles).toEqual(["malformed"]);
    expect(ben.keys.numbers().generation).toBe(1);
  });

  test("begins out of turn", async () => {
    ada.keys.receive(new Uint8Array(1_221).fill(1));
    await settled();
    expect(ada.troubles).toEqual(["malformed"]);
  });
});

test("after the end nothing is given or said any more", async () => {
  const before = ada.log.length;
  for (const side of [ada, ben]) side.keys.wipe();
  await pass(30_000);
  expect(ada.log.length).toBe(before);
  await expect(ada.keys.sending.seal(new Uint8Array(1))).rejects.toThrow(RangeError);
});
