/** The wallet's worker: takes a question, computes, answers. It keeps nothing. */
import { answerChallenge, askIssuer, openCredential, shardAt } from "./proving.ts";
import type { Numbered, WalletQuestion } from "./worker-messages.ts";

addEventListener("message", ({ data }: MessageEvent<Numbered<WalletQuestion>>) => {
  // A `Window` says where a message goes, a worker does not; the types here are a window's.
  postMessage({ number: data.number, content: answer(data.content) }, { targetOrigin: "*" });
});

function answer(question: WalletQuestion): unknown {
  if (question.type === "ask-issuer") return askIssuer(question.before);
  const { record, multikey, site } = question;
  const opened = openCredential(record, multikey);
  if (opened === undefined) return undefined;
  if (question.type === "open") return { shard: shardAt(site, opened.credential) };
  return answerChallenge(site, record, opened, question.challenge, question.commitment);
}
