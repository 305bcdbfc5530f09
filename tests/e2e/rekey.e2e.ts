/**
 * Two and a quarter minutes of calls in real time: keys ratchet every half minute and are replaced
 * after two. The code stays, no frame is refused, nothing freezes.
 */
import { expect, it } from "vitest";
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

const scene = useScene();

async function call(first: Engine, second: Engine, names: [string, string]): Promise<Person[]> {
  const ada = await scene.invite(first, names[0]);
  const ben = await scene.invite(second, names[1]);
  await findSomeone(ada, scene.stack.url);
  await eventually("someone waits", () => ada.attribute("searching", "data-connection"));
  await findSomeone(ben, scene.stack.url);
  await Promise.all([inEncryptedCall(ada), inEncryptedCall(ben)]);
  return [ada, ben];
}

function fact(person: Person, id: string): Promise<string | undefined> {
  return person.evaluate((name) => {
    const line = document.querySelector(`[data-fact="${name}"]`);
    return line?.getAttribute("data-value") ?? line?.querySelector("dd")?.textContent ?? undefined;
  }, id);
}

it("keys are replaced in running calls of both browsers", async () => {
  const people = [
    ...(await call("chromium", "firefox", ["Ada", "Ben"])),
    ...(await call("firefox", "chromium", ["Cyn", "Dan"])),
  ];
  const codes = await Promise.all(people.map(codeOf));
  for (const person of people) await person.click("security-open");
  await Promise.all(
    people.map((person) =>
      eventually(
        `${person.name}: fresh keys`,
        async () => (await fact(person, "renewed")) === "1",
        150_000,
      ),
    ),
  );
  const before = await Promise.all(people.map(numbersOf));
  for (const [index, person] of people.entries()) {
    await eventually(`${person.name} goes on seeing and hearing`, async () => {
      const now = await numbersOf(person);
      return (
        now.framesDecoded > before[index]!.framesDecoded + 30 &&
        now.audioPackets > before[index]!.audioPackets + 100
      );
    });
    expect(await stageOf(person)).toBe("encrypted");
    expect(await codeOf(person)).toBe(codes[index]);
    // Not one frame came under a key that was not there.
    expect(await fact(person, "rejected")).toBe("0");
    expect(person.console.filter((line) => line.startsWith("uncaught"))).toEqual([]);
    await person.press("Escape");
  }
  await say(people[0]!, "still under the same four emoji");
  await reads(people[1]!, "still under the same four emoji");
}, 240_000);
