/** Getting a demo credential, proving with it, and meeting others who have proven it too. */
import { expect, it } from "vitest";
import { eventually, type Person } from "../support/browsers/person.ts";
import { useScene } from "../support/stack/scene.ts";
import { findSomeone, inEncryptedCall, stageOf } from "../support/stack/visit.ts";

const scene = useScene();

async function openWallet(person: Person): Promise<void> {
  await person.open(scene.stack.url);
  await eventually("the settings button", () =>
    person.evaluate(() => {
      const button = document.querySelector<HTMLElement>('[aria-label="Settings"]');
      button?.click();
      return button !== null;
    }),
  );
  await person.click("wallet-open");
}

function outcome(person: Person, words: string): Promise<string> {
  return eventually(`"${words}" in ${person.name}'s wallet`, async () => {
    const text = await person.text("wallet-outcome");
    return text?.includes(words) === true ? text : undefined;
  });
}

async function getDemo(person: Person, born?: string): Promise<void> {
  await openWallet(person);
  if (born !== undefined) await person.type("wallet-born", born);
  await person.click("wallet-get-demo");
  await outcome(person, "Checked and kept");
}

it("A-1: a demo credential in three taps; the proven meet the proven, in both browsers", async () => {
  const ada = await scene.invite("chromium", "Ada");
  const ben = await scene.invite("firefox", "Ben");
  const cleo = await scene.invite("chromium", "Cleo");
  await getDemo(ada);
  await ada.click("wallet-check");
  await outcome(ada, "Proven");
  await getDemo(ben);

  // Cleo has proven nothing and waits longest.
  await findSomeone(cleo, scene.stack.url);
  await findSomeone(ada, scene.stack.url);
  await findSomeone(ben, scene.stack.url);
  await Promise.all([inEncryptedCall(ada), inEncryptedCall(ben)]);
  expect(await stageOf(cleo)).toBeUndefined();
});

it("the credential is there after a reload, and whoever is not eighteen proves nothing", async () => {
  const dan = await scene.invite("chromium", "Dan");
  await getDemo(dan, "2015-06-01");
  await openWallet(dan);
  await dan.click("wallet-check");
  await outcome(dan, "not eighteen yet");
});
