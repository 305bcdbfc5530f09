/** What a person does in the wallet. */
import { eventually, type Person } from "../browsers/person.ts";

export async function openWallet(person: Person, url: string): Promise<void> {
  await person.open(url);
  await eventually("the settings button", () =>
    person.evaluate(() => {
      const button = document.querySelector<HTMLElement>('[aria-label="Settings"]');
      button?.click();
      return button !== null;
    }),
  );
  await person.click("wallet-open");
}

export function walletSays(person: Person, words: string): Promise<string> {
  return eventually(`"${words}" in ${person.name}'s wallet`, async () => {
    const text = await person.text("wallet-outcome");
    return text?.includes(words) === true ? text : undefined;
  });
}

/** A demo credential: the third tap is the last. */
export async function getDemo(person: Person, url: string, born?: string): Promise<void> {
  await openWallet(person, url);
  if (born !== undefined) await person.type("wallet-born", born);
  await person.click("wallet-get-demo");
  await walletSays(person, "Checked and kept");
}

export async function proveNow(person: Person, words: string): Promise<string> {
  await person.click("wallet-check");
  return walletSays(person, words);
}
