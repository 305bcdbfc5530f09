/** The relay of `npm run relay`: where it stands and how `npm start` recognises it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DEV_DIR } from "../lib/places.ts";
import { accepts } from "../lib/ports.ts";
import type { RelayConfig } from "./config.ts";
import { relayConfigFile } from "./run-relay.ts";

export const RELAY_PORT = 3478;
export const RELAY_STATE_DIR = join(DEV_DIR, "relay");
const LOOPBACK = "127.0.0.1";

export interface DevRelayOptions {
  readonly secret: string;
  readonly stateDir: string;
  readonly port?: number;
  /** This machine's address on its network, when other devices shall reach the relay. */
  readonly lan?: string;
  /** Ports that calls are relayed from. */
  readonly ports?: readonly [first: number, last: number];
}

export function devRelayConfig(options: DevRelayOptions): RelayConfig {
  const [minPort, maxPort] = options.ports ?? [49_152, 50_151];
  return {
    listen: options.lan ? [LOOPBACK, options.lan] : [LOOPBACK],
    relayIp: options.lan ?? LOOPBACK,
    port: options.port ?? RELAY_PORT,
    minPort,
    maxPort,
    realm: "winkr",
    secret: options.secret,
    peers: "own",
    stateDir: options.stateDir,
  };
}

/** What a page is told: UDP first, TCP for networks that block it. */
export function turnUrls(host: string, port: number): string[] {
  return [`turn:${host}:${port}?transport=udp`, `turn:${host}:${port}?transport=tcp`];
}

/**
 * The address of this checkout's running relay, undefined when there is none. Another program on
 * the port, or the relay of another checkout, would refuse every credential that our edge makes.
 */
export async function findRelay(
  stateDir: string,
  lan: string | undefined,
  port: number = RELAY_PORT,
): Promise<string | undefined> {
  // Written when it starts and removed when it ends.
  if (!existsSync(relayConfigFile(stateDir))) return undefined;
  // A relay on the network address answers on loopback too, but relays only from the former.
  if (lan && (await accepts(lan, port, 300))) return lan;
  if (await accepts(LOOPBACK, port, 300)) return LOOPBACK;
  return undefined;
}
