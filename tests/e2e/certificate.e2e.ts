/** The live connection must have been made with the certificate that stands under the four emoji. */
import { expect, it } from "vitest";
import { useScene } from "../support/stack/scene.ts";
import { ended, findSomeone } from "../support/stack/visit.ts";

const scene = useScene();

/** As if somebody terminated DTLS in between: another certificate than the one in the transcript. */
const OTHER_CERTIFICATE = `RTCDtlsTransport.prototype.getRemoteCertificates = () => [
  new Uint8Array(300).fill(7).buffer,
];`;
const NO_CERTIFICATE = `RTCDtlsTransport.prototype.getRemoteCertificates = () => [];`;

it.each([
  ["chromium", "another certificate", OTHER_CERTIFICATE],
  ["firefox", "another certificate", OTHER_CERTIFICATE],
  ["chromium", "no certificate to look at", NO_CERTIFICATE],
] as const)("%s with %s: the call is stopped and the reason shown", async (engine, _, script) => {
  const ada = await scene.invite(engine, "Ada", { initScripts: [script] });
  const ben = await scene.invite("chromium", "Ben");
  await findSomeone(ben, scene.stack.url);
  await findSomeone(ada, scene.stack.url);
  expect(await ended(ada)).toBe("security");
  expect(await ada.attribute("ended", "data-failure")).toBe("certificate");
  // Nothing of a call was ever shown as protected here.
  expect(await ada.attribute("safety-code", "data-code")).toBeUndefined();
});
