import { For, Show } from "solid-js";
import { Button, RoundButton } from "../../ui/button/button.tsx";
import { Wordmark } from "../../ui/mark/mark.tsx";
import { t } from "../../text/index.ts";
import { Faces } from "./faces.tsx";
import "./welcome.css";

interface WelcomeProps {
  /** Been here before: the explanation steps back behind the button. */
  returning: boolean;
  onStart(): void;
  onSecurity(): void;
  onSettings(): void;
  /** Present when the person came back here from another screen. */
  headingRef?: (element: HTMLElement) => void;
}

export function Welcome(props: WelcomeProps) {
  return (
    <div class="welcome" data-returning={props.returning ? "" : undefined}>
      <header class="welcome-head">
        <Wordmark />
        <RoundButton
          icon="settings"
          label={t().common.settings}
          onClick={() => props.onSettings()}
        />
      </header>
      <main class="welcome-main">
        <section class="welcome-hero">
          <div class="welcome-say">
            <Show when={props.returning}>
              <p class="welcome-again">{t().welcome.again}</p>
            </Show>
            <h1 ref={(element) => props.headingRef?.(element)}>{t().welcome.title}</h1>
            <p class="welcome-lead">{t().welcome.lead}</p>
            <div class="welcome-go">
              <Button
                kind="primary"
                size="large"
                trailing="arrow"
                data-testid="start"
                onClick={() => props.onStart()}
              >
                {t().welcome.start}
              </Button>
              <p class="welcome-note">{t().welcome.startNote}</p>
            </div>
          </div>
          <Faces />
        </section>

        <Show when={!props.returning}>
          <section class="welcome-private" aria-labelledby="welcome-private">
            <h2 id="welcome-private">{t().welcome.privateTitle}</h2>
            <ul class="welcome-points">
              <For each={t().welcome.privatePoints}>
                {(point) => (
                  <li>
                    <h3>{point.title}</h3>
                    <p>{point.body}</p>
                  </li>
                )}
              </For>
            </ul>
          </section>
          <section class="welcome-limits" aria-labelledby="welcome-limits">
            <h2 id="welcome-limits">{t().welcome.limitsTitle}</h2>
            <ul>
              <For each={t().welcome.limits}>{(limit) => <li>{limit}</li>}</For>
            </ul>
          </section>
        </Show>
      </main>
      <footer class="welcome-foot">
        <Button kind="quiet" icon="shield" onClick={() => props.onSecurity()}>
          {t().welcome.details}
        </Button>
        <p>{t().welcome.footer}</p>
      </footer>
    </div>
  );
}
