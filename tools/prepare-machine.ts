/**
 * The Debian packages that the tests and the relay need: there already, installed now when we may
 * (root), or named in one line.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { giveUp, say } from "./lib/cli.ts";

/** What we run, and the package that brings it. */
const NEEDED: Readonly<Record<string, string>> = {
  chromium: "chromium",
  "firefox-esr": "firefox-esr",
  turnserver: "coturn",
  turnutils_uclient: "coturn",
  tcpdump: "tcpdump",
};

function isThere(command: string): boolean {
  // tcpdump lives in sbin, which is not on everyone's path.
  const places = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return places.some((place) => {
    try {
      accessSync(join(place, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** For the second verifier of the handshake, which the test starts with whichever python3 has it. */
function hasPythonCryptography(): boolean {
  return ["python3", "/usr/bin/python3"].some(
    (program) => spawnSync(program, ["-c", "import cryptography"]).status === 0,
  );
}

function missingPackages(): string[] {
  const missing = Object.entries(NEEDED).filter(([command]) => !isThere(command));
  const names = missing.map(([, name]) => name);
  if (!hasPythonCryptography()) names.push("python3-cryptography");
  return [...new Set(names)];
}

/** apt-get writes pages of progress; it is shown only when it failed. */
function aptGet(...words: string[]): boolean {
  const run = spawnSync("apt-get", ["-o", "DPkg::Lock::Timeout=120", ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: {
      ...process.env,
      DEBIAN_FRONTEND: "noninteractive",
      // coturn's package would start a relay of its own, with Debian's configuration.
      RUNLEVEL: "1",
    },
  });
  if (run.status === 0) return true;
  process.stderr.write(`${run.stdout ?? ""}${run.stderr ?? ""}`);
  return false;
}

const missing = missingPackages();
if (missing.length > 0) {
  const names = missing.join(" ");
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !isThere("apt-get")) {
    giveUp(`Missing on this machine: ${names}. On Debian: sudo apt-get install ${names}`);
  }
  say(`Installing Debian packages: ${names}`);
  const done =
    aptGet("update", "-q") && aptGet("install", "-y", "-q", "--no-install-recommends", ...missing);
  const still = missingPackages();
  if (!done || still.length > 0)
    giveUp(`Could not install: ${(still.length ? still : missing).join(" ")}`);
  say(`Installed: ${names}`);
}
