/** The operator's folder: the key that signs the trust list, and the list. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TrustList } from "../../worker/policy/age-trust.ts";
import { say } from "../lib/cli.ts";
import { IssuerError } from "./store.ts";
import { signList, type OperatorKey } from "./trust.ts";

interface OperatorState {
  readonly key: OperatorKey;
  readonly list: TrustList;
}

const FILE = "operator.json";

export function readOperator(folder: string): OperatorState {
  try {
    return JSON.parse(readFileSync(join(folder, FILE), "utf8")) as OperatorState;
  } catch {
    throw new IssuerError(`no operator's key in ${folder}: npm run issuer -- trust keygen`);
  }
}

export function writeOperator(folder: string, state: OperatorState, fresh: boolean): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const text = `${JSON.stringify(state, undefined, 2)}\n`;
  try {
    writeFileSync(join(folder, FILE), text, { mode: 0o600, flag: fresh ? "wx" : "w" });
  } catch {
    throw new IssuerError(`${join(folder, FILE)} exists already`);
  }
}

/** What the edge is given, and who is on it. */
export function showOperator({ key, list }: OperatorState): void {
  for (const { did, kid, assurance, uniqueness, notAfter } of list.issuers) {
    const end = new Date(notAfter).toISOString().slice(0, 10);
    say(`${did}#${kid}  ${assurance}, ${uniqueness}, until ${end}`);
  }
  say(`TRUST_KEY=${key.publicKey}`);
  say(`TRUST_LIST=${signList(list, key)}`);
}
