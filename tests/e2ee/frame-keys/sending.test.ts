/** docs/handshake.md, "Moving on": the sender's side, under a clock that is moved by hand. */
import { describe, expect, test, vi } from "vitest";
import { createSendingKeys, RATCHET_STEP_MS } from "../../../e2ee/frame-keys/sending-keys.ts";
import { kid, ratchet } from "../../../e2ee/key-schedule.ts";
import { decodeHeader } from "../../../e2ee/sframe/header.ts";
import { createOpener } from "../../../e2ee/sframe/index.ts";
import { bytesOf } from "../kit.ts";
import { derivationsIn, keysMadeIn, settled } from "./clock.ts";

// Much work for a busy machine; nothing here is measured by the clock.
vi.setConfig({ testTimeout: 60_000 });

const BASE = bytesOf("sending", 32);

function start() {
  const clock = { time: 1_000 };
  const keys = createSendingKeys({ now: () => clock.time });
  return { clock, keys };
}

/** KID and counter of a sealed frame. */
function headOf(sealed: Uint8Array): { kid: number; counter: number } {
  const header = decodeHeader(sealed)!;
  return { kid: Number(header.kid), counter: Number(header.counter) };
}

describe("the first key", () => {
  test("is waited for: frames that came before it are sealed in their order", async () => {
    const { keys } = start();
    const waiting = [1, 2, 3].map((byte) => keys.seal(Uint8Array.of(byte)));
    expect(keys.place).toBeUndefined();
    await keys.use(0, BASE);
    const heads = (await Promise.all(waiting)).map(headOf);
    expect(heads).toEqual([0, 1, 2].map((counter) => ({ kid: 0, counter })));
    expect(keys.place).toEqual({ generation: 0, step: 0 });
  });

  test("may be a later generation than 0", async () => {
    const { keys } = start();
    await keys.use(7, BASE);
    expect(headOf(await keys.seal(Uint8Array.of(1)))).toEqual({ kid: kid(7, 0), counter: 0 });
  });

  test("is copied in the call: the caller wipes its own at once", async () => {
    const { keys } = start();
    const given = BASE.slice();
    const using = keys.use(0, given);
    given.fill(0);
    await using;
    const opener = createOpener({ suite: 5 });
    await opener.addKey(0, BASE);
    expect((await opener.open(await keys.seal(Uint8Array.of(1)))).ok).toBe(true);
  });
});

describe("ratchet", () => {
  test("a frame asks for it after half a minute; frames go on under the old key until it is there", async () => {
    const { clock, keys } = start();
    await keys.use(0, BASE);
    clock.time += RATCHET_STEP_MS - 1;
    expect(headOf(await keys.seal(Uint8Array.of(1)))).toEqual({ kid: 0, counter: 0 });
    await settled();
    expect(keys.place?.step).toBe(0);

    clock.time += 1;
    expect(headOf(await keys.seal(Uint8Array.of(2)))).toEqual({ kid: 0, counter: 1 });
    await settled(() => keys.place?.step === 1);
    expect(headOf(await keys.seal(Uint8Array.of(3)))).toEqual({ kid: 1, counter: 0 });
  });

  test("is one step, however long nothing was sent", async () => {
    const { clock, keys } = start();
    await keys.use(0, BASE);
    clock.time += 10 * RATCHET_STEP_MS;
    await keys.seal(Uint8Array.of(1));
    await settled(() => keys.place?.step === 1);
    await keys.seal(Uint8Array.of(2));
    await settled();
    expect(keys.place?.step).toBe(1);
  });

  test("is one step, however many frames ask for it at once", async () => {
    const { clock, keys } = start();
    await keys.use(0, BASE);
    clock.time += RATCHET_STEP_MS;
    let sealed: Uint8Array[] = [];
    const made = await keysMadeIn(async () => {
      sealed = await Promise.all(Array.from({ length: 50 }, () => keys.seal(Uint8Array.of(1))));
      await settled(() => keys.place?.step === 1);
      await settled();
    });
    expect(keys.place?.step).toBe(1);
    expect(made).toBe(1);
    expect(new Set(sealed.map((frame) => JSON.stringify(headOf(frame)))).size).toBe(50);
  });

  test("ends at step 15: no KID of the next generation is used before it is agreed", async () => {
    const { clock, keys } = start();
    await keys.use(3, BASE, 10);
    for (let step = 1; step <= 15; step++) {
      clock.time += 10;
      await keys.seal(Uint8Array.of(1));
      await settled(() => keys.place?.step === step);
    }
    clock.time += 10_000;
    await keys.seal(Uint8Array.of(1));
    await settled();
    expect(keys.place).toEqual({ generation: 3, step: 15 });
    // Nor is it tried.
    expect(await derivationsIn(() => keys.seal(Uint8Array.of(1)))).toBe(0);
    expect(headOf(await keys.seal(Uint8Array.of(1))).kid).toBe(kid(4, 0) - 1);
  });

  test("each step's key is the RFC's", async () => {
    const { clock, keys } = start();
    await keys.use(0, BASE, 10);
    let base: Uint8Array = BASE;
    const opener = createOpener({ suite: 5 });
    for (let step = 0; step < 4; step++) {
      await opener.addKey(step, base);
      base = await ratchet(base);
      expect(await opener.open(await keys.seal(Uint8Array.of(9)))).toMatchObject({ kid: step });
      clock.time += 10;
      await keys.seal(Uint8Array.of(1));
      await settled(() => keys.place?.step === step + 1);
    }
  });
});

describe("a new generation", () => {
  test("is used from the moment that it is there, from counter 0", async () => {
    const { keys } = start();
    await keys.use(0, BASE);
    await keys.seal(Uint8Array.of(1));
    await keys.use(1, bytesOf("next", 32));
    expect(headOf(await keys.seal(Uint8Array.of(2)))).toEqual({ kid: 16, counter: 0 });
  });

  test("that is not newer is refused: its nonces would repeat", async () => {
    const { keys } = start();
    await keys.use(2, BASE);
    for (const generation of [2, 1, 0, -1, 2.5, Number.NaN]) {
      await expect(keys.use(generation, BASE)).rejects.toThrow(RangeError);
    }
    expect(headOf(await keys.seal(Uint8Array.of(1)))).toEqual({ kid: 32, counter: 0 });
  });

  test("that comes twice at the same time is taken once", async () => {
    const { keys } = start();
    const [one, two] = await Promise.allSettled([keys.use(0, BASE), keys.use(0, BASE)]);
    expect([one.status, two.status]).toEqual(["fulfilled", "rejected"]);
  });

  test("is not undone by an older one that was being prepared, nor by a ratchet step", async () => {
    const { clock, keys } = start();
    await keys.use(0, BASE, 10);
    clock.time += 10;
    void keys.seal(Uint8Array.of(1));
    await Promise.all([keys.use(1, bytesOf("one", 32)), keys.use(2, bytesOf("two", 32))]);
    await settled();
    expect(keys.place).toEqual({ generation: 2, step: 0 });
    // And it can still ratchet, once the step that came to nothing is done.
    clock.time += RATCHET_STEP_MS;
    await settled(() => {
      void keys.seal(Uint8Array.of(1));
      return keys.place?.step === 1;
    });
    expect(keys.place).toEqual({ generation: 2, step: 1 });
  });

  test("a key of zeros is refused, and the present one goes on", async () => {
    const { keys } = start();
    await keys.use(0, BASE);
    await expect(keys.use(1, new Uint8Array(32))).rejects.toThrow(RangeError);
    expect(headOf(await keys.seal(Uint8Array.of(1))).kid).toBe(0);
  });
});

describe("after wipe", () => {
  test("nothing is sealed, under whatever key there was", async () => {
    const { keys } = start();
    await keys.use(0, BASE);
    await keys.seal(Uint8Array.of(1));
    keys.wipe();
    await expect(keys.seal(Uint8Array.of(1))).rejects.toThrow(RangeError);
    await expect(keys.use(1, BASE)).rejects.toThrow(RangeError);
    expect(keys.place).toBeUndefined();
  });

  test("frames that waited are refused", async () => {
    const { keys } = start();
    const waiting = keys.seal(Uint8Array.of(1));
    keys.wipe();
    await expect(waiting).rejects.toThrow(RangeError);
  });

  test("a key or a step that was being prepared is not taken", async () => {
    const { clock, keys } = start();
    await keys.use(0, BASE, 10);
    clock.time += 10;
    void keys.seal(Uint8Array.of(1));
    const using = keys.use(1, bytesOf("next", 32));
    keys.wipe();
    await using;
    await settled();
    expect(keys.place).toBeUndefined();
    await expect(keys.seal(Uint8Array.of(1))).rejects.toThrow(RangeError);
  });
});
