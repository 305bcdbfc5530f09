import {
  createEffect,
  createMemo,
  createSignal,
  Match,
  onCleanup,
  onMount,
  Show,
  Switch,
} from "solid-js";
import type { CallView, ChatMessage } from "../../call/view.ts";
import type { LocalMedia } from "../../media/local-media.types.ts";
import { Button, RoundButton } from "../../ui/button/button.tsx";
import { Icon } from "../../ui/icon/icon.tsx";
import { Mark } from "../../ui/mark/mark.tsx";
import { Video } from "../../ui/video/video.tsx";
import { takeFocus } from "../../ui/focus.ts";
import { t } from "../../text/index.ts";
import { streamOf } from "../stream-of.ts";
import { Chat } from "./chat.tsx";
import { MoreMenu } from "./more-menu.tsx";
import { pictureBox } from "./picture-box.ts";
import { SafetyBar } from "./safety-bar.tsx";
import { SelfView } from "./self-view.tsx";
import { toggleCamera } from "./toggle-camera.ts";
import "./call-screen.css";

export interface CallScreenProps {
  view: CallView;
  media: LocalMedia;
  messages: readonly ChatMessage[];
  chatOpen: boolean;
  onChatOpen(open: boolean): void;
  onNext(): void;
  onStop(): void;
  onBlock(): void;
  onReport(): void;
  onCompare(match: boolean): void;
  onSend(text: string): boolean;
  onSecurity(): void;
  onSettings(): void;
}

export function CallScreen(props: CallScreenProps) {
  const media = () => props.media;
  const secured = () => props.view.stage === "encrypted" || props.view.stage === "compared";
  const micLive = () => media().microphone().state === "on" && media().microphoneWanted();
  const cameraLive = () => media().camera().state === "on";
  const self = createMemo(() => streamOf(media().camera()));
  const [retryPlay, setRetryPlay] = createSignal<(() => void) | undefined>();

  let chatButton: HTMLButtonElement | undefined;
  const closeChat = (): void => {
    props.onChatOpen(false);
    chatButton?.focus();
  };

  const unread = createUnread(
    () => props.messages,
    () => props.chatOpen,
  );

  return (
    <main
      class="call"
      data-theme="dark"
      data-testid="call-stage"
      data-stage={props.view.stage}
      data-link={props.view.link}
      data-chat={props.chatOpen ? "" : undefined}
    >
      <h1 class="visually-hidden" ref={takeFocus}>
        {t().call.title}
      </h1>
      <section class="call-stage" aria-label={t().call.partner}>
        <PartnerPicture
          stream={props.view.partner.stream}
          shown={props.view.partner.visible && props.view.partner.camera && secured()}
          onPlayBlocked={(retry) => setRetryPlay(() => retry)}
        />
        <div class="call-over">
          <Switch>
            <Match when={props.view.link === "interrupted"}>
              <Notice
                title={t().call.interrupted}
                body={t().call.interruptedBody}
                busy="spinner"
                veil={props.view.partner.visible}
              />
            </Match>
            <Match when={!secured()}>
              <Notice
                title={t().call.stage[props.view.stage]}
                body={t().call.stageBody[props.view.stage]}
                busy="mark"
              />
            </Match>
            <Match when={!props.view.partner.camera}>
              <Notice
                title={t().call.partnerCameraOff}
                body={
                  props.view.partner.microphone
                    ? t().call.partnerCameraOffBody
                    : t().call.partnerDarkBody
                }
              />
            </Match>
            <Match when={!props.view.partner.visible}>
              <Notice title={t().call.stageBody[props.view.stage]} busy="spinner" />
            </Match>
          </Switch>
          <Show when={retryPlay()}>
            {(retry) => (
              <Button
                kind="primary"
                onClick={() => {
                  retry()();
                  setRetryPlay(undefined);
                }}
              >
                {t().call.playBlocked}
              </Button>
            )}
          </Show>
        </div>
        <div class="call-top">
          <SafetyBar
            stage={props.view.stage}
            code={props.view.code}
            crowded={props.chatOpen}
            onCompare={(match) => props.onCompare(match)}
            onSecurity={() => props.onSecurity()}
          />
          <div class="call-top-end">
            <MoreMenu
              onBlock={() => props.onBlock()}
              onReport={() => props.onReport()}
              onSecurity={() => props.onSecurity()}
              onSettings={() => props.onSettings()}
            />
          </div>
        </div>
        <SelfView
          stream={self()}
          microphone={micLive()}
          problem={
            media().camera().state === "failed"
              ? t().call.cameraProblem
              : media().microphone().state === "failed"
                ? t().call.microphoneProblem
                : undefined
          }
          onRetry={() => void media().open()}
        />
        <div class="call-chips">
          <Show when={secured() && !props.view.partner.microphone}>
            <span class="call-chip">
              <Icon name="mic-off" />
              {t().call.partnerMuted}
            </span>
          </Show>
          <Show when={props.view.direct.partner && !props.view.direct.own}>
            <button
              type="button"
              class="call-chip"
              data-testid="direct-asked"
              onClick={() => props.onSecurity()}
            >
              <Icon name="shield" />
              {t().call.directAsked}
            </button>
          </Show>
          <Show when={props.view.lobby === "reconnecting" && props.view.link === "steady"}>
            <span class="call-chip">{t().call.lobbyHint}</span>
          </Show>
        </div>
        <div class="call-bar" role="toolbar" aria-label={t().call.title}>
          <RoundButton
            icon={micLive() ? "mic" : "mic-off"}
            tone={micLive() ? "glass" : "off"}
            label={micLive() ? t().call.muteMicrophone : t().call.unmuteMicrophone}
            data-testid="mic-toggle"
            onClick={() => media().setMicrophoneWanted(!micLive())}
          />
          <RoundButton
            icon={cameraLive() ? "camera" : "camera-off"}
            tone={cameraLive() ? "glass" : "off"}
            label={cameraLive() ? t().call.cameraTurnOff : t().call.cameraTurnOn}
            data-testid="camera-toggle"
            onClick={() => toggleCamera(media())}
          />
          <RoundButton
            ref={(button) => (chatButton = button)}
            icon="chat"
            tone={props.chatOpen ? "off" : "glass"}
            label={
              props.chatOpen
                ? t().call.chatClose
                : unread() > 0
                  ? t().call.chatOpenUnread(unread())
                  : t().call.chatOpen
            }
            badge={unread()}
            aria-expanded={props.chatOpen}
            data-testid="chat-toggle"
            onClick={() => props.onChatOpen(!props.chatOpen)}
          />
          <RoundButton
            icon="stop"
            tone="danger"
            label={t().call.stop}
            data-testid="stop"
            onClick={() => props.onStop()}
          />
          <Button
            kind="primary"
            icon="next"
            aria-label={t().call.nextLabel}
            data-testid="next"
            onClick={() => props.onNext()}
          >
            {t().call.next}
          </Button>
        </div>
      </section>
      <Show when={props.chatOpen}>
        <Chat
          messages={props.messages}
          ready={secured()}
          onSend={(text) => props.onSend(text)}
          onClose={closeChat}
        />
      </Show>
    </main>
  );
}

function createUnread(messages: () => readonly ChatMessage[], open: () => boolean) {
  const [seen, setSeen] = createSignal(0);
  const received = () => messages().filter((message) => message.from === "partner").length;
  createEffect(() => {
    if (open()) setSeen(received());
  });
  // Never below zero: the list is emptied when a call ends.
  return createMemo(() => Math.max(0, received() - seen()));
}

interface PartnerPictureProps {
  stream: MediaStream;
  shown: boolean;
  onPlayBlocked(retry: () => void): void;
}

/** The hero of the screen, as large as it can be without losing the face. */
function PartnerPicture(props: PartnerPictureProps) {
  let frame!: HTMLDivElement;
  let video: HTMLVideoElement | undefined;

  const fit = (): void => {
    if (video === undefined) return;
    const box = pictureBox(
      { width: frame.clientWidth, height: frame.clientHeight },
      { width: video.videoWidth, height: video.videoHeight },
    );
    video.style.width = `${box.width}px`;
    video.style.height = `${box.height}px`;
    frame.dataset["boxed"] = String(
      box.width < frame.clientWidth || box.height < frame.clientHeight,
    );
  };
  onMount(() => {
    const observer = new ResizeObserver(fit);
    observer.observe(frame);
    onCleanup(() => observer.disconnect());
  });

  return (
    <div class="call-picture" ref={frame} data-shown={props.shown ? "" : undefined}>
      <Video
        ref={(element) => {
          video = element;
          element.addEventListener("resize", fit);
        }}
        stream={props.stream}
        label={t().call.partner}
        data-testid="partner-video"
        onPlayBlocked={(retry) => props.onPlayBlocked(retry)}
      />
    </div>
  );
}

interface NoticeProps {
  title: string;
  body?: string;
  busy?: "mark" | "spinner";
  veil?: boolean;
}

function Notice(props: NoticeProps) {
  return (
    <div class="call-notice" data-veil={props.veil ? "" : undefined}>
      <Switch fallback={<Icon name="camera-off" />}>
        <Match when={props.busy === "mark"}>
          <Mark winking />
        </Match>
        <Match when={props.busy === "spinner"}>
          <span class="call-spinner" aria-hidden="true" />
        </Match>
      </Switch>
      <p class="call-notice-title">{props.title}</p>
      <Show when={props.body}>
        <p>{props.body}</p>
      </Show>
    </div>
  );
}
