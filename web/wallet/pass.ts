/**
 * What a new session asks for: the pass of whoever has a credential here. A wallet that is empty,
 * broken or not accepted gives none, and the session begins without: what that means is the edge's
 * policy. Only somebody who is kept out is stopped here, so that they learn it at once.
 */
import { createProver } from "./prover.ts";
import { proveAge } from "./prove.ts";
import { openVault } from "./vault.ts";

export type WalletPass = { readonly pass: string } | "banned" | undefined;

export async function walletPass(): Promise<WalletPass> {
  const record = await openVault().load();
  if (record === "empty" || record === "broken") return undefined;
  const prover = createProver();
  try {
    const { origin, host } = location;
    const proven = await proveAge(record, prover, { origin, host });
    if (proven.kind === "banned") return "banned";
    return proven.kind === "ok" ? { pass: proven.value.pass } : undefined;
  } catch {
    return undefined;
  } finally {
    prover.end();
  }
}
