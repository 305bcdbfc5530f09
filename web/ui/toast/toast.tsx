import type { JSX } from "solid-js";
import "./toast.css";

/** A note at the edge of the screen that waits for an answer and takes no focus. */
export function Toast(props: { text: string; children: JSX.Element }) {
  return (
    <div class="toast" role="status">
      <p>{props.text}</p>
      <div class="toast-actions">{props.children}</div>
    </div>
  );
}
