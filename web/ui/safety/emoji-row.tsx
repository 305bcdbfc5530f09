import { For } from "solid-js";
import { emojiAt } from "../../text/emoji.ts";
import "./emoji-row.css";

interface EmojiRowProps {
  code: readonly number[];
  label: string;
  size?: "small" | "large";
  /** Names below the pictures; without them they are still read aloud. */
  names?: boolean;
  testId?: string;
}

/** The four emoji of a call, in the order that both people see. */
export function EmojiRow(props: EmojiRowProps) {
  return (
    <ol
      class="emoji-row"
      aria-label={props.label}
      data-size={props.size}
      data-testid={props.testId}
      data-code={props.code.join(",")}
    >
      <For each={props.code}>
        {(index) => (
          <li class="emoji-row-item">
            <span class="emoji-row-symbol" aria-hidden="true">
              {emojiAt(index).symbol}
            </span>
            <span class={props.names === false ? "visually-hidden" : "emoji-row-name"}>
              {emojiAt(index).name}
            </span>
          </li>
        )}
      </For>
    </ol>
  );
}
