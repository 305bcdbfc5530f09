import { describe, expect, it } from "vitest";
import { networkOf } from "../../worker/policy/addresses.ts";
import { HOSTING_NETWORKS, RELAY_COUNTRIES } from "../../worker/policy/networks.ts";
import { regionOf } from "../../worker/policy/regions.ts";
import { readOperatorPolicy, relayFloor } from "../../worker/policy/relay-policy.ts";
import { isLocalHost, readSetup } from "../../worker/policy/setup.ts";
import type { Env } from "../../worker/env.ts";

describe("P-1, P-29: relay policy", () => {
  const summer = Date.UTC(2026, 6, 1);
  const winter = Date.UTC(2026, 0, 1);
  const berlin = { country: "DE", asn: 3320, timezone: "Europe/Berlin" };

  it.each([
    ["nothing speaks for a relay", "risk", berlin, "Europe/Berlin", "direct"],
    ["the operator always wants one", "always", berlin, "Europe/Berlin", "relay"],
    ["the country asks for one", "risk", { ...berlin, country: "IR" }, "Europe/Berlin", "relay"],
    ["Tor", "risk", { ...berlin, country: "T1" }, "Europe/Berlin", "relay"],
    ["unknown country", "risk", { ...berlin, country: undefined }, "Europe/Berlin", "relay"],
    ["a hosting network", "risk", { ...berlin, asn: 16509 }, "Europe/Berlin", "relay"],
    ["unknown network", "risk", { ...berlin, asn: undefined }, "Europe/Berlin", "relay"],
    ["another name of the same time", "risk", berlin, "Europe/Paris", "direct"],
    ["one hour away, a border", "risk", berlin, "Europe/London", "direct"],
    ["two hours away in winter", "risk", berlin, "Europe/Moscow", "relay"],
    ["another continent", "risk", berlin, "America/New_York", "relay"],
    ["a device that hides its zone", "risk", berlin, undefined, "relay"],
    ["a zone that does not exist", "risk", berlin, "Mars/Olympus", "relay"],
    [
      "an unknown zone of the network",
      "risk",
      { ...berlin, timezone: undefined },
      "Europe/Berlin",
      "relay",
    ],
  ] as const)("%s", (_, operator, network, device, floor) => {
    expect(relayFloor(operator, network, device, winter)).toBe(floor);
  });

  it.each([
    ["Asia/Calcutta", "Asia/Kolkata", "direct"],
    ["Asia/Kolkata", "Asia/Kathmandu", "direct"],
    ["Asia/Kolkata", "UTC", "relay"],
    ["America/St_Johns", "America/Halifax", "direct"],
  ] as const)("a network in %s and a device in %s: %s", (timezone, device, floor) => {
    expect(relayFloor("risk", { ...berlin, timezone }, device, summer)).toBe(floor);
  });

  it.each([
    ["risk", "risk"],
    ["always", "always"],
    ["Risk", "always"],
    ["", "always"],
    [undefined, "always"],
  ] as const)("the operator's word %j means %s", (word, policy) => {
    expect(readOperatorPolicy(word)).toBe(policy);
  });

  it("the tables have the form that they are compared with", () => {
    for (const country of RELAY_COUNTRIES) expect(country).toMatch(/^[A-Z]{2}$/);
    for (const asn of HOSTING_NETWORKS) expect(Number.isInteger(asn)).toBe(true);
  });
});

describe("P-1: regions", () => {
  it.each([
    ["San Francisco", "37.8", "-122.4", "wnam"],
    ["New York", "40.7", "-74.0", "enam"],
    ["São Paulo", "-23.5", "-46.6", "sam"],
    ["London", "51.5", "-0.1", "weur"],
    ["Berlin", "52.5", "13.4", "weur"],
    ["Warsaw", "52.2", "21.0", "eeur"],
    ["Kyiv", "50.5", "30.5", "eeur"],
    ["Dubai", "25.2", "55.3", "me"],
    ["Nairobi", "-1.3", "36.8", "afr"],
    ["Lagos", "6.5", "3.4", "afr"],
    ["Singapore", "1.35", "103.8", "apac"],
    ["Tokyo", "35.7", "139.7", "apac"],
    ["Sydney", "-33.9", "151.2", "oc"],
    ["Auckland, across the date line", "-36.8", "174.8", "oc"],
  ])("%s", (_, latitude, longitude, region) => {
    expect(regionOf({ latitude, longitude })).toBe(region);
  });

  it.each([
    [{ continent: "OC" }, "oc"],
    [{ latitude: "x", longitude: "1", continent: "AF" }, "afr"],
    [{ latitude: "", longitude: "", continent: "SA" }, "sam"],
    [{ latitude: "91", longitude: "1", continent: "AS" }, "apac"],
    [{ timezone: "Australia/Perth" }, "oc"],
    [{ continent: "??", timezone: "Africa/Cairo" }, "afr"],
    [{ timezone: "UTC" }, "weur"],
    [{}, "weur"],
  ])("with only %j known it is %s", (cf, region) => {
    expect(regionOf(cf)).toBe(region);
  });
});

describe("P-8: networks that requests are counted by", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::", "2001:db8:1:2::/64"],
    ["2001:DB8:0001:0002::9", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["", undefined],
    ["nonsense", undefined],
    [":::", undefined],
  ])("%s belongs to %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe("P-7: setup", () => {
  const EDGE_SECRET = "A".repeat(43);
  const setup = (env: Partial<Env>, host = "winkr.example") => readSetup(env as Env, host);

  it.each([
    ["no secret", {}],
    ["a short one", { EDGE_SECRET: "A".repeat(42) }],
    ["one that is not base64url", { EDGE_SECRET: "!".repeat(43) }],
    ["the development setting on a public host", { EDGE_SECRET, DEV_DIRECT: "1" }],
  ])("%s is not configured", (_, env) => {
    expect(setup(env).kind).toBe("not-configured");
  });

  it("direct development needs a local host, its setting, and no relay", () => {
    expect(setup({ EDGE_SECRET })).toMatchObject({ kind: "ready", devDirect: false });
    expect(setup({ EDGE_SECRET, DEV_DIRECT: "1" }, "localhost")).toMatchObject({ devDirect: true });
    const relay = { TURN_URLS: "turn:x", TURN_SECRET: "y" };
    expect(setup({ EDGE_SECRET, DEV_DIRECT: "1", ...relay }, "localhost")).toMatchObject({
      devDirect: false,
    });
  });

  it.each([
    ["localhost", true],
    ["winkr.localhost", true],
    ["127.0.0.1", true],
    ["[::1]", true],
    ["10.1.2.3", true],
    ["172.16.0.1", true],
    ["172.31.0.1", true],
    ["192.168.1.2", true],
    ["169.254.1.1", true],
    ["[fd00::1]", true],
    ["[fe80::1]", true],
    ["172.32.0.1", false],
    ["192.169.1.1", false],
    ["8.8.8.8", false],
    ["[2001:db8::1]", false],
    ["localhost.example", false],
    ["notlocalhost", false],
    ["10.1.2.3.example", false],
    ["winkr.example", false],
  ])("%s is local: %s", (host, local) => {
    expect(isLocalHost(host)).toBe(local);
  });
});
