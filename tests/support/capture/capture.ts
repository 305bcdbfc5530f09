/** Records every byte that reaches or leaves the relay, headers and all, with tcpdump on loopback. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestRelay } from "../relay/relay.ts";

export interface Capture {
  /** Ends the recording and gives its packets. */
  finish(): Promise<Uint8Array[]>;
}

export async function captureRelay(relay: TestRelay): Promise<Capture> {
  const folder = mkdtempSync(join(tmpdir(), "winkr-capture-"));
  const file = join(folder, "relay.pcap");
  const [first, last] = relay.ports;
  const child = spawn(
    "tcpdump",
    [
      ...["-i", "lo", "-n", "-s", "0", "-U", "-B", "65536", "-w", file],
      // As whoever we are: it would give itself another user, who may not write here.
      ...["-Z", process.env["USER"] ?? "root"],
      `port ${relay.port} or (udp and portrange ${first}-${last})`,
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let words = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (chunk: string) => (words += chunk));
  const ended = once(child, "exit");
  const listening = async (): Promise<void> => {
    while (!words.includes("listening on")) await once(child.stderr, "data");
  };
  const begun = await Promise.race([
    listening().then(() => true),
    ended.then(() => false),
    once(child, "error").then(() => false),
  ]);
  if (!begun) throw new Error(`tcpdump may not record here: ${words.trim()}`);

  return {
    async finish() {
      child.kill("SIGINT");
      await ended;
      const dropped = /(\d+) packets dropped by kernel/.exec(words)?.[1];
      const packets = readPcap(readFileSync(file));
      rmSync(folder, { recursive: true, force: true });
      // A recording with holes proves nothing.
      if (dropped !== "0") throw new Error(`the recording has holes: ${words.trim()}`);
      return packets;
    },
  };
}

const FILE_HEADER_BYTES = 24;
const PACKET_HEADER_BYTES = 16;
const LITTLE_ENDIAN_MICROSECONDS = 0xa1b2c3d4;

/** The classic pcap format, as tcpdump writes it on this kind of machine. */
export function readPcap(bytes: Buffer): Uint8Array[] {
  if (bytes.length < FILE_HEADER_BYTES || bytes.readUInt32LE(0) !== LITTLE_ENDIAN_MICROSECONDS) {
    throw new Error("not a pcap file of this machine");
  }
  const packets: Uint8Array[] = [];
  let offset = FILE_HEADER_BYTES;
  while (offset + PACKET_HEADER_BYTES <= bytes.length) {
    const kept = bytes.readUInt32LE(offset + 8);
    const long = bytes.readUInt32LE(offset + 12);
    if (kept !== long) throw new Error("a packet was cut");
    offset += PACKET_HEADER_BYTES;
    packets.push(bytes.subarray(offset, offset + kept));
    offset += kept;
  }
  return packets;
}
