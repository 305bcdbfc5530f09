import { type JSX, onMount } from "solid-js";
import { RoundButton } from "../button/button.tsx";
import { t } from "../../text/index.ts";
import "./dialog.css";

interface DialogProps {
  title: string;
  onClose(): void;
  testId?: string;
  children: JSX.Element;
}

/**
 * A native modal dialog: the browser keeps the focus inside, closes on Escape and gives the focus
 * back. On a phone it rises from below, elsewhere it stands in the middle.
 */
export function Dialog(props: DialogProps) {
  let element!: HTMLDialogElement;
  let title!: HTMLHeadingElement;
  onMount(() => {
    element.showModal();
    title.focus();
  });
  return (
    <dialog
      ref={element}
      class="dialog"
      aria-label={props.title}
      data-testid={props.testId}
      onClose={() => props.onClose()}
      onClick={(event) => {
        // Only the backdrop belongs to the dialog itself; everything else is inside the sheet.
        if (event.target === element) element.close();
      }}
    >
      <div class="dialog-sheet">
        <header class="dialog-head">
          <h2 ref={title} tabindex="-1">
            {props.title}
          </h2>
          <RoundButton icon="close" label={t().common.close} onClick={() => element.close()} />
        </header>
        {/* Focusable, so that a keyboard can scroll it where nothing inside takes the focus. */}
        <div class="dialog-body" tabindex="0" role="group" aria-label={props.title}>
          {props.children}
        </div>
      </div>
    </dialog>
  );
}
