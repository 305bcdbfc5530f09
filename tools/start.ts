/**
 * npm start                    everything on http://localhost:8787
 * npm start -- --phone         the same, and a door for a phone on this network
 * npm start -- --port <port>   another port
 * npm start -- --verbose       with all that wrangler has to say
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lanAddress } from "./lib/addresses.ts";
import { askedToStop, flags, giveUp, portFrom, say } from "./lib/cli.ts";
import { devSecrets } from "./lib/dev-secrets.ts";
import { DEV_DIR, ROOT } from "./lib/places.ts";
import { accepts } from "./lib/ports.ts";
import { MODERATOR_DIR, moderatorVars } from "./moderate/moderator.ts";
import { findRelay, RELAY_STATE_DIR } from "./relay/dev-relay.ts";
import { openPhoneDoor, PhoneError, type PhoneDoor } from "./server/phone.ts";
import { busyLine, runServer, ServerError, type RunningServer } from "./server/run-server.ts";
import { edgeVars } from "./server/vars.ts";

const PORT = 8787;
/** How often we look whether a relay came or went. */
const RELAY_LOOK_MS = 2_000;

const { values } = flags(
  { port: { type: "string" }, phone: { type: "boolean" }, verbose: { type: "boolean" } },
  "usage: npm start [-- --port <port>] [--phone] [--verbose]",
);
const port = portFrom(values.port, PORT);
const lan = lanAddress();
const secrets = devSecrets(DEV_DIR);
/** Whoever has made a moderator's keys on this machine is the moderator of its edge. */
const moderator = await moderatorVars(MODERATOR_DIR);
const stopped = askedToStop();
const stopping = new AbortController();
void stopped.then(() => stopping.abort());

let server: RunningServer | undefined;
let door: PhoneDoor | undefined;
try {
  await run();
} catch (error) {
  if (error instanceof ServerError || error instanceof PhoneError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } else throw error;
} finally {
  await door?.stop();
  await server?.stop();
}

async function run(): Promise<void> {
  if (await accepts("127.0.0.1", port)) throw new ServerError(busyLine(port));
  let relay = await findRelay(RELAY_STATE_DIR, lan);
  say("Building the page and starting the server …");
  server = await start(relay, false);
  if (stopping.signal.aborted) return;
  say(`\n  Winkr   ${server.url}\n`);
  say(relayLine(relay));
  if (values.phone) await letPhoneIn(relay);
  else say("  A phone on this network: npm start -- --phone");
  say("  Ctrl-C ends it.\n");

  while (!stopping.signal.aborted) {
    const ended = await Promise.race([
      stopped.then(() => false),
      server.ended.then(() => true),
      sleep(RELAY_LOOK_MS, false, { ref: false }),
    ]);
    if (stopping.signal.aborted) return;
    if (ended) giveUp("The server ended by itself. npm start -- --verbose shows why.");

    const found = await findRelay(RELAY_STATE_DIR, lan);
    if (found === relay) continue;
    relay = found;
    say(relayLine(relay));
    // The edge learns of its relay when it starts; pages come back by themselves.
    await server.stop();
    server = await start(relay, true);
  }
}

function start(relay: string | undefined, keepBuild: boolean): Promise<RunningServer> {
  return runServer({
    port,
    vars: { ...edgeVars(secrets, relay), ...moderator },
    persistDir: join(ROOT, ".wrangler/state"),
    stateDir: DEV_DIR,
    keepBuild,
    show: say,
    everything: values.verbose ?? false,
    signal: stopping.signal,
  });
}

function relayLine(relay: string | undefined): string {
  if (relay)
    return `  Relay   ${relay}: calls go through it, neither side learns the other's address`;
  return (
    "  Relay   none: calls connect directly, so both sides can learn each other's address\n" +
    "          npm run relay (in a second terminal) starts one; this server takes it up by itself"
  );
}

async function letPhoneIn(relay: string | undefined): Promise<void> {
  if (!lan) throw new PhoneError("--phone: this machine has no address on a network");
  door = await openPhoneDoor({
    address: lan,
    port: port + 1,
    serverPort: port,
    stateDir: DEV_DIR,
  });
  say(`  Phone   ${door.url}`);
  say(
    "          Its browser warns about the certificate, which was made on this machine: continue anyway",
  );
  if (relay !== lan) say("          For calls between phone and computer: npm run relay -- --lan");
}
