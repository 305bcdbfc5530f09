/** What a development edge is told, depending on whether a relay runs. Pure. */
import { createHmac } from "node:crypto";
import { encodeScalar, reduce } from "../../credentials/bls/scalars.ts";
import { demoTrust } from "../issuer/trust.ts";
import type { DevSecrets } from "../lib/dev-secrets.ts";
import { RELAY_PORT, turnUrls } from "../relay/dev-relay.ts";

export type EdgeVars = Readonly<Record<string, string>>;

export function edgeVars(
  secrets: DevSecrets,
  relay: string | undefined,
  relayPort: number = RELAY_PORT,
): EdgeVars {
  const always = { EDGE_SECRET: secrets.edge, ...demoIssuer(secrets) };
  // Without a relay calls can only connect directly, which the edge refuses unless it is told
  // in so many words that this is a development machine.
  if (!relay) return { ...always, RELAY_POLICY: "risk", DEV_DIRECT: "1" };
  return {
    ...always,
    RELAY_POLICY: "always",
    TURN_URLS: turnUrls(relay, relayPort).join(","),
    TURN_SECRET: secrets.turn,
  };
}

/** So that a newcomer gets a credential at once. With the key, an edge serves no public host. */
function demoIssuer({ edge }: DevSecrets): EdgeVars {
  const seed = createHmac("sha512", edge).update("winkr demo issuer").digest();
  const secretKey = reduce(seed);
  const key = Buffer.from(encodeScalar(secretKey)).toString("base64url");
  return { DEMO_ISSUER_KEY: key, ...demoTrust(secretKey) };
}

/** The .env form. Values are words without quotes or line ends, so nothing needs escaping. */
export function envFile(vars: EdgeVars): string {
  return Object.entries(vars)
    .map(([name, value]) => {
      if (!/^[\w\-.:,?=/]*$/.test(value)) throw new Error(`${name}: not a plain value`);
      return `${name}="${value}"\n`;
    })
    .join("");
}
