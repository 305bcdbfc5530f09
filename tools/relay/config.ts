/**
 * The coturn configuration that we ship, for development and for operators.
 *
 * A relay that carries strangers' calls must not become a proxy into the network it stands in,
 * and must keep nothing about who used it. Both are decided here.
 */

/**
 * Every IPv4 and IPv6 range that is not the public internet (RFC 6890 and the IANA special-purpose
 * registries). coturn 4.6 refuses CIDR notation, so each is written as first–last.
 */
export const NON_PUBLIC_RANGES: readonly (readonly [first: string, last: string])[] = [
  ["0.0.0.0", "0.255.255.255"], // this network
  ["10.0.0.0", "10.255.255.255"], // private
  ["100.64.0.0", "100.127.255.255"], // carrier-grade NAT
  ["127.0.0.0", "127.255.255.255"], // loopback
  ["169.254.0.0", "169.254.255.255"], // link-local, cloud metadata
  ["172.16.0.0", "172.31.255.255"], // private
  ["192.0.0.0", "192.0.0.255"], // protocol assignments
  ["192.0.2.0", "192.0.2.255"], // documentation
  ["192.31.196.0", "192.31.196.255"], // AS112
  ["192.52.193.0", "192.52.193.255"], // AMT
  ["192.88.99.0", "192.88.99.255"], // 6to4 anycast
  ["192.168.0.0", "192.168.255.255"], // private
  ["192.175.48.0", "192.175.48.255"], // AS112
  ["198.18.0.0", "198.19.255.255"], // benchmarks
  ["198.51.100.0", "198.51.100.255"], // documentation
  ["203.0.113.0", "203.0.113.255"], // documentation
  ["224.0.0.0", "239.255.255.255"], // multicast
  ["240.0.0.0", "255.255.255.255"], // reserved, broadcast
  ["::", "::1"], // unspecified, loopback
  ["::ffff:0:0", "::ffff:ffff:ffff"], // IPv4-mapped: would be a way round the list above
  ["64:ff9b::", "64:ff9b::ffff:ffff"], // NAT64
  ["64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"], // local NAT64
  ["100::", "100::ffff:ffff:ffff:ffff"], // discard
  ["2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"], // protocol assignments, Teredo
  ["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"], // documentation
  ["2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"], // 6to4: wraps any IPv4 address
  ["3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"], // documentation
  ["5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff"], // segment routing
  ["fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"], // unique local
  ["fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"], // link-local
  ["fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"], // site-local
  ["ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"], // multicast
];

/** Everything: used when the relay may only talk to itself. */
const ALL_RANGES = [
  ["0.0.0.0", "255.255.255.255"],
  ["::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
] as const;

export interface RelayConfig {
  /** Addresses that clients connect to. */
  readonly listen: readonly string[];
  /** The one local address that relays for calls. */
  readonly relayIp: string;
  /** The address that the internet sees, when the relay stands behind 1:1 NAT. */
  readonly publicIp?: string;
  readonly port: number;
  readonly minPort: number;
  readonly maxPort: number;
  readonly realm: string;
  /** Undefined leaves a place to fill in, and until then nobody gets in. */
  readonly secret: string | undefined;
  /**
   * "own": relay only to itself. Right when every call is relayed on both sides (RELAY_POLICY=always):
   * both ends of a call are then this relay's own addresses, and it is useless as a proxy.
   * "public": also to public addresses, for calls that are relayed on one side only.
   */
  readonly peers: "own" | "public";
  /** Where coturn may put the file with its process id, the only one it writes. */
  readonly stateDir: string;
  readonly tls?: { readonly port: number; readonly cert: string; readonly key: string };
}

/** One line of the file: nothing that was passed in may add a line of its own. */
function setting(name: string, value: string | number): string {
  const text = String(value);
  if (text === "" || /[\s#]/.test(text)) throw new Error(`${name}: not a single word`);
  return `${name}=${text}`;
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}

export function renderRelayConfig(config: RelayConfig): string {
  // RFC 8489 asks for 128 bits of randomness at least; 43 characters of base64url are 256.
  if (config.secret !== undefined && config.secret.length < 32) {
    throw new Error("secret: at least 32 characters");
  }
  if (config.minPort > config.maxPort) throw new Error("relay ports: first is above last");

  const denied = config.peers === "own" ? ALL_RANGES : NON_PUBLIC_RANGES;
  const own = [config.publicIp, config.relayIp].filter((address) => address !== undefined);

  return [
    "# Where it listens and what it relays from",
    ...config.listen.map((address) => setting("listening-ip", address)),
    setting("listening-port", config.port),
    setting("relay-ip", config.relayIp),
    ...(config.publicIp ? [setting("external-ip", `${config.publicIp}/${config.relayIp}`)] : []),
    setting("min-port", config.minPort),
    setting("max-port", config.maxPort),
    ...(config.tls
      ? [
          setting("tls-listening-port", config.tls.port),
          setting("cert", config.tls.cert),
          setting("pkey", config.tls.key),
          "no-tlsv1",
          "no-tlsv1_1",
        ]
      : ["no-tls"]),
    "no-dtls",
    "",
    "# Who may use it: short-lived credentials that the edge makes from a shared secret",
    setting("realm", config.realm),
    "use-auth-secret",
    config.secret === undefined
      ? "# static-auth-secret=   <- the TURN_SECRET of your edge; without it nobody gets in"
      : setting("static-auth-secret", config.secret),
    "stale-nonce=600",
    "",
    "# What it may reach. Allowed wins over denied",
    ...denied.map(([first, last]) => setting("denied-peer-ip", `${first}-${last}`)),
    ...own.map((address) => setting("allowed-peer-ip", address)),
    ...(own.some(isLoopback) ? ["allow-loopback-peers"] : []),
    "no-multicast-peers",
    "no-tcp-relay",
    "no-dynamic-ip-list",
    "no-dynamic-realms",
    "",
    "# How much of it one person, and everyone, may take.",
    "# A page holds an allocation per TURN address and network, and for a moment those of two calls",
    "user-quota=40",
    "total-quota=4000",
    "# Bytes per second and direction: three times what a 720p call sends",
    "max-bps=1000000",
    "max-allocate-lifetime=900",
    "",
    "# It remembers nothing and offers no way in",
    "no-stdout-log",
    "log-file=/dev/null",
    "simple-log",
    "no-cli",
    "no-auth-pings",
    // Also the cure for random 401s: each of coturn's threads opens the database, and one that finds
    // the file locked by another refuses a right password.
    "userdb=:memory:",
    setting("pidfile", `${config.stateDir}/turnserver.pid`),
    "",
    "# No version, no second address, none of the old STUN that serves amplification",
    "fingerprint",
    "no-software-attribute",
    "no-rfc5780",
    "no-stun-backward-compatibility",
    "response-origin-only-with-rfc5780",
    "",
  ].join("\n");
}
