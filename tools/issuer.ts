/**
 * npm run issuer -- <what> [flags]: an issuer of age credentials, and the operator's trust list.
 *
 *   keygen [--web did:web:…] [--assurance low] [--uniqueness account] [--months 13]
 *   rotate [--months 13]        a further key from now on; the ones before stay good until they end
 *   did                         the issuer's DID, and for did:web its did.json
 *   issue --person <name> --born <YYYY-MM-DD> --commitment <base64url>
 *   serve [--port 8790]         waits on loopback for a web service of yours: POST /issue
 *   apply --operator <TRUST_KEY>            an application for an operator's list
 *   trust keygen | show | add <file> | remove <did>      the operator's side
 *
 * --dir <folder> is where it is kept: .issuer, which git ignores.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { askedToStop, flags, giveUp, portFrom, say } from "./lib/cli.ts";
import { ROOT } from "./lib/places.ts";
import { issue } from "./issuer/issue.ts";
import { serveIssuer } from "./issuer/serve.ts";
import {
  IssuerError,
  createIssuer,
  currentKey,
  didDocument,
  didOf,
  readIssuer,
  rotated,
  writeIssuer,
} from "./issuer/store.ts";
import { admit, apply, drawOperatorKey, without, type Application } from "./issuer/trust.ts";
import { readOperator, showOperator, writeOperator } from "./issuer/operator.ts";

const USAGE =
  "usage: npm run issuer -- keygen | rotate | did | issue | serve | apply | trust keygen|show|add|remove";
const PORT = 8790;
const MONTHS = "13";

const { values, positionals } = flags(
  {
    dir: { type: "string", default: join(ROOT, ".issuer") },
    web: { type: "string" },
    assurance: { type: "string", default: "low" },
    uniqueness: { type: "string", default: "account" },
    months: { type: "string", default: MONTHS },
    person: { type: "string" },
    born: { type: "string" },
    commitment: { type: "string" },
    operator: { type: "string" },
    port: { type: "string" },
  },
  USAGE,
);

const { dir } = values;
const now = Date.now();

const COMMANDS: Readonly<Record<string, () => void | Promise<void>>> = {
  keygen() {
    const { web, assurance, uniqueness } = values;
    const options = { assurance, uniqueness, months: Number(values.months) };
    const state = createIssuer({ ...options, ...(web !== undefined && { web }) }, now);
    writeIssuer(dir, state, true);
    say(didOf(state, currentKey(state, now)));
  },
  rotate() {
    const state = rotated(readIssuer(dir), now, Number(values.months));
    writeIssuer(dir, state, false);
    say(didOf(state, currentKey(state, now)));
  },
  did() {
    const state = readIssuer(dir);
    say(didOf(state, currentKey(state, now)));
    if (state.web !== undefined) say(JSON.stringify(didDocument(state), undefined, 2));
  },
  issue() {
    const { person, born, commitment } = values;
    if (!person || !born || !commitment) return giveUp(USAGE);
    const octets = Buffer.from(commitment, "base64url");
    say(JSON.stringify(issue(readIssuer(dir), person, born, octets, now), undefined, 2));
    return undefined;
  },
  async serve() {
    const server = await serveIssuer(() => readIssuer(dir), portFrom(values.port, PORT));
    say(`Waiting on ${server.url}/issue. Ctrl-C ends it.`);
    await askedToStop();
    await server.close();
  },
  apply() {
    if (!values.operator) return giveUp(USAGE);
    say(JSON.stringify(apply(readIssuer(dir), values.operator, now), undefined, 2));
    return undefined;
  },
  trust() {
    const [, what, argument] = positionals;
    if (what === "keygen") {
      const state = { key: drawOperatorKey(), list: { version: 1, issuedAt: now, issuers: [] } };
      writeOperator(dir, { ...state, list: { ...state.list, version: 1 } }, true);
      return showOperator(readOperator(dir));
    }
    const { key, list } = readOperator(dir);
    if (what === "show") return showOperator({ key, list });
    if (argument === undefined) return giveUp(USAGE);
    const changed =
      what === "add"
        ? admit(list, readApplication(argument), key.publicKey, now)
        : what === "remove"
          ? without(list, argument, now)
          : giveUp(USAGE);
    writeOperator(dir, { key, list: changed }, false);
    return showOperator({ key, list: changed });
  },
};

function readApplication(file: string): Application {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Application;
  } catch {
    throw new IssuerError(`${file} is no application`);
  }
}

const [name = ""] = positionals;
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (command === undefined) giveUp(USAGE);
try {
  await command();
} catch (error) {
  if (!(error instanceof IssuerError)) throw error;
  giveUp(error.message);
}
