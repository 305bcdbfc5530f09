/** The wallet as a screen sees it: what is there, what is going on, what came of it. */
import { createSignal, onCleanup, onMount, type Accessor } from "solid-js";
import { dayNumber } from "../../credentials/age/calendar.ts";
import { askDemoIssuer } from "./age-client.ts";
import { appeal } from "./appeal.ts";
import { openBackup, sealBackup } from "./backup.ts";
import { keyOf, proveAge, type ProveStep, type Unproven } from "./prove.ts";
import { createProver } from "./prover.ts";
import { readIssued, type WalletRecord } from "./record.ts";
import { openVault } from "./vault.ts";

export type WalletContent =
  | { readonly kind: "loading" | "empty" | "broken" }
  /** An issuer has been asked, or is about to be: `commitment` is for them. */
  | { readonly kind: "pending"; readonly commitment: string }
  | {
      readonly kind: "ready";
      readonly issuer: string;
      readonly month: string;
      readonly demo: boolean;
    };

export type WalletOutcome =
  | Unproven
  | {
      readonly kind:
        | "appealed"
        | "proven"
        | "kept"
        | "unreadable"
        | "locked"
        | "no-date"
        | "failed";
    };

export interface Wallet {
  readonly content: Accessor<WalletContent>;
  /** What is being done; every action waits for the one before. */
  readonly busy: Accessor<ProveStep | "working" | undefined>;
  readonly outcome: Accessor<WalletOutcome | undefined>;
  /** A credential for whatever date is named, where the edge has a demo issuer. YYYY-MM-DD. */
  getDemo(born: string): Promise<void>;
  askIssuer(): Promise<void>;
  /** The issuer's answer. */
  take(text: string): Promise<void>;
  /** Proves once, for the person to see. */
  check(): Promise<void>;
  /** Asks a human to look again at what keeps this person out. */
  appeal(text: string): Promise<void>;
  /** The encrypted file. */
  backup(passphrase: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  restore(file: Uint8Array<ArrayBuffer>, passphrase: string): Promise<void>;
  remove(): Promise<void>;
}

export function createWallet(): Wallet {
  const vault = openVault();
  const prover = createProver();
  const [record, setRecord] = createSignal<WalletRecord | "loading" | "empty" | "broken">(
    "loading",
  );
  const [busy, setBusy] = createSignal<ProveStep | "working">();
  const [outcome, setOutcome] = createSignal<WalletOutcome>();
  onCleanup(() => prover.end());
  onMount(() => void vault.load().then(setRecord));

  const held = (): WalletRecord | undefined => {
    const now = record();
    return typeof now === "string" ? undefined : now;
  };

  async function run(action: () => Promise<WalletOutcome | undefined>): Promise<void> {
    if (busy() !== undefined) return;
    setBusy("working");
    setOutcome();
    try {
      setOutcome(await action());
    } catch {
      setOutcome({ kind: "failed" });
    } finally {
      setBusy();
    }
  }

  /** Kept only when it is signed by a key that the operator trusts, over exactly this. */
  async function keep(candidate: WalletRecord): Promise<WalletOutcome> {
    const key = await keyOf(candidate);
    if (key.kind !== "ok") return key;
    const { origin, host } = location;
    const question = { record: candidate, multikey: key.value, site: { origin, host } };
    if ((await prover.ask({ type: "open", ...question })) === undefined) {
      return { kind: "credential" };
    }
    await vault.save(candidate);
    setRecord(candidate);
    return { kind: "kept" };
  }

  const prepare = (): Promise<WalletRecord> => prover.ask({ type: "ask-issuer", before: held() });

  return {
    content() {
      const now = record();
      if (typeof now === "string") return { kind: now };
      const { issued, commitment } = now;
      if (issued === undefined) return { kind: "pending", commitment };
      const { did, month, assurance } = issued;
      return { kind: "ready", issuer: did, month, demo: assurance === "demo" };
    },
    busy,
    outcome,
    getDemo: (born) =>
      run(async () => {
        const [year = 0, month = 0, day = 0] = born.split("-").map(Number);
        const birthDay = dayNumber(year, month, day);
        if (birthDay === undefined) return { kind: "no-date" };
        const entropy = held()?.issued?.entropy;
        const fresh = await prepare();
        const issued = await askDemoIssuer(fresh.commitment, birthDay, entropy);
        return issued.kind === "ok" ? keep({ ...fresh, issued: issued.value }) : issued;
      }),
    askIssuer: () =>
      run(async () => {
        const fresh = await prepare();
        await vault.save(fresh);
        setRecord(fresh);
        return undefined;
      }),
    take: (text) =>
      run(async () => {
        const issued = readIssued(text);
        const before = held();
        if (issued === undefined || before === undefined) return { kind: "unreadable" };
        return keep({ ...before, issued });
      }),
    check: () =>
      run(async () => {
        const mine = held();
        if (mine === undefined) return undefined;
        const { origin, host } = location;
        const proven = await proveAge(mine, prover, { origin, host }, setBusy);
        return proven.kind === "ok" ? { kind: "proven" } : proven;
      }),
    appeal: (text) =>
      run(async () => {
        const mine = held();
        const { origin, host } = location;
        return mine && appeal(mine, prover, { origin, host }, text);
      }),
    async backup(passphrase) {
      const mine = held();
      return mine && sealBackup(mine, passphrase);
    },
    restore: (file, passphrase) =>
      run(async () => {
        const opened = await openBackup(file, passphrase);
        if (opened === "other") return { kind: "unreadable" };
        if (opened === "locked") return { kind: "locked" };
        if (opened.issued !== undefined) return keep(opened);
        await vault.save(opened);
        setRecord(opened);
        return { kind: "kept" };
      }),
    remove: () =>
      run(async () => {
        await vault.remove();
        setRecord("empty");
        return undefined;
      }),
  };
}
