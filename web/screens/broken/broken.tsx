import { Button } from "../../ui/button/button.tsx";
import { Icon } from "../../ui/icon/icon.tsx";
import { takeFocus } from "../../ui/focus.ts";
import { t } from "../../text/index.ts";
import "../ended/ended.css";

/** Shown when our own code failed, after everything that could leave was cut. */
export function Broken(props: { onReload(): void }) {
  return (
    <main class="broken" data-testid="broken">
      <div class="ended-card" role="alert">
        <span class="ended-alarm">
          <Icon name="alert" />
        </span>
        <h1 ref={takeFocus}>{t().broken.title}</h1>
        <p class="ended-body">{t().broken.body}</p>
        <div class="ended-actions">
          <Button kind="primary" onClick={() => props.onReload()}>
            {t().broken.reload}
          </Button>
        </div>
      </div>
    </main>
  );
}
