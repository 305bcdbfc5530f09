import { Match, Show, Switch } from "solid-js";
import type { EndReason } from "../../call/view.ts";
import { Button } from "../../ui/button/button.tsx";
import { Icon } from "../../ui/icon/icon.tsx";
import { Mark } from "../../ui/mark/mark.tsx";
import { takeFocus } from "../../ui/focus.ts";
import { t } from "../../text/index.ts";
import { endedWords } from "./ended-words.ts";
import "./ended.css";

interface EndedProps {
  reason: EndReason;
  /** Absent where searching again cannot help. */
  onFind?: (() => void) | undefined;
  /** Present where only a fresh page helps. */
  onReload?: (() => void) | undefined;
  onHome(): void;
}

export function Ended(props: EndedProps) {
  const words = () => endedWords(t(), props.reason);
  const loud = () => words().loud;
  // After a security failure the calm way out is the first one offered.
  const homeFirst = () => (loud() || props.onFind === undefined) && props.onReload === undefined;
  return (
    <main
      class="ended"
      data-testid="ended"
      data-reason={props.reason.kind}
      data-failure={props.reason.kind === "security" ? props.reason.failure : undefined}
      data-loud={loud() ? "" : undefined}
    >
      <div class="ended-card" role={loud() ? "alert" : undefined}>
        <Show
          when={loud()}
          fallback={
            <span class="ended-mark">
              <Mark winking />
            </span>
          }
        >
          <span class="ended-alarm">
            <Icon name="alert" />
          </span>
        </Show>
        <h1 ref={takeFocus}>{words().title}</h1>
        <p class="ended-body">{words().body}</p>
        <Switch>
          <Match when={loud()}>
            <div class="ended-what">
              <h2>{t().ended.what}</h2>
              <p>{words().what}</p>
              <Show when={words().advice}>
                <p>{words().advice}</p>
              </Show>
            </div>
          </Match>
        </Switch>
        <div class="ended-actions">
          <Show when={homeFirst()}>
            <HomeButton kind="primary" onHome={() => props.onHome()} />
          </Show>
          <Show when={props.onReload}>
            {(reload) => (
              <Button kind="primary" onClick={() => reload()()}>
                {t().ended["edge-refused"].reload}
              </Button>
            )}
          </Show>
          <Show when={props.onFind}>
            {(find) => (
              <Button
                kind={props.onReload === undefined && !loud() ? "primary" : "plain"}
                data-testid="find-again"
                onClick={() => find()()}
              >
                {words().again}
              </Button>
            )}
          </Show>
          <Show when={!homeFirst()}>
            <HomeButton kind="plain" onHome={() => props.onHome()} />
          </Show>
        </div>
        <Show when={!loud()}>
          <details class="ended-details">
            <summary>{t().ended.what}</summary>
            <p>{words().what}</p>
          </details>
        </Show>
      </div>
    </main>
  );
}

function HomeButton(props: { kind: "plain" | "primary"; onHome(): void }) {
  return (
    <Button kind={props.kind} data-testid="go-home" onClick={() => props.onHome()}>
      {t().ended.home}
    </Button>
  );
}
