/** What came of an action, in words. */
import type { WalletOutcome } from "../../wallet/create-wallet.ts";
import type { Text } from "../../text/index.ts";

export function outcomeWords(outcome: WalletOutcome, { wallet }: Text): string {
  if (outcome.kind !== "banned") return wallet.outcomes[outcome.kind];
  const { reason, until } = outcome.sanction;
  const end = until === null ? wallet.untilLifted : wallet.until(new Date(until).toLocaleString());
  return wallet.banned(wallet.reasons[reason], end);
}
