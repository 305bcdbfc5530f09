/** Which sentences and which way out belong to an ending. */
import type { EndReason } from "../../call/view.ts";
import type { Text } from "../../text/index.ts";

export interface EndedWords {
  readonly title: string;
  readonly body: string;
  readonly what: string;
  readonly advice?: string;
  /** What the button for another search says. */
  readonly again: string;
  /** Said so that it cannot be overlooked. */
  readonly loud: boolean;
}

export function endedWords(text: Text, reason: EndReason): EndedWords {
  const { ended } = text;
  switch (reason.kind) {
    case "security":
      return {
        title: ended.security.title,
        body: ended.security.body,
        what: ended.security.what[reason.failure],
        advice: ended.security.advice,
        again: ended.find,
        loud: true,
      };
    case "encryption-stopped":
      return { ...ended["encryption-stopped"], again: ended.find, loud: true };
    case "edge-refused": {
      const words = ended["edge-refused"];
      return reason.retry
        ? {
            title: words.title,
            body: words.body,
            what: words.what,
            again: ended.retry,
            loud: false,
          }
        : {
            title: words.titleFinal,
            body: words.bodyFinal,
            what: words.whatFinal,
            again: ended.retry,
            loud: false,
          };
    }
    case "other-tab":
      return { ...ended["other-tab"], again: ended["other-tab"].find, loud: false };
    case "banned":
    case "age-required":
    case "relay-unavailable":
    case "connection-failed":
    case "edge-unreachable":
    case "unsupported":
      return { ...ended[reason.kind], again: ended.retry, loud: false };
    case "left":
    case "partner-left":
    case "partner-lost":
    case "partner-silent":
    case "blocked":
      return { ...ended[reason.kind], again: ended.find, loud: false };
  }
}

export type WayOut = "find" | "reload" | "home";

/** What may be offered; going home is always possible. */
export function waysOut(reason: EndReason): readonly WayOut[] {
  switch (reason.kind) {
    case "unsupported":
      return ["home"];
    case "encryption-stopped":
      return ["reload", "home"];
    case "banned":
      return ["home"];
    case "edge-refused":
      return reason.retry ? ["find", "home"] : ["reload", "home"];
    default:
      return ["find", "home"];
  }
}

/**
 * Whether camera and microphone may stay ready for the next search. Where somebody chose to go, or
 * where something is wrong, the light goes off at once.
 */
export function keepsDevices(reason: EndReason): boolean {
  return (
    reason.kind === "partner-left" ||
    reason.kind === "partner-lost" ||
    reason.kind === "partner-silent" ||
    reason.kind === "connection-failed"
  );
}
