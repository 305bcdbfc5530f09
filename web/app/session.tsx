/**
 * The live part of the page: the one LocalMedia, the one Call, and the screens that show them.
 */
import {
  createEffect,
  createMemo,
  createSignal,
  ErrorBoundary,
  getOwner,
  lazy,
  Match,
  on,
  onCleanup,
  onMount,
  runWithOwner,
  Show,
  Suspense,
  Switch,
  untrack,
} from "solid-js";
import type { Call, CallPhase, EndedView, EndReason } from "../call/view.ts";
import { createLocalMedia } from "../media/local-media.ts";
import type { LocalMedia } from "../media/local-media.types.ts";
import type { Settings } from "../settings/settings.ts";
import { Broken } from "../screens/broken/broken.tsx";
import { toggleCamera } from "../screens/call/toggle-camera.ts";
import { Elsewhere } from "../screens/elsewhere/elsewhere.tsx";
import { Ended } from "../screens/ended/ended.tsx";
import { keepsDevices, waysOut } from "../screens/ended/ended-words.ts";
import { GreenRoom } from "../screens/green-room/green-room.tsx";
import { Searching } from "../screens/searching/searching.tsx";
import type { Announce } from "../ui/announcer/announcer.tsx";
import { t } from "../text/index.ts";
import { announceCall } from "./announce-call.ts";
import { readKey } from "./keys.ts";
import { type Place, type Screen, screenOf } from "./navigation.ts";
import { createOneTab } from "./one-tab.ts";

const loadCallScreen = () => import("../screens/call/call-screen.tsx");
const CallScreen = lazy(async () => ({ default: (await loadCallScreen()).CallScreen }));
const ReportDialog = lazy(async () => ({
  default: (await import("../screens/report/report-dialog.tsx")).ReportDialog,
}));
const SecuritySheet = lazy(async () => ({
  default: (await import("../screens/security/security-sheet.tsx")).SecuritySheet,
}));

/** After a call the devices stay ready for this long, for whoever presses "Find someone else". */
const DEVICES_KEPT_MS = 30_000;
const IDLE: CallPhase = { phase: "idle" };
const TAKEN: EndReason = { kind: "other-tab" };
const UNREACHABLE: EndedView = { phase: "ended", reason: { kind: "edge-unreachable" } };

interface SessionProps {
  place: Place;
  settings: Settings;
  announce: Announce;
  onScreen(screen: Screen): void;
  onHome(): void;
  onSettings(): void;
  onSecurity(): void;
}

export function Session(props: SessionProps) {
  const media = createLocalMedia();
  return (
    <ErrorBoundary
      fallback={() => {
        // Before anything is drawn: whatever broke, nothing may leave any more.
        media.cut();
        return <Broken onReload={() => location.reload()} />;
      }}
    >
      <Live {...props} media={media} />
    </ErrorBoundary>
  );
}

function Live(props: SessionProps & { media: LocalMedia }) {
  const owner = getOwner();
  // One per life of the page, so reading the prop once is meant.
  // eslint-disable-next-line solid/reactivity
  const { media } = props;
  const [call, setCall] = createSignal<Call>();
  const [loadFailed, setLoadFailed] = createSignal(false);
  const [wanted, setWanted] = createSignal(false);
  const [dismissed, setDismissed] = createSignal<EndedView>();
  const [chatOpen, setChatOpen] = createSignal(false);
  const [sheet, setSheet] = createSignal(false);
  const [reporting, setReporting] = createSignal(false);

  // ---- the call arrives while the green room is looked at ----

  let loading = false;
  const loadCall = async (): Promise<void> => {
    if (loading || call() !== undefined) return;
    loading = true;
    setLoadFailed(false);
    try {
      const [{ createCall }] = await Promise.all([
        import("../call/create-call.ts"),
        loadCallScreen(),
      ]);
      // Everything that the call opens is closed with this component.
      runWithOwner(owner, () => setCall(createCall({ media, settings: props.settings })));
    } catch {
      setLoadFailed(true);
    } finally {
      loading = false;
    }
  };
  onMount(() => void loadCall());

  const phase = createMemo((): CallPhase => {
    if (wanted() && loadFailed()) return UNREACHABLE;
    return call()?.view() ?? IDLE;
  });

  /** Not where a device already said no: whoever goes on without it is not asked again and again. */
  const readyDevices = (): void => {
    const failed = untrack(
      () => media.camera().state === "failed" || media.microphone().state === "failed",
    );
    if (!failed) void media.open();
  };
  const search = (): void => {
    readyDevices();
    setWanted(true);
    if (call() === undefined) void loadCall();
  };
  createEffect(() => {
    const ready = call();
    if (ready === undefined || !wanted()) return;
    setWanted(false);
    ready.search();
  });

  // ---- where we are ----

  const tab = createOneTab({
    onTaken() {
      call()?.panic();
      media.cut();
    },
  });
  const screen = createMemo(() =>
    screenOf({ place: props.place, tab: tab.state(), phase: phase(), dismissed: dismissed() }),
  );
  createEffect(() => props.onScreen(screen()));
  createEffect(() => {
    if (props.place === "green-room") tab.enter();
  });
  createEffect(() => {
    // Asked for when the green room shows and says why, never before.
    if (screen() === "green-room" && tab.state() === "here") readyDevices();
  });
  createEffect(
    on(screen, (now) => {
      if (now !== "call") {
        setChatOpen(false);
        setSheet(false);
      }
    }),
  );
  createEffect(() => {
    const ended = phase();
    if (screen() !== "ended" || ended.phase !== "ended") return;
    if (!keepsDevices(ended.reason)) return media.cut();
    const timer = setTimeout(() => media.cut(), DEVICES_KEPT_MS);
    onCleanup(() => clearTimeout(timer));
  });
  announceCall(phase, (text, urgency) => props.announce(text, urgency));

  const leaveEnded = (): void => {
    const ended = phase();
    setWanted(false);
    if (ended.phase === "ended") setDismissed(ended);
  };
  const goHome = (): void => {
    leaveEnded();
    media.cut();
    tab.leave();
    props.onHome();
  };

  // ---- keyboard, and the ways a page goes away ----

  const panic = (): void => {
    // Devices first: whatever else fails, nothing is seen or heard from here on.
    media.cut();
    call()?.panic();
    setSheet(false);
    goHome();
    props.announce(t().announce.left, "assertive");
  };
  const toggleMicrophone = (): void => {
    const live = media.microphone().state === "on" && media.microphoneWanted();
    media.setMicrophoneWanted(!live);
    props.announce(live ? t().announce.micOff : t().announce.micOn);
  };
  let escapedAt: number | undefined;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (screen() === "welcome") return;
    const result = readKey(
      {
        key: event.key,
        repeat: event.repeat,
        modified: event.ctrlKey || event.altKey || event.metaKey,
        composing: event.isComposing,
        typing: isText(event.target),
        at: event.timeStamp,
      },
      {
        escapedAt,
        // A sheet over the call wants its own keys.
        inCall: screen() === "call" && document.querySelector("dialog[open]") === null,
        shortcuts: props.settings.shortcuts(),
      },
    );
    escapedAt = result.escapedAt;
    switch (result.action) {
      case "panic":
        return panic();
      case "close":
        if (document.querySelector("dialog[open]") === null) setChatOpen(false);
        return;
      case "microphone":
        return toggleMicrophone();
      case "camera":
        props.announce(media.camera().state === "on" ? t().announce.camOff : t().announce.camOn);
        return toggleCamera(media);
      case "chat":
        event.preventDefault(); // or the letter is typed into the field that opens
        setChatOpen(!chatOpen());
        return;
      case "next":
        return call()?.next();
      case undefined:
    }
  };
  onMount(() => {
    // Captured at the window, so that no field, menu or sheet can swallow the way out.
    window.addEventListener("keydown", onKeyDown, { capture: true });
    const onPageHide = (): void => media.cut();
    window.addEventListener("pagehide", onPageHide);
    onCleanup(() => {
      window.removeEventListener("keydown", onKeyDown, { capture: true });
      window.removeEventListener("pagehide", onPageHide);
    });
  });

  const searching = () => {
    const now = phase();
    return now.phase === "searching" ? now : undefined;
  };
  const inCall = () => {
    const now = phase();
    return now.phase === "call" ? now : undefined;
  };
  const ended = () => {
    const now = phase();
    return now.phase === "ended" ? now : undefined;
  };
  const useHere = (): void => {
    setDismissed(ended());
    tab.steal();
  };

  return (
    <Suspense>
      <Switch>
        <Match when={screen() === "green-room"}>
          <GreenRoom
            media={media}
            preparing={wanted()}
            onFind={search}
            onHome={goHome}
            onSettings={() => props.onSettings()}
          />
        </Match>
        <Match when={screen() === "searching" && searching()}>
          {(view) => (
            <Searching
              view={view()}
              media={media}
              settings={props.settings}
              onCancel={() => call()?.cancel()}
            />
          )}
        </Match>
        <Match when={screen() === "call" && inCall()}>
          {(view) => (
            <CallScreen
              view={view()}
              media={media}
              messages={call()?.messages() ?? []}
              chatOpen={chatOpen()}
              onChatOpen={setChatOpen}
              onNext={() => call()?.next()}
              onStop={() => call()?.stop()}
              onBlock={() => call()?.block()}
              onReport={() => setReporting(true)}
              onCompare={(match) => call()?.compare(match)}
              onSend={(text) => call()?.send(text) ?? false}
              onSecurity={() => setSheet(true)}
              onSettings={() => props.onSettings()}
            />
          )}
        </Match>
        <Match when={screen() === "ended" && ended()}>
          {(view) => {
            const reason = () => view().reason;
            return (
              <Ended
                reason={reason()}
                onFind={waysOut(reason()).includes("find") ? search : undefined}
                onReload={
                  waysOut(reason()).includes("reload") ? () => location.reload() : undefined
                }
                onHome={goHome}
              />
            );
          }}
        </Match>
        <Match when={screen() === "taken"}>
          <Ended reason={TAKEN} onFind={useHere} onHome={goHome} />
        </Match>
        <Match when={screen() === "elsewhere"}>
          <Elsewhere onUseHere={useHere} onHome={goHome} />
        </Match>
      </Switch>
      <Show when={reporting() && inCall()}>
        <ReportDialog
          messages={call()?.messages() ?? []}
          onReport={(report) => {
            setReporting(false);
            call()?.report(report);
          }}
          onClose={() => setReporting(false)}
        />
      </Show>
      <Show when={sheet() && inCall()}>
        {(view) => (
          <SecuritySheet
            call={{
              stage: view().stage,
              code: view().code,
              protection: call()?.protection(),
              direct: view().direct,
              onDirect: (wanted) => call()?.setDirect(wanted),
            }}
            onClose={() => setSheet(false)}
          />
        )}
      </Show>
    </Suspense>
  );
}

function isText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select"))
  );
}
