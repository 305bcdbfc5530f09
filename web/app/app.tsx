/**
 * What must paint first: the welcome. Everything else is asked for while somebody reads it, and the
 * live part (devices, call) is created by the first "Start" and stays until the page goes.
 */
import { createEffect, createSignal, ErrorBoundary, lazy, onMount, Show, Suspense } from "solid-js";
import { applyUpdate, registerServiceWorker } from "../pwa/register.ts";
import { createSettings } from "../settings/settings.ts";
import { Welcome } from "../screens/welcome/welcome.tsx";
import { createAnnouncer, LiveRegions } from "../ui/announcer/announcer.tsx";
import { Button } from "../ui/button/button.tsx";
import { Toast } from "../ui/toast/toast.tsx";
import { takeFocus } from "../ui/focus.ts";
import { t } from "../text/index.ts";
import { Broken } from "../screens/broken/broken.tsx";
import { mayInterrupt, type Place, type Screen } from "./navigation.ts";
import { applyTheme } from "./theme.ts";
import { VERSION } from "./version.ts";

const loadSession = () => import("./session.tsx");
const Session = lazy(async () => ({ default: (await loadSession()).Session }));
const SecuritySheet = lazy(async () => ({
  default: (await import("../screens/security/security-sheet.tsx")).SecuritySheet,
}));
const SettingsDialog = lazy(async () => ({
  default: (await import("../screens/settings/settings-dialog.tsx")).SettingsDialog,
}));

const WalletDialog = lazy(async () => ({
  default: (await import("../screens/wallet/wallet-dialog.tsx")).WalletDialog,
}));

const reload = (): void => location.reload();

export function App() {
  const settings = createSettings();
  const announcer = createAnnouncer();
  const [place, setPlace] = createSignal<Place>("welcome");
  const [screen, setScreen] = createSignal<Screen>("welcome");
  const [entered, setEntered] = createSignal(false);
  const [dialog, setDialog] = createSignal<"security" | "settings" | "wallet">();
  const [update, setUpdate] = createSignal<ServiceWorker>();

  applyTheme(settings);
  createEffect(() => {
    document.title = titleOf(screen());
  });
  onMount(() => {
    registerServiceWorker((worker) => setUpdate(worker));
    // While the welcome is read; not before it is painted.
    const idle = window.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 200));
    idle(() => void loadSession().catch(() => {}));
  });

  const start = (): void => {
    settings.setReturning(true);
    setEntered(true);
    setPlace("green-room");
    setScreen("green-room");
  };
  const goHome = (): void => {
    setPlace("welcome");
    setScreen("welcome");
  };
  // Read once per visit, or the page would change under the hand that presses "Start".
  const returning = settings.returning();

  return (
    <ErrorBoundary fallback={<Broken onReload={reload} />}>
      <LiveRegions announcer={announcer} />
      <Show when={place() === "welcome"}>
        <Welcome
          returning={returning || entered()}
          onStart={start}
          onSecurity={() => setDialog("security")}
          onSettings={() => setDialog("settings")}
          {...(entered() ? { headingRef: takeFocus } : {})}
        />
      </Show>
      <Suspense>
        <Show when={entered()}>
          <Session
            place={place()}
            settings={settings}
            announce={announcer.announce}
            onScreen={setScreen}
            onHome={goHome}
            onSettings={() => setDialog("settings")}
            onSecurity={() => setDialog("security")}
          />
        </Show>
      </Suspense>
      <Suspense>
        <Show when={dialog() === "security"}>
          <SecuritySheet onClose={() => setDialog()} />
        </Show>
        <Show when={dialog() === "settings"}>
          <SettingsDialog
            settings={settings}
            version={VERSION}
            onWallet={() => setDialog("wallet")}
            onClose={() => setDialog((open) => (open === "settings" ? undefined : open))}
          />
        </Show>
        <Show when={dialog() === "wallet"}>
          <WalletDialog onClose={() => setDialog()} />
        </Show>
      </Suspense>
      <Show when={mayInterrupt(screen()) ? update() : undefined}>
        {(worker) => (
          <Toast text={t().update.ready}>
            <Button kind="quiet" size="small" onClick={() => setUpdate()}>
              {t().update.later}
            </Button>
            <Button kind="primary" size="small" onClick={() => applyUpdate(worker())}>
              {t().update.reload}
            </Button>
          </Toast>
        )}
      </Show>
    </ErrorBoundary>
  );
}

function titleOf(screen: Screen): string {
  const titles = t().documentTitle;
  switch (screen) {
    case "welcome":
      return titles.welcome;
    case "green-room":
      return titles.greenRoom;
    case "searching":
      return titles.searching;
    case "call":
      return titles.call;
    case "ended":
      return titles.ended;
    case "elsewhere":
    case "taken":
      return titles.elsewhere;
  }
}
