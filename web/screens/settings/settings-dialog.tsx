import { createSignal, For, type JSX, Show } from "solid-js";
import { forgetEverything, type Settings, type Theme, THEMES } from "../../settings/settings.ts";
import { Button } from "../../ui/button/button.tsx";
import { Dialog } from "../../ui/dialog/dialog.tsx";
import { Choice, Switch } from "../../ui/field/field.tsx";
import { t } from "../../text/index.ts";
import { WhoYouMeet } from "./who-you-meet.tsx";
import "./settings-dialog.css";

interface SettingsDialogProps {
  settings: Settings;
  version: string;
  onWallet(): void;
  onClose(): void;
}

export function SettingsDialog(props: SettingsDialogProps) {
  const [forgotten, setForgotten] = createSignal(false);
  const settings = () => props.settings;
  return (
    <Dialog title={t().settings.title} testId="settings" onClose={() => props.onClose()}>
      <div class="settings">
        <section>
          <h3>{t().settings.look}</h3>
          <Choice
            legend={t().settings.look}
            value={settings().theme()}
            options={THEMES.map((theme) => ({ value: theme, label: t().settings.themes[theme] }))}
            onChange={(value) => settings().setTheme(value as Theme)}
          />
        </section>
        <WhoYouMeet settings={settings()} />
        <section>
          <h3>{t().settings.privacy}</h3>
          <Switch
            label={t().settings.direct}
            note={t().settings.directBody}
            on={settings().direct()}
            onChange={(on) => settings().setDirect(on)}
          />
          <Switch
            label={t().settings.hideRhythm}
            note={t().settings.hideRhythmBody}
            on={settings().hideRhythm()}
            onChange={(on) => settings().setHideRhythm(on)}
          />
          <div class="settings-forget">
            <Button
              size="small"
              onClick={() => {
                void forgetEverything(settings()).then(() => setForgotten(true));
              }}
            >
              {t().settings.forget}
            </Button>
            <p class="settings-note" role="status">
              <Show when={forgotten()} fallback={t().settings.forgetBody}>
                {t().settings.forgotten}
              </Show>
            </p>
          </div>
        </section>
        <section>
          <h3>{t().settings.age}</h3>
          <p class="settings-note">{t().settings.ageBody}</p>
          <div>
            <Button size="small" data-testid="wallet-open" onClick={() => props.onWallet()}>
              {t().settings.ageOpen}
            </Button>
          </div>
        </section>
        <section>
          <h3>{t().settings.keys}</h3>
          <Switch
            label={t().settings.shortcuts}
            note={t().settings.shortcutsBody}
            on={settings().shortcuts()}
            onChange={(on) => settings().setShortcuts(on)}
          />
          <dl class="settings-keys">
            <Key keys={["M"]} off={!settings().shortcuts()}>
              {t().settings.shortcutList.microphone}
            </Key>
            <Key keys={["V"]} off={!settings().shortcuts()}>
              {t().settings.shortcutList.camera}
            </Key>
            <Key keys={["C"]} off={!settings().shortcuts()}>
              {t().settings.shortcutList.chat}
            </Key>
            <Key keys={["N"]} off={!settings().shortcuts()}>
              {t().settings.shortcutList.next}
            </Key>
            <Key keys={[t().settings.keyNames.escape]}>{t().settings.shortcutList.escape}</Key>
            <Key keys={[t().settings.keyNames.escape, t().settings.keyNames.escape]}>
              {t().settings.shortcutList.panic}
            </Key>
          </dl>
        </section>
        <p class="settings-note">{t().settings.version(props.version)}</p>
      </div>
    </Dialog>
  );
}

function Key(props: { keys: readonly string[]; off?: boolean; children: JSX.Element }) {
  return (
    <div class="settings-key" data-off={props.off ? "" : undefined}>
      <dt>
        <For each={props.keys}>{(key) => <kbd>{key}</kbd>}</For>
      </dt>
      <dd>{props.children}</dd>
    </div>
  );
}
