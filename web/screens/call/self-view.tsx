import { createSignal, Show } from "solid-js";
import { Button } from "../../ui/button/button.tsx";
import { Icon } from "../../ui/icon/icon.tsx";
import { Video } from "../../ui/video/video.tsx";
import { t } from "../../text/index.ts";
import "./self-view.css";

interface SelfViewProps {
  stream: MediaStream | undefined;
  microphone: boolean;
  problem: string | undefined;
  onRetry(): void;
}

/** Clockwise, so that pressing again and again visits every corner. */
const CORNERS = ["bottom-end", "bottom-start", "top-start", "top-end"] as const;

export function SelfView(props: SelfViewProps) {
  const [corner, setCorner] = createSignal(0);
  return (
    <div class="self-view" data-corner={CORNERS[corner()]}>
      <div class="self-view-frame">
        <Show
          when={props.stream}
          fallback={
            <p class="self-view-off">
              <Icon name="camera-off" />
              <span>{t().call.youHidden}</span>
            </p>
          }
        >
          {(live) => (
            <Video stream={live()} label={t().call.self} data-testid="self-video" mirrored muted />
          )}
        </Show>
        <Show when={!props.microphone}>
          <span class="self-view-muted">
            <Icon name="mic-off" />
            <span class="visually-hidden">{t().call.youMuted}</span>
          </span>
        </Show>
        <button
          type="button"
          class="self-view-move"
          aria-label={t().call.moveSelf}
          title={t().call.moveSelf}
          onClick={() => setCorner((corner() + 1) % CORNERS.length)}
        />
      </div>
      <Show when={props.problem}>
        <div class="self-view-problem" role="alert">
          <span>{props.problem}</span>
          <Button size="small" onClick={() => props.onRetry()}>
            {t().common.tryAgain}
          </Button>
        </div>
      </Show>
    </div>
  );
}
