/**
 * npm run relay                       a relay on 127.0.0.1 for `npm start`, until Ctrl-C
 * npm run relay -- --lan              the same on this network, so that a phone can call
 * npm run relay -- --print-config --ip <address> [--public-ip <address>] [--realm <name>] [--public-peers]
 *                                     the same hardening for a server of your own
 */
import { lanAddress } from "./lib/addresses.ts";
import { askedToStop, flags, giveUp, portFrom, say } from "./lib/cli.ts";
import { devSecrets } from "./lib/dev-secrets.ts";
import { DEV_DIR } from "./lib/places.ts";
import { renderRelayConfig } from "./relay/config.ts";
import { devRelayConfig, RELAY_PORT, RELAY_STATE_DIR } from "./relay/dev-relay.ts";
import { RelayError, runRelay } from "./relay/run-relay.ts";

const { values } = flags(
  {
    port: { type: "string" },
    lan: { type: "boolean" },
    "print-config": { type: "boolean" },
    ip: { type: "string" },
    "public-ip": { type: "string" },
    realm: { type: "string" },
    "public-peers": { type: "boolean" },
  },
  "usage: npm run relay [-- --lan] [--port <port>]\n" +
    "       npm run relay -- --print-config --ip <address> [--public-ip <address>] [--realm <name>] [--public-peers]",
);
const port = portFrom(values.port, RELAY_PORT);

if (values["print-config"]) printForOperators();
else await runUntilStopped();

function printForOperators(): void {
  if (!values.ip) giveUp("--print-config needs --ip: the address this server relays from");
  const text = renderRelayConfig({
    listen: [values.ip],
    relayIp: values.ip,
    ...(values["public-ip"] ? { publicIp: values["public-ip"] } : {}),
    port,
    minPort: 49_152,
    maxPort: 65_535,
    realm: values.realm ?? "winkr",
    secret: undefined,
    peers: values["public-peers"] ? "public" : "own",
    stateDir: "/run/turnserver",
  });
  process.stdout.write(text);
}

async function runUntilStopped(): Promise<void> {
  const lan = values.lan ? lanAddress() : undefined;
  if (values.lan && !lan) giveUp("--lan: this machine has no address on a network");
  const config = devRelayConfig({
    secret: devSecrets(DEV_DIR).turn,
    stateDir: RELAY_STATE_DIR,
    port,
    ...(lan ? { lan } : {}),
  });
  const stopped = askedToStop();
  try {
    const relay = await runRelay(config);
    say(
      `Relay on ${lan ?? "127.0.0.1"}:${port} (UDP and TCP). It relays only to itself and keeps no log.`,
    );
    say("Ctrl-C ends it.");
    const why = await Promise.race([
      stopped.then(() => "asked" as const),
      relay.ended.then(() => "ended" as const),
    ]);
    await relay.stop();
    if (why === "ended") giveUp("The relay ended by itself.");
  } catch (error) {
    if (error instanceof RelayError) giveUp(error.message);
    throw error;
  }
}
