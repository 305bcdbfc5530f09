/** docs/handshake.md, "Moving on": the receiver's side, under a clock that is moved by hand. */
import { describe, expect, test, vi } from "vitest";
import { createReceivingKeys } from "../../../e2ee/frame-keys/receiving-keys.ts";
import { kid, ratchet } from "../../../e2ee/key-schedule.ts";
import { encodeHeader } from "../../../e2ee/sframe/header.ts";
import { createSealer } from "../../../e2ee/sframe/index.ts";
import type { Sealer } from "../../../e2ee/sframe/index.ts";
import { bytesOf, flipped, seeded } from "../kit.ts";
import { keysMadeIn } from "./clock.ts";

// Much work for a busy machine; nothing here is measured by the clock.
vi.setConfig({ testTimeout: 60_000 });

const GRACE_MS = 2_000;
const BASES = Array.from({ length: 6 }, (_, generation) => bytesOf(`base ${generation}`, 32));

function start() {
  const clock = { time: 1_000 };
  const keys = createReceivingKeys({ now: () => clock.time });
  return { clock, keys };
}

/** The sealer of one place, as the partner has it. */
async function sealerAt(generation: number, step: number): Promise<Sealer> {
  let base: Uint8Array = BASES[generation]!;
  for (let i = 0; i < step; i++) base = await ratchet(base);
  return createSealer({ suite: 5, baseKey: base, kid: kid(generation, step) });
}

const ONE = Uint8Array.of(1);
const junkUnder = (id: number | bigint): Uint8Array =>
  Uint8Array.of(...encodeHeader(id, 0), ...bytesOf("junk", 40));

describe("the first key", () => {
  test("is waited for by frames that come before it", async () => {
    const { keys } = start();
    const sealer = await sealerAt(0, 0);
    const waiting = [keys.open(await sealer.seal(ONE)), keys.open(await sealer.seal(ONE))];
    expect(keys.hasKey).toBe(false);
    await keys.expect(0, BASES[0]!);
    expect(keys.hasKey).toBe(true);
    expect((await Promise.all(waiting)).map(({ ok }) => ok)).toEqual([true, true]);
  });

  test("is copied in the call", async () => {
    const { keys } = start();
    const given = BASES[0]!.slice();
    const expecting = keys.expect(0, given);
    given.fill(0);
    await expecting;
    expect((await keys.open(await (await sealerAt(0, 0)).seal(ONE))).ok).toBe(true);
  });

  test("that is all zeros is refused, and frames do not wait for it without end", async () => {
    const { keys } = start();
    await expect(keys.expect(0, new Uint8Array(32))).rejects.toThrow(RangeError);
    expect(await keys.open(junkUnder(0))).toMatchObject({ ok: false });
  });
});

describe("following the sender", () => {
  test("one step on, and any number of steps on, within the generation", async () => {
    const { keys } = start();
    await keys.expect(0, BASES[0]!);
    for (const step of [0, 1, 2, 7, 15]) {
      const sealer = await sealerAt(0, step);
      expect(await keys.open(await sealer.seal(ONE))).toMatchObject({ ok: true, kid: step });
    }
  });

  test("frames that come while their key is derived wait for it: none is lost", async () => {
    const { keys } = start();
    await keys.expect(0, BASES[0]!);
    const sealer = await sealerAt(0, 9);
    const frames = await Promise.all(Array.from({ length: 30 }, () => sealer.seal(ONE)));
    const opened = await Promise.all(frames.map((frame) => keys.open(frame)));
    expect(opened.every(({ ok }) => ok)).toBe(true);
  });

  test("so do frames of a generation that is expected in the same breath", async () => {
    const { keys } = start();
    await keys.expect(0, BASES[0]!);
    const frame = await (await sealerAt(1, 2)).seal(ONE);
    const expecting = keys.expect(1, BASES[1]!);
    const opening = keys.open(frame);
    await expecting;
    expect(await opening).toMatchObject({ ok: true, kid: kid(1, 2) });
  });

  test("a generation that nobody expects yet opens nothing", async () => {
    const { keys } = start();
    await keys.expect(0, BASES[0]!);
    const frame = await (await sealerAt(1, 0)).seal(ONE);
    expect(await keys.open(frame)).toEqual({ ok: false, reason: "unknown-key" });
    await keys.expect(1, BASES[1]!);
    expect((await keys.open(frame)).ok).toBe(true);
  });

  test("one that is not newer is refused: its window would begin anew", async () => {
    const { keys } = start();
    await keys.expect(2, BASES[2]!);
    for (const generation of [2, 1, 0, -1, 2.5, Number.NaN]) {
      await expect(keys.expect(generation, BASES[0]!)).rejects.toThrow(RangeError);
    }
  });
});

describe("grace", () => {
  test("what came before a step goes two seconds after a frame opened under it, not earlier", async () => {
    const { clock, keys } = start();
    await keys.expect(0, BASES[0]!);
    const [before, after] = [await sealerAt(0, 0), await sealerAt(0, 1)];
    expect((await keys.open(await before.seal(ONE))).ok).toBe(true);
    clock.time += 600_000;
    expect((await keys.open(await before.seal(ONE))).ok).toBe(true);
    expect((await keys.open(await after.seal(ONE))).ok).toBe(true);
    clock.time += GRACE_MS - 1;
    expect((await keys.open(await before.seal(ONE))).ok).toBe(true);
    clock.time += 1;
    expect(await keys.open(await before.seal(ONE))).toEqual({ ok: false, reason: "unknown-key" });
    expect((await keys.open(await after.seal(ONE))).ok).toBe(true);
  });

  test("a later frame under the new key does not lengthen it", async () => {
    const { clock, keys } = start();
    await keys.expect(0, BASES[0]!);
    const [before, after] = [await sealerAt(0, 0), await sealerAt(0, 1)];
    await keys.open(await after.seal(ONE));
    for (let i = 0; i < 4; i++) {
      clock.time += GRACE_MS / 4;
      await keys.open(await after.seal(ONE));
    }
    expect((await keys.open(await before.seal(ONE))).ok).toBe(false);
  });

  test("nor does a step after that one: each goes two seconds after the next was there", async () => {
    const { clock, keys } = start();
    await keys.expect(0, BASES[0]!);
    const [first, second, third] = [
      await sealerAt(0, 0),
      await sealerAt(0, 1),
      await sealerAt(0, 2),
    ];
    await keys.open(await second.seal(ONE));
    clock.time += 1_500;
    await keys.open(await third.seal(ONE));
    clock.time += 500;
    expect((await keys.open(await first.seal(ONE))).ok).toBe(false);
    clock.time += 999;
    expect((await keys.open(await second.seal(ONE))).ok).toBe(true);
    clock.time += 501;
    expect((await keys.open(await second.seal(ONE))).ok).toBe(false);
  });

  test("a generation keeps its key while nothing came under the next", async () => {
    const { clock, keys } = start();
    await keys.expect(0, BASES[0]!);
    await keys.expect(1, BASES[1]!);
    const before = await sealerAt(0, 3);
    clock.time += 3_600_000;
    expect((await keys.open(await before.seal(ONE))).ok).toBe(true);
  });

  test("a last step of the old generation that the new one overtook opens, too", async () => {
    const { clock, keys } = start();
    await keys.expect(0, BASES[0]!);
    await keys.open(await (await sealerAt(0, 0)).seal(ONE));
    await keys.expect(1, BASES[1]!);
    const late = await sealerAt(0, 4);
    expect((await keys.open(await (await sealerAt(1, 0)).seal(ONE))).ok).toBe(true);
    clock.time += GRACE_MS - 1;
    expect((await keys.open(await late.seal(ONE))).ok).toBe(true);
    clock.time += 1;
    expect((await keys.open(await late.seal(ONE))).ok).toBe(false);
  });

  test("two rekeys close together: what was under way two generations ago still opens", async () => {
    const { clock, keys } = start();
    await keys.expect(0, BASES[0]!);
    await keys.expect(1, BASES[1]!);
    await keys.expect(2, BASES[2]!);
    const oldest = await sealerAt(0, 0);
    clock.time += GRACE_MS - 1;
    expect((await keys.open(await oldest.seal(ONE))).ok).toBe(true);
    clock.time += 1;
    expect((await keys.open(await oldest.seal(ONE))).ok).toBe(false);
    expect((await keys.open(await (await sealerAt(1, 0)).seal(ONE))).ok).toBe(true);
  });

  test("old keys go at their time where no frame comes, by sweep", async () => {
    const { clock, keys } = start();
    await keys.expect(0, BASES[0]!);
    const before = await sealerAt(0, 0);
    const held = await before.seal(ONE);
    await keys.open(await (await sealerAt(0, 1)).seal(ONE));
    clock.time += GRACE_MS;
    keys.sweep();
    // Were it forgotten only at the next frame, a clock that goes back would show it.
    clock.time -= GRACE_MS;
    expect((await keys.open(held)).ok).toBe(false);
  });
});

describe("a forged frame", () => {
  const forgers: readonly (readonly [string, () => number | bigint])[] = [
    ["a step further", () => 1],
    ["the last step", () => 15],
    ["the next generation", () => 16],
    ["a generation far off", () => 16_000],
    ["a KID that rounds to a number", () => 2n ** 53n + 1n],
    ["the largest KID", () => 2n ** 64n - 1n],
  ];

  test.each(forgers)("of %s opens nothing and makes no key go", async (_, id) => {
    const { clock, keys } = start();
    await keys.expect(0, BASES[0]!);
    const sealer = await sealerAt(0, 0);
    for (let i = 0; i < 20; i++) expect((await keys.open(junkUnder(id()))).ok).toBe(false);
    clock.time += 10 * GRACE_MS;
    expect((await keys.open(await sealer.seal(ONE))).ok).toBe(true);
    // Nor does it keep the next step from coming.
    expect((await keys.open(await (await sealerAt(0, 1)).seal(ONE))).ok).toBe(true);
  });

  test("costs fifteen derivations in all, whatever it names and however often", async () => {
    const { keys } = start();
    await keys.expect(0, BASES[0]!);
    const made = await keysMadeIn(async () => {
      const chance = seeded(5);
      for (let i = 0; i < 400; i++) await keys.open(junkUnder(chance.below(64)));
    });
    expect(made).toBe(15);
  });

  test("that was genuine before its last bit opens nothing and moves nothing", async () => {
    const { keys } = start();
    await keys.expect(0, BASES[0]!);
    const next = await (await sealerAt(0, 1)).seal(ONE);
    expect((await keys.open(flipped(next, next.length - 1))).ok).toBe(false);
    expect((await keys.open(await (await sealerAt(0, 0)).seal(ONE))).ok).toBe(true);
    expect((await keys.open(next)).ok).toBe(true);
  });

  test("no frame opens twice, also not while its key changes", async () => {
    const { keys } = start();
    await keys.expect(0, BASES[0]!);
    const frame = await (await sealerAt(0, 2)).seal(ONE);
    const copies = await Promise.all([frame, frame, frame, frame].map((each) => keys.open(each)));
    expect(copies.filter(({ ok }) => ok)).toHaveLength(1);
  });
});

describe("after wipe", () => {
  test("nothing opens, and no key is taken any more", async () => {
    const { keys } = start();
    await keys.expect(0, BASES[0]!);
    const sealer = await sealerAt(0, 0);
    keys.wipe();
    expect((await keys.open(await sealer.seal(ONE))).ok).toBe(false);
    await expect(keys.expect(1, BASES[1]!)).rejects.toThrow(RangeError);
    expect((await keys.open(await (await sealerAt(1, 0)).seal(ONE))).ok).toBe(false);
  });

  test("frames that waited are answered, and keys that were being derived do not come back", async () => {
    const { keys } = start();
    const first = await (await sealerAt(0, 0)).seal(ONE);
    const further = await (await sealerAt(0, 5)).seal(ONE);
    const waiting = keys.open(first);
    const expecting = keys.expect(0, BASES[0]!);
    const following = keys.open(further);
    keys.wipe();
    await expecting;
    expect((await waiting).ok).toBe(false);
    expect((await following).ok).toBe(false);
    expect((await keys.open(await (await sealerAt(0, 0)).seal(ONE))).ok).toBe(false);
  });
});
