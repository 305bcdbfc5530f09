/**
 * The issuer as a service on loopback, for the web service that has checked somebody's age:
 *
 *   POST /issue {"person", "born": "YYYY-MM-DD", "commitment": base64url}  → an issued credential
 *
 * Loopback only, because whoever can reach it can name any birth day. It logs nothing.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { IssuerError, type IssuerState } from "./store.ts";
import { issue } from "./issue.ts";

const BODY_MAX_BYTES = 4_096;

export interface IssuerService {
  readonly url: string;
  close(): Promise<void>;
}

/** `state` is read for every request, so that a rotation needs no restart. */
export async function serveIssuer(
  state: () => IssuerState,
  port: number,
  now: () => number = Date.now,
): Promise<IssuerService> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, {
        "content-type": "application/json",
        "cache-control": "no-store",
      });
      response.end(JSON.stringify(body));
    };
    if (request.method !== "POST" || request.url !== "/issue") {
      answer(404, { error: "not-found" });
      return;
    }
    readQuestion(request)
      .then((question) => {
        if (question === undefined) return answer(400, { error: "bad-request" });
        const { person, born, commitment } = question;
        const octets = Buffer.from(commitment, "base64url");
        return answer(200, issue(state(), person, born, octets, now()));
      })
      .catch((cause: unknown) => {
        if (cause instanceof IssuerError) answer(400, { error: cause.message });
        else answer(500, { error: "internal" });
      });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close").catch(() => undefined);
    },
  };
}

interface Question {
  readonly person: string;
  readonly born: string;
  readonly commitment: string;
}

async function readQuestion(request: IncomingMessage): Promise<Question | undefined> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > BODY_MAX_BYTES) return undefined;
  }
  try {
    const value = JSON.parse(text) as Partial<Record<keyof Question, unknown>>;
    const { person, born, commitment } = value;
    const fit =
      typeof person === "string" &&
      person !== "" &&
      typeof born === "string" &&
      typeof commitment === "string";
    return fit ? { person, born, commitment } : undefined;
  } catch {
    return undefined;
  }
}
