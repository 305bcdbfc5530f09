/** One rule that the Worker applies to one person and the lobby to a pair: the strictest wish wins. */
import type { RelayPolicy } from "./ids.ts";

/** "relay" as soon as anybody says "relay"; with nobody to ask it is "relay" as well. */
export function stricter(...policies: readonly RelayPolicy[]): RelayPolicy {
  return policies.length > 0 && policies.every((policy) => policy === "direct")
    ? "direct"
    : "relay";
}
