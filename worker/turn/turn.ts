/** Where relay credentials come from: one interface, two providers. */
import type { TurnResponse } from "../../protocol/http.ts";

export type IceServers = TurnResponse["iceServers"];

export interface TurnProvider {
  /** Fresh credentials that end `lifetimeS` seconds after `now` (milliseconds); undefined when there are none to be had. */
  mint(lifetimeS: number, now: number): Promise<IceServers | undefined>;
}

/** Browsers refuse port 53, and STUN would show an address for nothing. */
export function isUsableUrl(url: string): boolean {
  return /^turns?:/.test(url) && !/:53(\?|$)/.test(url);
}
