/** The connection of a call is lost, moved and changed; the call stays, and stays encrypted. */
import { describe, expect, it } from "vitest";
import { eventually, type Engine, type Person } from "../support/browsers/person.ts";
import { useScene } from "../support/stack/scene.ts";
import {
  codeOf,
  findSomeone,
  inEncryptedCall,
  numbersOf,
  reads,
  say,
  stageOf,
} from "../support/stack/visit.ts";

const scene = useScene({ secondRelay: true });
const PAIRS: readonly [Engine, Engine][] = [
  ["chromium", "chromium"],
  ["chromium", "firefox"],
  ["firefox", "chromium"],
];

async function call(first: Engine, second: Engine): Promise<[ada: Person, ben: Person]> {
  const ada = await scene.invite(first, "Ada");
  const ben = await scene.invite(second, "Ben");
  await findSomeone(ada, scene.stack.url);
  await eventually("Ada waits", () => ada.attribute("searching", "data-connection"));
  await findSomeone(ben, scene.stack.url);
  await Promise.all([inEncryptedCall(ada), inEncryptedCall(ben)]);
  await Promise.all([seesOn(ada), seesOn(ben)]);
  return [ada, ben];
}

async function seesOn(person: Person, timeoutMs = 40_000): Promise<void> {
  const { framesDecoded } = await numbersOf(person);
  await eventually(
    `${person.name} (${person.engine}) goes on seeing`,
    async () => (await numbersOf(person)).framesDecoded > framesDecoded + 20,
    timeoutMs,
  );
}

/** How often each page restarted ICE: every restart has a user fragment of its own. */
function fragmentOf(person: Person): Promise<string> {
  return person.evaluate(
    () =>
      /a=ice-ufrag:(\S+)/.exec(
        window.observed.connections.at(-1)?.localDescription?.sdp ?? "",
      )?.[1] ?? "",
  );
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function openSheet(person: Person): Promise<void> {
  if ((await person.attribute("security-sheet", "data-testid")) === undefined)
    await person.click("security-open");
}

function fact(person: Person, id: string): Promise<string | undefined> {
  return person.evaluate(
    (name) =>
      document.querySelector(`[data-fact="${name}"]`)?.getAttribute("data-value") ?? undefined,
    id,
  );
}

async function callGoesOn(people: readonly Person[], code: string | undefined): Promise<void> {
  await Promise.all(people.map((person) => seesOn(person)));
  for (const person of people) {
    expect(await stageOf(person)).toBe("encrypted");
    expect(await codeOf(person)).toBe(code);
    expect(await person.attribute("call-stage", "data-link")).toBe("steady");
    expect(person.console.filter((line) => line.startsWith("uncaught"))).toEqual([]);
  }
}

describe.each(PAIRS)("%s waits, %s comes", (first, second) => {
  it("a device changes its network: candidates are gathered anew, the code stays", async () => {
    const [ada, ben] = await call(first, second);
    const code = await codeOf(ada);
    const before = await Promise.all([fragmentOf(ada), fragmentOf(ben)]);
    // Ben answers restarts, so he has to ask for one.
    await ben.evaluate(() => dispatchEvent(new Event("online")));
    await eventually("both gathered anew", async () => {
      const after = await Promise.all([fragmentOf(ada), fragmentOf(ben)]);
      return after.every((fragment, index) => fragment !== before[index]);
    });
    await callGoesOn([ada, ben], code);
    for (const person of [ada, ben]) {
      await openSheet(person);
      await eventually("fresh keys", async () => (await fact(person, "renewed")) === "1");
      await person.press("Escape");
    }
    await say(ada, "did anything happen?");
    await reads(ben, "did anything happen?");
  });

  it("the relay restarts and forgets everybody: the call comes back over the lobby", async () => {
    const [ada, ben] = await call(first, second);
    const code = await codeOf(ada);
    const { relay, secondRelay } = scene.stack;
    await Promise.all([relay.stop(), secondRelay?.stop()]);
    await eventually(
      "both notice",
      async () =>
        (await ada.attribute("call-stage", "data-link")) === "interrupted" &&
        (await ben.attribute("call-stage", "data-link")) === "interrupted",
    )
      // Long enough for a first attempt to find no relay.
      .then(() => pause(7_000))
      .finally(() => Promise.all([relay.start(), secondRelay?.start()]));
    await callGoesOn([ada, ben], code);
    await say(ben, "there you are again");
    await reads(ada, "there you are again");
  });

  it("the relay in use dies: the call goes on over the other one", async () => {
    const [ada, ben] = await call(first, second);
    const code = await codeOf(ada);
    const { relay, secondRelay } = scene.stack;
    const inUse = async (): Promise<number> => (await numbersOf(ada)).remotePort;
    const used = await inUse();
    const dying = used <= relay.ports[1] ? relay : secondRelay!;
    await dying.stop();
    try {
      await eventually(
        "packets take another way",
        async () => {
          const port = await inUse();
          return port < dying.ports[0] || port > dying.ports[1];
        },
        40_000,
      );
      await callGoesOn([ada, ben], code);
    } finally {
      await dying.start();
    }
  });

  it("direct when both want it, and no address before that", async () => {
    const [ada, ben] = await call(first, second);
    const code = await codeOf(ada);
    await openSheet(ada);
    // Wishing and taking it back leaves nothing behind.
    await ada.click("direct-switch");
    await ada.click("direct-switch");
    await ada.click("direct-switch");
    await eventually("Ben is asked", () => ben.attribute("direct-asked", "data-testid"));
    expect(await ada.attribute("direct", "data-partner")).toBe("false");
    expect((await numbersOf(ada)).localEnd).toBe("relay");
    for (const person of [ada, ben]) expect(await gatheredTypes(person)).toEqual(["relay"]);

    await ben.click("direct-asked");
    await ben.click("direct-switch");
    await eventually("the path is direct", async () => (await fact(ada, "path")) === "direct");
    await eventually("for both", async () => (await fact(ben, "path")) === "direct");
    await callGoesOn([ada, ben], code);
    for (const person of [ada, ben]) {
      expect(await person.attribute("direct-switch", "data-testid")).toBeUndefined();
    }
  });
});

/** Types of the candidates in this page's description. */
function gatheredTypes(person: Person): Promise<string[]> {
  return person.evaluate(() => {
    const sdp = window.observed.connections.at(-1)?.localDescription?.sdp ?? "";
    return [...new Set([...sdp.matchAll(/ typ (\w+)/g)].map(([, type]) => type!))];
  });
}
