import { For, Show } from "solid-js";
import type { MediaProblem } from "../../media/local-media.types.ts";
import { Button } from "../../ui/button/button.tsx";
import { Icon } from "../../ui/icon/icon.tsx";
import { t } from "../../text/index.ts";
import { browserFamily } from "./browser-family.ts";
import "./problem-card.css";

interface ProblemCardProps {
  title: string;
  problem: MediaProblem;
  onRetry(): void;
}

/** Trying again cannot help against these; only another page or browser does. */
const HOPELESS: ReadonlySet<MediaProblem> = new Set(["insecure", "unsupported"]);

export function ProblemCard(props: ProblemCardProps) {
  const words = () => t().problems[props.problem];
  const hint = () => {
    if (props.problem !== "denied" && props.problem !== "revoked") return undefined;
    const family = browserFamily(navigator.userAgent, navigator.maxTouchPoints);
    return family === undefined ? undefined : t().browserHints[family];
  };
  return (
    <section class="problem-card" role="alert" data-problem={props.problem}>
      <Icon name="alert" />
      <div class="problem-card-words">
        <h2>{props.title}</h2>
        <p>{words().what}</p>
        <ul>
          <For each={words().steps}>{(step) => <li>{step}</li>}</For>
          <Show when={hint()}>{(line) => <li>{line()}</li>}</Show>
        </ul>
        <Show when={!HOPELESS.has(props.problem)}>
          <Button size="small" onClick={() => props.onRetry()}>
            {t().common.tryAgain}
          </Button>
        </Show>
      </div>
    </section>
  );
}
