import { For } from "solid-js";
import "./meter.css";

const BARS = 24;

/** Loudness as a row of bars. Read as a percentage only when asked: it changes ten times a second. */
export function Meter(props: { label: string; level: number }) {
  return (
    <div
      class="meter"
      role="meter"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(props.level * 100)}
      data-testid="mic-level"
    >
      <For each={Array.from({ length: BARS }, (_, i) => i)}>
        {(i) => <span class="meter-bar" data-lit={props.level * BARS > i ? "" : undefined} />}
      </For>
    </div>
  );
}
