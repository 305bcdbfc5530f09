/** The tables behind relay-policy.ts. */

/** Cloudflare's country code for Tor exits. */
export const TOR_COUNTRY = "T1";

/**
 * Countries where an address in a stranger's hands can cost more than embarrassment: rated
 * "Not Free" in Freedom House, Freedom on the Net 2024.
 */
export const RELAY_COUNTRIES: ReadonlySet<string> = new Set(
  "AE AZ BH BY CN CU EG ET IR KZ MM NI PK RU RW SA SD TH TR UZ VE VN".split(" "),
);

/**
 * Hosting and VPN networks by autonomous system number: an address from here is mostly an exit
 * that somebody chose in order not to show another.
 */
export const HOSTING_NETWORKS: ReadonlySet<number> = new Set([
  8075, // Microsoft Azure
  9009, // M247
  12876, // Scaleway
  14061, // DigitalOcean
  14618, // Amazon
  16276, // OVH
  16509, // Amazon
  20473, // Vultr
  24940, // Hetzner
  28753, // Leaseweb
  31898, // Oracle
  36352, // HostPapa / ColoCrossing
  45102, // Alibaba
  51167, // Contabo
  60068, // Datacamp
  60781, // Leaseweb
  62240, // Clouvider
  63949, // Akamai Linode
  132203, // Tencent
  212238, // Datacamp
  396982, // Google Cloud
]);
