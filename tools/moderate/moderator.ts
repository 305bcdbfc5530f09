/** The moderator's keys, and requests to an edge that they sign. */
import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keyPairFromSeed } from "../../e2ee/xwing-portable.ts";
import {
  Cases,
  SIGNATURE_HEADER,
  moderateText,
  type Case,
  type ModerateRequest,
} from "../../protocol/reports.ts";
import { parseBody } from "../../protocol/parse.ts";
import { ROOT } from "../lib/places.ts";
import { openReport } from "../../web/report/sealed-report.ts";

export interface ModeratorKeys {
  /** Ed25519 in PKCS#8, base64url. */
  readonly signing: string;
  /** Seed of the X-Wing key that reports are sealed to, base64url. */
  readonly opening: string;
}

export class ModerateError extends Error {}

const FILE = "moderator.json";
export const MODERATOR_DIR = join(ROOT, ".moderator");

export function drawKeys(): ModeratorKeys {
  const { privateKey } = generateKeyPairSync("ed25519");
  return {
    signing: privateKey.export({ type: "pkcs8", format: "der" }).toString("base64url"),
    opening: randomBytes(32).toString("base64url"),
  };
}

/** MODERATOR_KEY: both public halves in one word. */
export async function publicWord(keys: ModeratorKeys): Promise<string> {
  const { x } = signingKey(keys).export({ format: "jwk" }) as { x: string };
  const { publicKey } = await keyPairFromSeed(Buffer.from(keys.opening, "base64url"));
  return Buffer.concat([Buffer.from(x, "base64url"), publicKey]).toString("base64url");
}

/** The text that was sealed; undefined when it was sealed to somebody else. */
export async function opened(keys: ModeratorKeys, sealed: string): Promise<string | undefined> {
  const { decapsulate } = await keyPairFromSeed(Buffer.from(keys.opening, "base64url"));
  return openReport(decapsulate, Uint8Array.from(Buffer.from(sealed, "base64url")));
}

export async function listCases(keys: ModeratorKeys, url: string): Promise<readonly Case[]> {
  const text = await send(keys, url, { version: 1, at: Date.now(), action: "list" });
  const parsed = parseBody(Cases, text);
  if (!parsed.ok) throw new ModerateError(`the edge answered something else: ${parsed.reason}`);
  return parsed.message.cases;
}

/** The answer's text; ModerateError with the edge's own code when it says no. */
export async function send(
  keys: ModeratorKeys,
  url: string,
  request: ModerateRequest,
): Promise<string> {
  const { origin, host } = new URL(url);
  const body = JSON.stringify(request);
  const signature = sign(null, Buffer.from(moderateText(host, body)), signingKey(keys));
  let response: Response;
  try {
    response = await fetch(`${origin}/api/moderate`, {
      method: "POST",
      headers: { origin, [SIGNATURE_HEADER]: signature.toString("base64url") },
      body,
    });
  } catch {
    throw new ModerateError(`no answer from ${origin}`);
  }
  const text = await response.text();
  if (!response.ok) throw new ModerateError(`the edge refused: ${response.status} ${text}`);
  return text;
}

/** MODERATOR_KEY for an edge on this machine, where there are keys. */
export async function moderatorVars(folder: string): Promise<Readonly<Record<string, string>>> {
  if (!existsSync(join(folder, FILE))) return {};
  return { MODERATOR_KEY: await publicWord(readKeys(folder)) };
}

export function readKeys(folder: string): ModeratorKeys {
  try {
    return JSON.parse(readFileSync(join(folder, FILE), "utf8")) as ModeratorKeys;
  } catch {
    throw new ModerateError(`no keys in ${folder}: npm run moderate -- keygen`);
  }
}

export function writeKeys(folder: string, keys: ModeratorKeys): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, FILE);
  try {
    writeFileSync(file, `${JSON.stringify(keys, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
  } catch {
    throw new ModerateError(`${file} exists`);
  }
}

function signingKey({ signing }: ModeratorKeys) {
  const key = Buffer.from(signing, "base64url");
  return createPrivateKey({ key, type: "pkcs8", format: "der" });
}
