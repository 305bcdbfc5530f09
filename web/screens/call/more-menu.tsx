import { createSignal, createUniqueId, onCleanup, onMount, Show } from "solid-js";
import { RoundButton } from "../../ui/button/button.tsx";
import { Icon } from "../../ui/icon/icon.tsx";
import { t } from "../../text/index.ts";
import "./more-menu.css";

interface MoreMenuProps {
  onBlock(): void;
  onReport(): void;
  onSecurity(): void;
  onSettings(): void;
}

/** A short list that opens below its button; a disclosure and not a menu, so Tab works as usual. */
export function MoreMenu(props: MoreMenuProps) {
  const id = createUniqueId();
  const [open, setOpen] = createSignal(false);
  let root!: HTMLDivElement;
  let button!: HTMLButtonElement;

  onMount(() => {
    const outside = (event: Event): void => {
      if (open() && event.target instanceof Node && !root.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    onCleanup(() => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
    });
  });
  const choose = (action: () => void): void => {
    setOpen(false);
    button.focus();
    action();
  };

  return (
    <div
      class="more-menu"
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open()) return;
        setOpen(false);
        button.focus();
      }}
    >
      <RoundButton
        ref={(element) => (button = element)}
        icon="more"
        tone="glass"
        label={t().call.more}
        aria-expanded={open()}
        aria-controls={id}
        data-testid="more"
        onClick={() => setOpen(!open())}
      />
      <div class="more-menu-list" id={id} hidden={!open()}>
        <Show when={open()}>
          <button type="button" onClick={() => choose(() => props.onSecurity())}>
            <Icon name="shield" />
            <span>{t().call.security}</span>
          </button>
          <button type="button" onClick={() => choose(() => props.onSettings())}>
            <Icon name="settings" />
            <span>{t().common.settings}</span>
          </button>
          <button
            type="button"
            class="more-menu-block"
            data-testid="report"
            onClick={() => choose(() => props.onReport())}
          >
            <Icon name="alert" />
            <span>
              {t().call.report}
              <small>{t().call.reportBody}</small>
            </span>
          </button>
          <button
            type="button"
            class="more-menu-block"
            data-testid="block"
            onClick={() => choose(() => props.onBlock())}
          >
            <Icon name="block" />
            <span>
              {t().call.block}
              <small>{t().call.blockBody}</small>
            </span>
          </button>
        </Show>
      </div>
    </div>
  );
}
