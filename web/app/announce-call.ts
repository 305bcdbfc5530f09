/** Tells a screen reader what changed in the call; what is unchanged stays unsaid. */
import { type Accessor, createEffect, on } from "solid-js";
import type { CallPhase, CallView } from "../call/view.ts";
import type { Announce } from "../ui/announcer/announcer.tsx";
import { emojiAt } from "../text/emoji.ts";
import { t, type Text } from "../text/index.ts";

export interface Announcement {
  readonly text: string;
  readonly urgency: "polite" | "assertive";
}

export function announceCall(phase: Accessor<CallPhase>, announce: Announce): void {
  createEffect(
    on(phase, (now, before) => {
      for (const { text, urgency } of changes(t(), before, now)) announce(text, urgency);
    }),
  );
}

/** At most one sentence per channel: a second one would silence the first. */
export function changes(
  text: Text,
  before: CallPhase | undefined,
  now: CallPhase,
): readonly Announcement[] {
  if (now.phase !== "call") return [];
  const old = before?.phase === "call" ? before : undefined;
  const polite = stateChange(text, old, now) ?? partnerChange(text, old, now);
  const result: Announcement[] = [];
  if (polite !== undefined) result.push({ text: polite, urgency: "polite" });
  if (old !== undefined && old.link !== now.link)
    result.push({
      text: now.link === "steady" ? text.announce.steady : text.announce.interrupted,
      urgency: "assertive",
    });
  return result;
}

function stateChange(text: Text, old: CallView | undefined, now: CallView): string | undefined {
  if (old?.stage === now.stage) return undefined;
  if (now.stage !== "encrypted") return text.announce[now.stage];
  const names = (now.code ?? []).map((index) => emojiAt(index).name).join(", ");
  return text.announce.encrypted(names);
}

function partnerChange(text: Text, old: CallView | undefined, now: CallView): string | undefined {
  if (old === undefined) return undefined;
  const was = old.partner;
  const is = now.partner;
  if (was.camera !== is.camera)
    return is.camera ? text.announce.partnerCameraOn : text.announce.partnerCameraOff;
  if (was.microphone !== is.microphone)
    return is.microphone ? text.announce.partnerUnmuted : text.announce.partnerMuted;
  if (!old.direct.partner && now.direct.partner && !now.direct.own) return text.call.directAsked;
  if (!was.visible && is.visible) return text.announce.partnerVisible;
  return undefined;
}
