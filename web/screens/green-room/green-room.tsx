import { createMemo, Match, Show, Switch } from "solid-js";
import type { DeviceChoice, DeviceState, LocalMedia } from "../../media/local-media.types.ts";
import { Button, RoundButton } from "../../ui/button/button.tsx";
import { SelectField } from "../../ui/field/field.tsx";
import { Icon } from "../../ui/icon/icon.tsx";
import { Meter } from "../../ui/meter/meter.tsx";
import { Wordmark } from "../../ui/mark/mark.tsx";
import { Video } from "../../ui/video/video.tsx";
import { takeFocus } from "../../ui/focus.ts";
import { t } from "../../text/index.ts";
import { ProblemCard } from "./problem-card.tsx";
import { toggleCamera } from "../call/toggle-camera.ts";
import { streamOf } from "../stream-of.ts";
import "./green-room.css";

interface GreenRoomProps {
  media: LocalMedia;
  /** The heavy parts are still arriving after "Find someone" was pressed. */
  preparing: boolean;
  onFind(): void;
  onHome(): void;
  onSettings(): void;
}

export function GreenRoom(props: GreenRoomProps) {
  const media = () => props.media;
  const stream = createMemo(() => streamOf(media().camera()));
  const asking = () =>
    media().camera().state === "asking" || media().microphone().state === "asking";
  const micOn = () => media().microphone().state === "on";
  const micLive = () => micOn() && media().microphoneWanted();
  const cameraLive = () => media().camera().state === "on";

  return (
    <div class="green-room">
      <header class="green-room-head">
        <button
          type="button"
          class="green-room-home"
          data-testid="go-home"
          aria-label={`${t().name}: ${t().common.home}`}
          onClick={() => props.onHome()}
        >
          <Wordmark />
        </button>
        <RoundButton
          icon="settings"
          label={t().common.settings}
          onClick={() => props.onSettings()}
        />
      </header>
      <main class="green-room-main">
        <div class="green-room-picture">
          <div class="green-room-frame" data-asking={asking() ? "" : undefined}>
            <Show when={stream()}>
              {(live) => (
                <Video
                  stream={live()}
                  label={t().greenRoom.preview}
                  data-testid="self-video"
                  mirrored
                  muted
                />
              )}
            </Show>
            <Switch>
              <Match when={asking()}>
                <div class="green-room-over" role="status">
                  <h2>{t().greenRoom.asking}</h2>
                  <p>{t().greenRoom.askingBody}</p>
                </div>
              </Match>
              <Match when={!cameraLive()}>
                <div class="green-room-over">
                  <Icon name="camera-off" />
                  <h2>{t().greenRoom.cameraOff}</h2>
                  <p>{t().greenRoom.cameraOffBody}</p>
                </div>
              </Match>
            </Switch>
            <Show when={!asking()}>
              <div class="green-room-switches" data-theme="dark">
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
              </div>
            </Show>
          </div>
          <Show when={cameraLive()}>
            <p class="green-room-caption">{t().greenRoom.previewCaption}</p>
          </Show>
        </div>

        <div class="green-room-side">
          <h1 ref={takeFocus}>{t().greenRoom.title}</h1>

          <Problems media={media()} />

          <section class="green-room-devices" aria-label={t().greenRoom.devices}>
            <SelectField
              label={t().greenRoom.camera}
              value={deviceId(media().camera())}
              options={options(media().cameras())}
              empty={t().greenRoom.noCameras}
              onChange={(id) => void media().chooseCamera(id)}
            />
            <SelectField
              label={t().greenRoom.microphone}
              value={deviceId(media().microphone())}
              options={options(media().microphones())}
              empty={t().greenRoom.noMicrophones}
              onChange={(id) => void media().chooseMicrophone(id)}
            />
            <Show when={micOn()}>
              <div class="green-room-level">
                <Meter label={t().greenRoom.level} level={micLive() ? media().level() : 0} />
                <p>{micLive() ? t().greenRoom.levelHint : t().greenRoom.levelMuted}</p>
              </div>
            </Show>
          </section>

          <div class="green-room-go">
            <Button
              kind="primary"
              size="large"
              data-testid="find-someone"
              disabled={asking() || props.preparing}
              onClick={() => props.onFind()}
            >
              <Switch fallback={t().greenRoom.find}>
                <Match when={props.preparing}>{t().greenRoom.preparing}</Match>
                <Match when={!asking() && !cameraLive() && !micOn()}>
                  {t().greenRoom.findWithoutBoth}
                </Match>
                <Match when={!asking() && !cameraLive()}>{t().greenRoom.findWithout}</Match>
              </Switch>
            </Button>
            <p class="green-room-rules">{t().greenRoom.rules}</p>
            <Show when={cameraLive()}>
              <p class="green-room-rules">{t().greenRoom.background}</p>
            </Show>
          </div>
        </div>
      </main>
    </div>
  );
}

/** One card when both fail for one reason, else one per device. */
function Problems(props: { media: LocalMedia }) {
  const camera = () => problemOf(props.media.camera());
  const microphone = () => problemOf(props.media.microphone());
  const same = () => camera() !== undefined && camera() === microphone();
  const retry = () => void props.media.open();
  return (
    <>
      <Show when={camera()}>
        {(problem) => (
          <ProblemCard
            title={same() ? t().problems.bothTitle : t().problems.cameraTitle}
            problem={problem()}
            onRetry={retry}
          />
        )}
      </Show>
      <Show when={same() ? undefined : microphone()}>
        {(problem) => (
          <ProblemCard title={t().problems.microphoneTitle} problem={problem()} onRetry={retry} />
        )}
      </Show>
    </>
  );
}

function problemOf(device: DeviceState) {
  return device.state === "failed" ? device.problem : undefined;
}

function deviceId(device: DeviceState): string | undefined {
  return device.state === "on" ? device.deviceId : undefined;
}

function options(choices: readonly DeviceChoice[]) {
  return choices.map(({ deviceId, label }, i) => ({
    value: deviceId,
    label: label === "" ? t().greenRoom.unnamed(i + 1) : label,
  }));
}
