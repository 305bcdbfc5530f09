/** The words between page and wallet worker. Every question is answered once, under its number. */
import type { AgeChallenge, AgeProofRequest } from "../../protocol/age.ts";
import type { Site } from "./proving.ts";
import type { WalletRecord } from "./record.ts";

export type WalletQuestion =
  | { readonly type: "ask-issuer"; readonly before: WalletRecord | undefined }
  | {
      readonly type: "open";
      readonly record: WalletRecord;
      readonly multikey: string;
      readonly site: Site;
    }
  | {
      readonly type: "answer";
      readonly record: WalletRecord;
      readonly multikey: string;
      readonly site: Site;
      readonly challenge: AgeChallenge;
      readonly commitment: Uint8Array<ArrayBuffer>;
    };

export interface WalletAnswers {
  "ask-issuer": WalletRecord;
  /** undefined when the credential is not what it says. */
  open: { readonly shard: number } | undefined;
  answer: AgeProofRequest | undefined;
}

export interface Numbered<Content> {
  readonly number: number;
  readonly content: Content;
}
