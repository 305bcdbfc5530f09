import { createMemo, createSignal, Match, onCleanup, Show, Switch } from "solid-js";
import type { SearchingView } from "../../call/view.ts";
import type { LocalMedia } from "../../media/local-media.types.ts";
import type { Settings } from "../../settings/settings.ts";
import { Button } from "../../ui/button/button.tsx";
import { Mark } from "../../ui/mark/mark.tsx";
import { EmojiRow } from "../../ui/safety/emoji-row.tsx";
import { Video } from "../../ui/video/video.tsx";
import { takeFocus } from "../../ui/focus.ts";
import { t } from "../../text/index.ts";
import { streamOf } from "../stream-of.ts";
import "./searching.css";

interface SearchingProps {
  view: SearchingView;
  media: LocalMedia;
  settings: Pick<Settings, "mode" | "reach">;
  onCancel(): void;
}

/** Dog, rocket, moon, key. */
const EXAMPLE = [0, 54, 20, 47];
/** After this long, an honest word that it is quiet. */
const QUIET_AFTER_S = 25;

export function Searching(props: SearchingProps) {
  const [now, setNow] = createSignal(performance.now());
  const timer = setInterval(() => setNow(performance.now()), 500);
  onCleanup(() => clearInterval(timer));

  const waited = () => Math.max(0, Math.floor((now() - props.view.startedAt) / 1000));
  const pause = () => {
    const until = props.view.pausedUntil;
    return until === undefined || until <= now() ? undefined : Math.ceil((until - now()) / 1000);
  };
  /** What the person asked for narrows every rung, so it is said with each. */
  const caps = () => {
    const { mode, reach } = props.settings;
    const words = t().searching.caps;
    const said: string[] = [];
    if (mode() === "voice" || mode() === "text") said.push(words[mode() as "voice" | "text"]);
    if (reach() === "region" || reach() === "language") {
      said.push(words[reach() as "region" | "language"]);
    }
    return said.join(", ");
  };
  const stream = createMemo(() => streamOf(props.media.camera()));

  return (
    <main class="searching" data-testid="searching" data-connection={props.view.connection}>
      <div class="searching-state">
        <div
          class="searching-beacon"
          data-active={props.view.connection === "open" ? "" : undefined}
        >
          <Mark winking />
        </div>
        <h1 ref={takeFocus}>{t().searching.title}</h1>
        <p class="searching-now" role="status">
          <Switch fallback={t().searching.rungs[props.view.rung]}>
            <Match when={props.view.connection === "connecting"}>{t().searching.connecting}</Match>
            <Match when={props.view.connection === "reconnecting"}>
              {t().searching.reconnecting}
            </Match>
          </Switch>
        </p>
        <p class="searching-detail">
          <Switch fallback={t().searching.waited(waited())}>
            <Match when={props.view.connection === "connecting"}>
              {t().searching.connectingBody}
            </Match>
            <Match when={props.view.connection === "reconnecting"}>
              {t().searching.reconnectingBody}
            </Match>
            <Match when={pause()}>{(seconds) => t().searching.paused(seconds())}</Match>
          </Switch>
        </p>
        <Show when={props.view.connection === "open" && caps() !== ""}>
          <p class="searching-detail">{t().searching.capped(caps())}</p>
        </Show>
        <Show when={props.view.connection === "open" && pause() !== undefined}>
          <p class="searching-detail">{t().searching.pausedBody}</p>
        </Show>
        <Show
          when={
            props.view.connection === "open" && pause() === undefined && waited() >= QUIET_AFTER_S
          }
        >
          <p class="searching-detail">{t().searching.long}</p>
        </Show>
        <Button data-testid="cancel-search" onClick={() => props.onCancel()}>
          {t().searching.cancel}
        </Button>
      </div>

      <div class="searching-aside">
        <section class="searching-hint" aria-labelledby="searching-hint">
          <h2 id="searching-hint">{t().searching.hintTitle}</h2>
          <EmojiRow code={EXAMPLE} label={t().searching.hintExample} />
          <p>{t().searching.hintBody}</p>
        </section>
        <Show when={stream()}>
          {(live) => (
            <figure class="searching-self">
              <Video
                stream={live()}
                label={t().greenRoom.preview}
                data-testid="self-video"
                mirrored
                muted
              />
              <figcaption>{t().searching.selfCaption}</figcaption>
            </figure>
          )}
        </Show>
      </div>
    </main>
  );
}
