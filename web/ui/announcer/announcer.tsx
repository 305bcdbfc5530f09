/**
 * Two channels to a screen reader: polite for states, assertive for what must not wait. The regions
 * are in the page from the start, because a region that appears together with its text is not read.
 */
import { type Accessor, createSignal } from "solid-js";

export type Announce = (text: string, urgency?: "polite" | "assertive") => void;

export interface Announcer {
  readonly polite: Accessor<string>;
  readonly assertive: Accessor<string>;
  readonly announce: Announce;
}

export function createAnnouncer(): Announcer {
  const [polite, setPolite] = createSignal("");
  const [assertive, setAssertive] = createSignal("");
  let odd = false;
  return {
    polite,
    assertive,
    announce(text, urgency = "polite") {
      // The same sentence twice is no change and would stay unread; a no-break space makes it one.
      odd = !odd;
      (urgency === "assertive" ? setAssertive : setPolite)(odd ? text : `${text}\u00a0`);
    },
  };
}

export function LiveRegions(props: { announcer: Announcer }) {
  return (
    <>
      <div class="visually-hidden" role="status" aria-live="polite" data-testid="announce-polite">
        {props.announcer.polite()}
      </div>
      <div class="visually-hidden" role="alert" data-testid="announce-assertive">
        {props.announcer.assertive()}
      </div>
    </>
  );
}
