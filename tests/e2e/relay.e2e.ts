/** The shipped relay, asked by coturn's own client: who gets in, and where it relays to. */
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRelay, type TestRelay } from "../support/relay/relay.ts";

let relay: TestRelay;
beforeAll(async () => {
  relay = await startRelay();
});
afterAll(() => relay?.end());

/** What the client says, whatever its exit code; it may retry for ever, so its time is limited. */
function ask(secret: string, ...words: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(
      "turnutils_uclient",
      ["-p", String(relay.port), "-W", secret, "-n", "2", "-c", ...words, "127.0.0.1"],
      { timeout: 8_000, killSignal: "SIGKILL" },
      (_error, stdout, stderr) => resolve(stdout + stderr),
    );
  });
}

describe("the shipped relay", () => {
  it.each([
    ["UDP", []],
    ["TCP", ["-t"]],
  ])("relays between two of its own allocations over %s", async (_name, words) => {
    const said = await ask(relay.secret, "-y", ...words);
    expect(said).toContain("tot_recv_msgs=4");
    expect(said).toContain("Total lost packets 0");
  });

  it("lets nobody in with a wrong secret", async () => {
    expect(await ask("x".repeat(43), "-y")).toContain("Cannot complete Allocation");
  });

  it.each([
    "127.0.0.2",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "8.8.8.8",
  ])("relays nothing to %s", async (peer) => {
    const said = await ask(relay.secret, "-e", peer);
    expect(said).toContain("403 (Forbidden IP)");
    expect(said).not.toMatch(/tot_recv_msgs=[1-9]/);
  });

  it("leaves no log and no database behind", () => {
    const left = readdirSync(relay.stateDir);
    expect(left.filter((name) => !/^(turnserver\.conf|turnserver\.pid)$/.test(name))).toEqual([]);
  });
});
