import { Button } from "../../ui/button/button.tsx";
import { Mark } from "../../ui/mark/mark.tsx";
import { takeFocus } from "../../ui/focus.ts";
import { t } from "../../text/index.ts";
import "../ended/ended.css";

/** Another tab is live. Taking over is a choice, because a call over there would end. */
export function Elsewhere(props: { onUseHere(): void; onHome(): void }) {
  return (
    <main class="elsewhere" data-testid="elsewhere">
      <div class="ended-card">
        <span class="ended-mark">
          <Mark winking />
        </span>
        <h1 ref={takeFocus}>{t().elsewhere.title}</h1>
        <p class="ended-body">{t().elsewhere.body}</p>
        <div class="ended-actions">
          <Button kind="primary" data-testid="use-here" onClick={() => props.onUseHere()}>
            {t().elsewhere.useHere}
          </Button>
          <Button data-testid="go-home" onClick={() => props.onHome()}>
            {t().common.home}
          </Button>
        </div>
        <p class="ended-details">{t().elsewhere.note}</p>
      </div>
    </main>
  );
}
