/** Drives pages of the laboratory: their lobby, their relay's credentials, their frames. */
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { turnUrls } from "../../../../tools/relay/dev-relay.ts";
import { coturn } from "../../../../worker/turn/coturn.ts";
import { eventually, type Person } from "../../browsers/person.ts";
import type { TestRelay } from "../../relay/relay.ts";
import { openLab, type Lab } from "../lab.ts";
import type { Figures } from "./page.ts";
import type { SideOptions } from "./side.ts";

export interface CallsLab extends Lab {
  /** What a page posted under this name, once. */
  take(name: string): Buffer;
}

export async function openCallsLab(): Promise<CallsLab> {
  const posted = new Map<string, Buffer>();
  const script = fileURLToPath(new URL("./page.ts", import.meta.url));
  const lab = await openLab({ script, sink: (name, bytes) => void posted.set(name, bytes) });
  return {
    ...lab,
    take(name) {
      const bytes = posted.get(name);
      if (bytes === undefined) throw new Error(`nothing was posted as ${name}`);
      posted.delete(name);
      return bytes;
    },
  };
}

const LIFETIME_S = 3_600;

/** Over UDP, by the relay's own port or by a hop in front of it. */
export async function serversOf(relay: TestRelay, port = relay.port): Promise<RTCIceServer[]> {
  const [udp = ""] = turnUrls("127.0.0.1", port);
  const minted = await coturn(udp, relay.secret).mint(LIFETIME_S, Date.now());
  return (minted ?? []).map(({ urls, username, credential }) => ({
    urls: [...urls],
    username,
    credential,
  }));
}

export interface Party {
  readonly person: Person;
  options(call: number): Promise<SideOptions>;
}

/** A lobby between two pages: carries sealed bodies until it is told to stop. */
export async function connect(
  first: Party,
  second: Party,
  calls: number,
): Promise<{ stop(): Promise<void> }> {
  const numbers = Array.from({ length: calls }, (_, call) => call);
  const keys = await Promise.all(
    [first, second].map(async ({ person, options }) =>
      person.evaluate(
        (all) => window.calls.prepare(all),
        await Promise.all(numbers.map((call) => options(call))),
      ),
    ),
  );
  const ids = numbers.map(() => randomBytes(16).toString("base64url"));
  await Promise.all(
    [second, first].map(({ person }) => {
      const isFirst = person === first.person;
      const partnerKeys = keys[isFirst ? 1 : 0]!;
      const matches = numbers.map((call) => ({
        id: ids[call]!,
        // Either makes half of the offers.
        role: (call % 2 === 0) === isFirst ? ("initiator" as const) : ("responder" as const),
        partnerKey: partnerKeys[call]!,
      }));
      return person.evaluate((all) => window.calls.begin(all), matches);
    }),
  );
  let isOver = false;
  async function carry(from: Person, to: Person): Promise<void> {
    while (!isOver) {
      const signals = await from.evaluate(() => window.calls.drain());
      if (signals.length > 0) await to.evaluate((all) => window.calls.deliver(all), signals);
      else await pause(30);
    }
  }
  const carrying = Promise.all([
    carry(first.person, second.person),
    carry(second.person, first.person),
  ]);
  return {
    async stop() {
      isOver = true;
      await carrying;
    },
  };
}

export function figuresOf(person: Person): Promise<Figures> {
  return person.evaluate(() => window.calls.figures());
}

export async function allEncrypted(people: readonly Person[], timeoutMs = 40_000): Promise<void> {
  await Promise.all(
    people.map((person) =>
      eventually(
        `every call of ${person.name} (${person.engine}) is encrypted and shows a picture`,
        async () => {
          const { statuses } = await figuresOf(person);
          return statuses.every(({ stage, visible }) => stage === "encrypted" && visible);
        },
        timeoutMs,
      ),
    ),
  );
}

/** The frames of one recording (watch.types.ts, `Recorded`). */
export function unpacked(bytes: Buffer): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at);
    frames.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return frames;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
