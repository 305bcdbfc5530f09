/**
 * Both ends of the moving keys over a network that loses, repeats, reorders and delays, with a
 * forger in it, minutes of silence, and rekeys close together. Under seeds; time is moved by hand.
 *
 *   no genuine frame that is younger than the grace is lost
 *   nothing forged opens, nothing opens twice
 *   no key and nonce pair is used twice
 */
import { expect, test } from "vitest";
import { createReceivingKeys } from "../../../e2ee/frame-keys/receiving-keys.ts";
import { createSendingKeys } from "../../../e2ee/frame-keys/sending-keys.ts";
import { placeOf } from "../../../e2ee/key-schedule.ts";
import { decodeHeader, encodeHeader } from "../../../e2ee/sframe/header.ts";
import { bytesOf, flipped, hex, seeded } from "../kit.ts";
import type { Chance } from "../kit.ts";
import { settled } from "./clock.ts";

const STEP_MS = 3_000;
const GRACE_MS = 2_000;
/** Below the grace, and in frames well below the replay window. */
const DELAY_MAX_MS = 1_900;
const FRAMES = 900;

interface Sent {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly says: string;
  readonly isLost: boolean;
}

/** What somebody without keys can make of a genuine frame, or of nothing. */
function forged(chance: Chance, genuine: Uint8Array): Uint8Array {
  const { kid, counter, length } = decodeHeader(genuine)!;
  const body = genuine.subarray(length);
  const under = (id: bigint, count: bigint, rest: Uint8Array): Uint8Array =>
    Uint8Array.of(...encodeHeader(id, count), ...rest);
  switch (chance.below(8)) {
    case 0:
      return under(kid + 1n, counter, body);
    case 1:
      return under(BigInt(chance.below(400)), BigInt(chance.below(400)), chance.bytes(30));
    case 2:
      return under(kid | 15n, 0n, body);
    case 3:
      return under(kid + 16n, counter, body);
    case 4:
      return under(kid, 2n ** 64n - 1n, body);
    case 5:
      return under(2n ** 63n + kid, counter, body);
    case 6:
      return genuine.subarray(0, chance.below(genuine.length));
    default:
      return flipped(genuine, chance.below(genuine.length), 1 << chance.below(8));
  }
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])("seed %s", { timeout: 60_000 }, async (seed) => {
  const chance = seeded(seed);
  const clock = { time: 0 };
  const now = (): number => clock.time;
  const sending = createSendingKeys({ now });
  const receiving = createReceivingKeys({ now });
  const lossPercent = chance.below(30);

  let generation = -1;
  async function rekey(): Promise<void> {
    generation++;
    const base = bytesOf(`${seed} generation ${generation}`, 32);
    // The order that e2ee/rekey keeps: the one end opens before the other seals.
    await receiving.expect(generation, base);
    await sending.use(generation, base, STEP_MS);
  }

  const pairs = new Set<string>();
  const onTheWay: { readonly due: number; readonly frame: Sent }[] = [];
  const opened = new Map<string, number>();
  const sent: Sent[] = [];

  async function arrive(until: number): Promise<void> {
    onTheWay.sort((a, b) => a.due - b.due);
    while (onTheWay[0] !== undefined && onTheWay[0].due <= until) {
      const { due, frame } = onTheWay.shift()!;
      clock.time = Math.max(clock.time, due);
      if (chance.below(3) === 0) {
        const bytes = forged(chance, frame.bytes);
        const result = await receiving.open(bytes);
        if (result.ok) expect.unreachable(`forged ${hex(bytes)} opened`);
      }
      const result = await receiving.open(frame.bytes);
      if (!result.ok) continue;
      const says = hex(result.plaintext);
      opened.set(says, (opened.get(says) ?? 0) + 1);
    }
    clock.time = Math.max(clock.time, until);
  }

  await rekey();
  for (let index = 0; index < FRAMES; index++) {
    const plaintext = bytesOf(`${seed} frame ${index}`, 12);
    const bytes = await sending.seal(plaintext);
    const { kid, counter } = decodeHeader(bytes)!;
    const pair = `${kid} ${counter}`;
    if (pairs.has(pair)) expect.unreachable(`key and nonce ${pair} twice`);
    pairs.add(pair);
    const frame = {
      at: clock.time,
      bytes,
      says: hex(plaintext),
      isLost: chance.below(100) < lossPercent,
    };
    sent.push(frame);
    if (!frame.isLost) {
      for (let copies = 1 + (chance.below(5) === 0 ? 1 : 0); copies > 0; copies--) {
        onTheWay.push({ due: clock.time + chance.below(DELAY_MAX_MS), frame });
      }
    }
    // A ratchet step that this frame asked for takes less than the next frame does to come.
    await settledStep();
    if (chance.below(120) === 0) await rekey();
    if (chance.below(300) === 0) {
      await rekey();
      await rekey();
    }
    // Mostly 40 ms; now and then minutes of silence.
    const pause = chance.below(150) === 0 ? 1_000 * chance.below(300) : 40;
    await arrive(clock.time + pause);
  }
  await arrive(clock.time + GRACE_MS);

  const lost = sent.filter(({ isLost, says }) => !isLost && !opened.has(says));
  expect(lost.map(({ bytes }) => placeOf(Number(decodeHeader(bytes)!.kid)))).toEqual([]);
  expect([...opened.values()].every((times) => times === 1)).toBe(true);
  expect(opened.size).toBe(sent.filter(({ isLost }) => !isLost).length);
  // The run went through what it is about.
  const places = sent.map(({ bytes }) => placeOf(Number(decodeHeader(bytes)!.kid)));
  expect(new Set(places.map((place) => place.generation)).size).toBeGreaterThan(2);
  expect(new Set(places.map((place) => place.step)).size).toBeGreaterThan(2);

  /** Sometimes the derivation is done before the next frame, sometimes it is overtaken. */
  async function settledStep(): Promise<void> {
    if (chance.below(4) > 0) return;
    const before = performance.now() + 2;
    await settled(() => performance.now() > before);
  }
});
