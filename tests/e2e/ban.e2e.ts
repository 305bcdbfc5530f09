/** Reported by several, kept out, heard by a human, and back: in real browsers, with nothing but tags stored. */
import { expect, it } from "vitest";
import { useScene } from "../support/stack/scene.ts";
import { ended, findSomeone, inEncryptedCall } from "../support/stack/visit.ts";
import { getDemo, openWallet, proveNow, walletSays } from "../support/stack/wallet.ts";
import { drawKeys, listCases, opened, publicWord, send } from "../../tools/moderate/moderator.ts";
import type { Case } from "../../protocol/reports.ts";
import type { Person } from "../support/browsers/person.ts";

const keys = drawKeys();
const scene = useScene({
  settings: async () => ({ MODERATOR_KEY: await publicWord(keys) }),
});
const WORDS = "He showed what nobody asked for.";
const APPEAL = "That was my cat.";

async function reportsAda(reporter: Person, ada: Person, words: string): Promise<void> {
  const { url } = scene.stack;
  await findSomeone(ada, url);
  await findSomeone(reporter, url);
  await Promise.all([inEncryptedCall(ada), inEncryptedCall(reporter)]);
  await reporter.click("more");
  await reporter.click("report");
  if (words !== "") await reporter.type("report-text", words);
  await reporter.click("report-nudity");
  expect(await ended(reporter)).toBe("blocked");
  await ended(ada);
}

async function onlyCase(): Promise<Case> {
  const cases = await listCases(keys, scene.stack.url);
  expect(cases).toHaveLength(1);
  return cases[0]!;
}

/** Asked once a second: the moderator is counted as everybody of this network is. */
async function reportsAre(count: number): Promise<void> {
  for (let tries = 0; (await onlyCase()).reports.length !== count; tries++) {
    if (tries > 15) throw new Error(`never ${count} reports`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

it("A-5, A-8, A-10: reported by three, kept out by a moderator who read it, heard, and back", async () => {
  const { url } = scene.stack;
  const ada = await scene.invite("chromium", "Ada");
  await getDemo(ada, url);
  for (const [name, words] of [
    ["Ben", WORDS],
    ["Cleo", ""],
    ["Dan", ""],
  ] as const) {
    const reporter = await scene.invite("chromium", name);
    await getDemo(reporter, url);
    await reportsAda(reporter, ada, words);
    await reporter.close();
  }
  await reportsAre(3);

  // All three came from one network, this machine, so it is left to the moderator, who reads Ben's.
  const { tag, reports, sanction } = await onlyCase();
  expect(sanction).toBeNull();
  const written = reports.flatMap(({ sealed }) => sealed ?? []);
  expect(written).toHaveLength(1);
  expect(await opened(keys, written[0]!)).toBe(WORDS);
  const at = Date.now();
  await send(keys, url, { version: 1, at, action: "sanction", tag, reason: "nudity" });

  // The next search, and the wallet, say so: reason and end.
  await findSomeone(ada, url);
  expect(await ended(ada)).toBe("banned");
  await openWallet(ada, url);
  expect(await proveNow(ada, "kept out")).toMatch(/nudity, until /);

  // Somebody else on the same machine, from the same network and issuer, is not.
  const sibling = await scene.invite("chromium", "Sibling");
  await getDemo(sibling, url);
  await proveNow(sibling, "Proven");

  // The moderator reads Ada's appeal, and decides.
  await ada.type("wallet-appeal-text", APPEAL);
  await ada.click("wallet-appeal");
  await walletSays(ada, "Sent");
  const { appeal } = await onlyCase();
  expect(await opened(keys, appeal!.sealed)).toBe(APPEAL);
  await send(keys, url, { version: 1, at: Date.now(), action: "lift", tag });
  await proveNow(ada, "Proven");
  expect(await listCases(keys, url)).toEqual([]);
});
