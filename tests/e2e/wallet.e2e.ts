/** Getting a demo credential, proving with it, and meeting others who have proven it too. */
import { expect, it } from "vitest";
import { useScene } from "../support/stack/scene.ts";
import { findSomeone, inEncryptedCall, stageOf } from "../support/stack/visit.ts";
import { getDemo, openWallet, proveNow } from "../support/stack/wallet.ts";

const scene = useScene();

it("A-1: a demo credential in three taps; the proven meet the proven, in both browsers", async () => {
  const { url } = scene.stack;
  const ada = await scene.invite("chromium", "Ada");
  const ben = await scene.invite("firefox", "Ben");
  const cleo = await scene.invite("chromium", "Cleo");
  await getDemo(ada, url);
  await proveNow(ada, "Proven");
  await getDemo(ben, url);

  // Cleo has proven nothing and waits longest.
  await findSomeone(cleo, url);
  await findSomeone(ada, url);
  await findSomeone(ben, url);
  await Promise.all([inEncryptedCall(ada), inEncryptedCall(ben)]);
  expect(await stageOf(cleo)).toBeUndefined();
});

it("the credential is there after a reload, and whoever is not eighteen proves nothing", async () => {
  const dan = await scene.invite("chromium", "Dan");
  await getDemo(dan, scene.stack.url, "2015-06-01");
  await openWallet(dan, scene.stack.url);
  await proveNow(dan, "not eighteen yet");
});
