import { describe, expect, it } from "vitest";
import {
  NON_PUBLIC_RANGES,
  renderRelayConfig,
  type RelayConfig,
} from "../../tools/relay/config.ts";

const SECRET = "s".repeat(43);
const OWN: RelayConfig = {
  listen: ["127.0.0.1"],
  relayIp: "127.0.0.1",
  port: 3478,
  minPort: 49152,
  maxPort: 49999,
  realm: "winkr",
  secret: SECRET,
  peers: "own",
  stateDir: "/tmp/state",
};
const OPERATOR: RelayConfig = {
  ...OWN,
  listen: ["10.1.2.3"],
  relayIp: "10.1.2.3",
  publicIp: "198.51.100.7",
};

function lines(config: RelayConfig): string[] {
  return renderRelayConfig(config).split("\n");
}

describe("the relay's configuration", () => {
  it("relays only to itself when every call is relayed", () => {
    const text = lines(OWN);
    expect(text).toContain("denied-peer-ip=0.0.0.0-255.255.255.255");
    expect(text).toContain("denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    expect(text.filter((line) => line.startsWith("allowed-peer-ip"))).toEqual([
      "allowed-peer-ip=127.0.0.1",
    ]);
  });

  it("behind NAT allows its public and its private face and nothing else", () => {
    const text = lines(OPERATOR);
    expect(text.filter((line) => line.startsWith("allowed-peer-ip"))).toEqual([
      "allowed-peer-ip=198.51.100.7",
      "allowed-peer-ip=10.1.2.3",
    ]);
    expect(text).toContain("external-ip=198.51.100.7/10.1.2.3");
    expect(text).not.toContain("allow-loopback-peers");
  });

  it("denies every range that is not the public internet, also when public peers are allowed", () => {
    const text = lines({ ...OPERATOR, peers: "public" });
    for (const [first, last] of NON_PUBLIC_RANGES) {
      expect(text).toContain(`denied-peer-ip=${first}-${last}`);
    }
    expect(text).not.toContain("denied-peer-ip=0.0.0.0-255.255.255.255");
  });

  it("writes ranges, never CIDR, which coturn refuses", () => {
    for (const line of [...lines(OWN), ...lines({ ...OPERATOR, peers: "public" })]) {
      if (line.includes("-peer-ip=")) expect(line).not.toContain("/");
    }
  });

  it("keeps no log, no database, no command line and no web page", () => {
    const text = lines(OWN);
    for (const line of [
      "no-stdout-log",
      "log-file=/dev/null",
      "no-cli",
      "userdb=:memory:",
      "no-tcp-relay",
      "no-multicast-peers",
    ]) {
      expect(text).toContain(line);
    }
    expect(text.join("\n")).not.toMatch(/verbose|syslog|web-admin|no-auth$/m);
  });

  it("lets nobody in without the shared secret", () => {
    const text = lines(OWN);
    expect(text).toContain("use-auth-secret");
    expect(text).toContain(`static-auth-secret=${SECRET}`);
  });

  it("printed for an operator holds no secret, so that a forgotten placeholder opens nothing", () => {
    const text = lines({ ...OPERATOR, secret: undefined });
    expect(text.filter((line) => line.startsWith("static-auth-secret"))).toEqual([]);
    expect(text).toContain("use-auth-secret");
  });

  it("refuses a short secret, and values that would add a line of their own", () => {
    expect(() => renderRelayConfig({ ...OWN, secret: "short" })).toThrow("secret");
    expect(() => renderRelayConfig({ ...OWN, realm: "winkr\nno-auth" })).toThrow("realm");
    expect(() => renderRelayConfig({ ...OWN, secret: `${SECRET}\nno-auth` })).toThrow("secret");
    expect(() => renderRelayConfig({ ...OWN, minPort: 2, maxPort: 1 })).toThrow("ports");
  });
});
