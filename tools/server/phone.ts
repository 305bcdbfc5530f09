/**
 * Lets a phone on the same network in: browsers give the camera to HTTPS pages only, so this puts
 * TLS in front of the server, with a certificate made once on this machine.
 *
 * It pipes bytes and reads none of them, so WebSockets and everything else pass through.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createServer } from "node:tls";

export class PhoneError extends Error {}

export interface PhoneDoor {
  readonly url: string;
  stop(): Promise<void>;
}

interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** openssl, because Debian brings it and Node can use a certificate but not make one. */
function certificateFor(address: string, directory: string): Certificate {
  // The address is part of the name: a certificate for another network would be a second warning.
  const base = join(directory, `phone-${address}`);
  const [certPath, keyPath] = [`${base}.crt`, `${base}.key`];
  if (!existsSync(certPath) || !existsSync(keyPath)) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const made = spawnSync(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"],
        // Safari refuses certificates that live longer.
        ...["-days", "397", "-subj", "/CN=Winkr on this network"],
        ...["-addext", `subjectAltName=IP:${address},DNS:localhost`],
        ...["-addext", "extendedKeyUsage=serverAuth"],
        ...["-keyout", keyPath, "-out", certPath],
      ],
      // openssl 3 creates key files readable by their owner only.
      { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" },
    );
    if (made.error) throw new PhoneError("openssl is not installed (Debian package: openssl)");
    if (made.status !== 0)
      throw new PhoneError(`openssl could not make a certificate: ${made.stderr}`);
  }
  return { cert: readFileSync(certPath), key: readFileSync(keyPath) };
}

export async function openPhoneDoor(options: {
  readonly address: string;
  readonly port: number;
  readonly serverPort: number;
  readonly stateDir: string;
}): Promise<PhoneDoor> {
  const sockets = new Set<{ destroy(): unknown }>();
  const server = createServer(certificateFor(options.address, options.stateDir), (phone) => {
    const edge = connect(options.serverPort, "127.0.0.1");
    for (const socket of [phone, edge]) {
      sockets.add(socket);
      socket.on("close", () => {
        sockets.delete(socket);
        phone.destroy();
        edge.destroy();
      });
      // A phone that walks away is no news.
      socket.on("error", () => socket.destroy());
    }
    phone.pipe(edge).pipe(phone);
  });
  // Failed handshakes: the first visit, before the person accepts the certificate.
  server.on("tlsClientError", () => {});

  await new Promise<void>((resolve, reject) => {
    server.once("error", () => reject(new PhoneError(`Port ${options.port} is in use.`)));
    server.listen(options.port, "0.0.0.0", resolve);
  });
  return {
    url: `https://${options.address}:${options.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
