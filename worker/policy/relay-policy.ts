/**
 * The edge's floor for one person: "relay" as soon as any row says so. Pure. Nobody is told which
 * row it was. The person's own wish and the partner's side join in the lobby, where the strictest
 * of all wins.
 */
import type { RelayPolicy } from "../../protocol/ids.ts";
import { stricter } from "../../protocol/relay-policy.ts";
import { HOSTING_NETWORKS, RELAY_COUNTRIES, TOR_COUNTRY } from "./networks.ts";

export type OperatorPolicy = "always" | "risk";

/** What is known of the person's network at this moment. Undefined is not known. */
export interface Network {
  /** ISO 3166 code, or "T1" for Tor. */
  readonly country?: string | undefined;
  readonly asn?: number | undefined;
  /** IANA zone of the address. */
  readonly timezone?: string | undefined;
}

/** What cannot be known counts as a risk: a relay too many harms nobody. */
export function relayFloor(
  operator: OperatorPolicy,
  network: Network,
  deviceTimeZone: string | undefined,
  now: number,
): RelayPolicy {
  return stricter(
    operator === "always" ? "relay" : "direct",
    byCountry(network.country),
    byNetwork(network.asn),
    byTimeZone(network.timezone, deviceTimeZone, now),
  );
}

/** Anything but the word "risk" means "always", so that a typing error cannot open addresses. */
export function readOperatorPolicy(value: string | undefined): OperatorPolicy {
  return value === "risk" ? "risk" : "always";
}

function byCountry(country: string | undefined): RelayPolicy {
  if (country === undefined || country === TOR_COUNTRY) return "relay";
  return RELAY_COUNTRIES.has(country) ? "relay" : "direct";
}

function byNetwork(asn: number | undefined): RelayPolicy {
  return asn === undefined || HOSTING_NETWORKS.has(asn) ? "relay" : "direct";
}

/** A device that lives an hour or more from its address is probably behind something it wants to stay behind. */
function byTimeZone(network: string | undefined, device: string | undefined, now: number) {
  const here = offsetMinutes(network, now);
  const there = offsetMinutes(device, now);
  if (here === undefined || there === undefined) return "relay";
  return Math.abs(here - there) > 60 ? "relay" : "direct";
}

/** Offsets and not names are compared: one zone has many names, and a border is not a mismatch. */
function offsetMinutes(timeZone: string | undefined, now: number): number | undefined {
  if (timeZone === undefined) return undefined;
  try {
    const format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
    const name = format.formatToParts(now).find(({ type }) => type === "timeZoneName")?.value;
    const match = /^GMT(?:([+-])(\d\d):(\d\d))?/.exec(name ?? "");
    if (match === null) return undefined;
    const minutes = Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
    return match[1] === "-" ? -minutes : minutes;
  } catch {
    return undefined;
  }
}
