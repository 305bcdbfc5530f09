/** The address that other devices on the same network reach this machine by. */
import { networkInterfaces } from "node:os";

export function lanAddress(): string | undefined {
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((entry) => entry.family === "IPv4" && !entry.internal)
    .map((entry) => entry.address);
  // A machine with containers has several; a home network is most often one of these.
  return addresses.find((address) => /^(192\.168|10)\./.test(address)) ?? addresses[0];
}
