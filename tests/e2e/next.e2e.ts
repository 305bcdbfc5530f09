/** One stranger after the other: nobody twice in a row while others wait, nobody stuck. */
import { describe, expect, it } from "vitest";
import { eventually, type Person } from "../support/browsers/person.ts";
import { useScene } from "../support/stack/scene.ts";
import { codeOf, findSomeone, inEncryptedCall, stageOf } from "../support/stack/visit.ts";

const scene = useScene();
const MATCHES = 20;

/** Pairs of people who show the same four emoji: two who do are in the same call. */
function pairsOf(people: readonly Person[], codes: readonly (string | undefined)[]): string[] {
  const pairs: string[] = [];
  for (const [a, first] of people.entries()) {
    for (const [b, second] of people.entries()) {
      if (a < b && codes[a] && codes[a] === codes[b]) pairs.push(`${first.name}+${second.name}`);
    }
  }
  return pairs;
}

describe("next", () => {
  it(`${MATCHES} matches in a row among four people, nobody twice in a row when others wait`, async () => {
    const names = ["Ada", "Ben", "Cleo", "Dan"];
    const people = await Promise.all(names.map((name) => scene.invite("chromium", name)));
    for (const person of people) await findSomeone(person, scene.stack.url);

    const everyoneIsInACall = (): Promise<string[]> =>
      eventually(
        "all four in two encrypted calls",
        async () => {
          const codes = await Promise.all(people.map((person) => codeOf(person)));
          const pairs = pairsOf(people, codes);
          return pairs.length === 2 ? pairs : undefined;
        },
        30_000,
      );

    let before = await everyoneIsInACall();
    let matches = before.length;
    const met = new Set(before);
    while (matches < MATCHES) {
      const codes = await Promise.all(people.map((person) => codeOf(person)));
      // One of each pair goes on; the other is told, and goes on as well: all four wait at once.
      const leavers = before.map((pair) => people.find(({ name }) => name === pair.split("+")[0])!);
      const left = people.filter((person) => !leavers.includes(person));
      await Promise.all(leavers.map((person) => person.click("next")));
      await Promise.all(
        left.map(async (person) => {
          const way = await eventually(`${person.name} is told`, async () =>
            (await person.attribute("find-again", "data-testid"))
              ? "find-again"
              : // Matched again already, or searching by itself.
                (await codeOf(person)) !== codes[people.indexOf(person)] && "on its way",
          );
          if (way === "find-again") await person.click("find-again");
        }),
      );
      await eventually(
        "new codes on every screen",
        async () => {
          const now = await Promise.all(people.map((person) => codeOf(person)));
          return now.every((code, index) => code !== undefined && code !== codes[index]);
        },
        30_000,
      );
      const pairs = await everyoneIsInACall();
      for (const pair of pairs) expect(before, `after ${matches} matches`).not.toContain(pair);
      before = pairs;
      matches += pairs.length;
      for (const pair of pairs) met.add(pair);
    }
    // Four people make six pairs; with nobody twice in a row several of them must have met.
    expect(met.size).toBeGreaterThanOrEqual(4);
  }, 300_000);

  it("pressed by both at the same moment: both search, and both can find somebody else", async () => {
    const [ada, ben] = await Promise.all([
      scene.invite("chromium", "Ada"),
      scene.invite("chromium", "Ben"),
    ]);
    await findSomeone(ada, scene.stack.url);
    await findSomeone(ben, scene.stack.url);
    await Promise.all([inEncryptedCall(ada), inEncryptedCall(ben)]);

    // Same machine, same clock: both press within a millisecond or two.
    const moment = Date.now() + 1_000;
    await Promise.all(
      [ada, ben].map((person) =>
        person.evaluate((at) => {
          const next = document.querySelector<HTMLButtonElement>('[data-testid="next"]');
          setTimeout(() => next?.click(), at - Date.now());
        }, moment),
      ),
    );
    for (const person of [ada, ben]) {
      const now = await eventually(`${person.name} is out of that call`, async () =>
        (await person.attribute("searching", "data-connection"))
          ? "searching"
          : // The goodbye of the other was a moment faster than the finger.
            person.attribute("ended", "data-reason"),
      );
      if (now !== "searching") await person.click("find-again");
    }
    const cleo = await scene.invite("chromium", "Cleo");
    await findSomeone(cleo, scene.stack.url);
    await inEncryptedCall(cleo);
    await eventually("one of them meets Cleo", async () => {
      const code = await codeOf(cleo);
      const codes = await Promise.all([codeOf(ada), codeOf(ben)]);
      return code !== undefined && codes.includes(code);
    });
  });

  it("two tabs on this machine are two people and may call each other", async () => {
    const ada = await scene.invite("chromium", "Ada");
    const tab = await scene.crowd.secondTab(ada, "Ada's second tab");
    await findSomeone(ada, scene.stack.url);
    await findSomeone(tab, scene.stack.url);
    const [code, same] = await Promise.all([inEncryptedCall(ada), inEncryptedCall(tab)]);
    expect(same).toBe(code);
    await ada.closeTab();
    await eventually("the other tab is told", () => tab.attribute("ended", "data-reason"));
  });

  it("a search can be cancelled, and nobody is matched with who cancelled", async () => {
    const ada = await scene.invite("chromium", "Ada");
    await findSomeone(ada, scene.stack.url);
    await eventually("Ada waits", () => ada.attribute("searching", "data-connection"));
    await ada.click("cancel-search");
    await eventually("Ada is back", () => ada.attribute("find-someone", "data-testid"));
    const ben = await scene.invite("chromium", "Ben");
    await findSomeone(ben, scene.stack.url);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect(await stageOf(ben)).toBeUndefined();
    expect(await stageOf(ada)).toBeUndefined();
  });
});
