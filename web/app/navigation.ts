/**
 * Which screen is shown. The call decides by itself where it is; the person decides about the two
 * places before it; another tab may take the page away from both.
 */
import type { CallPhase, EndedView } from "../call/view.ts";

/** Where the person is while no call goes on. */
export type Place = "welcome" | "green-room";

/** here: this tab may be live · elsewhere: another one is · taken: another one took over from this */
export type TabState = "here" | "asking" | "elsewhere" | "taken";

export type Screen =
  | "welcome"
  | "green-room"
  | "searching"
  | "call"
  | "ended"
  | "elsewhere"
  | "taken";

export interface Whereabouts {
  readonly place: Place;
  readonly tab: TabState;
  readonly phase: CallPhase;
  /** The ending that was read and left behind; the call itself stays ended until it searches anew. */
  readonly dismissed: EndedView | undefined;
}

export function screenOf({ place, tab, phase, dismissed }: Whereabouts): Screen {
  if (place === "welcome") return "welcome";
  if (tab === "elsewhere" || tab === "taken") return tab;
  switch (phase.phase) {
    case "idle":
      return "green-room";
    case "ended":
      return phase === dismissed ? "green-room" : "ended";
    case "searching":
    case "call":
      return phase.phase;
  }
}

/** Where a reload or a notice would tear something away from the person. */
export function mayInterrupt(screen: Screen): boolean {
  return screen !== "searching" && screen !== "call";
}
