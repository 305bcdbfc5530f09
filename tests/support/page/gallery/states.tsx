/** Every screen in every state worth looking at, by the name that the screenshot gets. */
import { createSignal, type JSX } from "solid-js";
import type { Reach } from "../../../../protocol/widening.ts";
import type {
  CallView,
  ChatMessage,
  EndReason,
  Protection,
  SearchingView,
} from "../../../../web/call/view.ts";
import { createSettings } from "../../../../web/settings/settings.ts";
import { Broken } from "../../../../web/screens/broken/broken.tsx";
import { CallScreen } from "../../../../web/screens/call/call-screen.tsx";
import { Elsewhere } from "../../../../web/screens/elsewhere/elsewhere.tsx";
import { Ended } from "../../../../web/screens/ended/ended.tsx";
import { waysOut } from "../../../../web/screens/ended/ended-words.ts";
import { GreenRoom } from "../../../../web/screens/green-room/green-room.tsx";
import { Searching } from "../../../../web/screens/searching/searching.tsx";
import { SecuritySheet } from "../../../../web/screens/security/security-sheet.tsx";
import { ReportDialog } from "../../../../web/screens/report/report-dialog.tsx";
import { SettingsDialog } from "../../../../web/screens/settings/settings-dialog.tsx";
import { WalletDialog } from "../../../../web/screens/wallet/wallet-dialog.tsx";
import { Welcome } from "../../../../web/screens/welcome/welcome.tsx";
import { Button } from "../../../../web/ui/button/button.tsx";
import { Toast } from "../../../../web/ui/toast/toast.tsx";
import { fakeMedia } from "./fake-media.ts";
import { portraitTrack, STRANGER, STRANGER_ON_PHONE } from "./portraits.ts";

const nothing = (): void => {};

function welcome(returning: boolean) {
  return (
    <Welcome returning={returning} onStart={nothing} onSecurity={nothing} onSettings={nothing} />
  );
}

function greenRoom(media: Parameters<typeof fakeMedia>[0] = {}, preparing = false) {
  return (
    <GreenRoom
      media={fakeMedia(media)}
      preparing={preparing}
      onFind={nothing}
      onHome={nothing}
      onSettings={nothing}
    />
  );
}

function searching(view: Partial<SearchingView>, waitedS = 7, reach: Reach = "world") {
  return (
    <Searching
      view={{
        phase: "searching",
        connection: "open",
        rung: "shard",
        startedAt: performance.now() - waitedS * 1000,
        ...view,
      }}
      media={fakeMedia()}
      settings={{ mode: () => "video", reach: () => reach }}
      onCancel={nothing}
    />
  );
}

type Partner = Partial<CallView["partner"]> & { portrait?: typeof STRANGER };

const MESSAGES: readonly ChatMessage[] = [
  { id: 1, from: "partner", text: "hi! where are you?", at: 0, sent: true },
  { id: 2, from: "you", text: "Somewhere with rain. You?", at: 0, sent: true },
  {
    id: 3,
    from: "partner",
    text: "Same planet. Did you see the four emoji? I have cat, globe, bicycle and thumbs up.",
    at: 0,
    sent: true,
  },
  { id: 4, from: "you", text: "Yes, all four. That is oddly reassuring.", at: 0, sent: false },
];

function call(
  view: Partial<Omit<CallView, "partner">>,
  partner: Partner = {},
  more: {
    chat?: boolean;
    messages?: readonly ChatMessage[];
    media?: Parameters<typeof fakeMedia>[0];
    over?: () => JSX.Element;
  } = {},
) {
  const { portrait, ...rest } = partner;
  const [chat, setChat] = createSignal(more.chat ?? false);
  return (
    <>
      <CallScreen
        view={{
          phase: "call",
          stage: "encrypted",
          link: "steady",
          direct: { own: false, partner: false },
          lobby: "open",
          code: [1, 19, 52, 36],
          partner: {
            stream: new MediaStream([portraitTrack(portrait ?? STRANGER)]),
            camera: true,
            microphone: true,
            visible: true,
            ...rest,
          },
          ...view,
        }}
        media={fakeMedia(more.media)}
        messages={more.messages ?? []}
        chatOpen={chat()}
        onChatOpen={setChat}
        onNext={nothing}
        onStop={nothing}
        onBlock={nothing}
        onReport={nothing}
        onCompare={nothing}
        onSend={() => true}
        onSecurity={nothing}
        onSettings={nothing}
      />
      {more.over?.()}
    </>
  );
}

/** Before the handshake is confirmed there is no code; the type forbids an explicit undefined. */
function early(stage: "connecting" | "securing") {
  return call({ stage, code: undefined as never }, { visible: false });
}

const PROTECTION: Protection = {
  path: "relay",
  cipher: "AES-256-GCM, SFrame (RFC 9605)",
  keyAgreement: "X-Wing (ML-KEM-768 + X25519)",
  framesSealed: 14_203,
  framesOpened: 13_988,
  framesRejected: 2,
  messagesSealed: 4,
  messagesOpened: 6,
  certificate: "matches",
  keyAgeSeconds: 83,
  keyGeneration: 2,
  compared: false,
};

const securityOver = () => (
  <SecuritySheet
    call={{
      stage: "encrypted",
      code: [1, 19, 52, 36],
      protection: PROTECTION,
      direct: { own: false, partner: true },
      onDirect: nothing,
    }}
    onClose={nothing}
  />
);

function ended(reason: EndReason) {
  const ways = waysOut(reason);
  return (
    <Ended
      reason={reason}
      onFind={ways.includes("find") ? nothing : undefined}
      onReload={ways.includes("reload") ? nothing : undefined}
      onHome={nothing}
    />
  );
}

const memory = new Map<string, string>();
const storage = {
  getItem: (key: string) => memory.get(key) ?? null,
  setItem: (key: string, value: string) => void memory.set(key, value),
  removeItem: (key: string) => void memory.delete(key),
};

export const STATES: Readonly<Record<string, () => JSX.Element>> = {
  welcome: () => welcome(false),
  "welcome-returning": () => welcome(true),
  "welcome-update": () => (
    <>
      {welcome(true)}
      <Toast text="A new version is ready.">
        <Button kind="quiet" size="small">
          Later
        </Button>
        <Button kind="primary" size="small">
          Reload
        </Button>
      </Toast>
    </>
  ),
  "green-room": () => greenRoom(),
  "green-room-asking": () => greenRoom({ camera: "asking", microphone: "asking" }),
  "green-room-denied": () =>
    greenRoom({ camera: "failed", microphone: "failed", problem: "denied" }),
  "green-room-no-camera": () => greenRoom({ camera: "failed", problem: "not-found" }),
  "green-room-two-problems": () =>
    greenRoom({
      camera: "failed",
      microphone: "failed",
      problem: "in-use",
      microphoneProblem: "not-found",
    }),
  "green-room-off": () => greenRoom({ camera: "off", muted: true }),
  searching: () => searching({}),
  "searching-world": () => searching({ rung: "world" }, 96),
  "searching-capped": () => searching({ rung: "region" }, 40, "region"),
  "searching-connecting": () => searching({ connection: "connecting" }),
  "searching-reconnecting": () => searching({ connection: "reconnecting" }),
  "searching-paused": () => searching({ pausedUntil: performance.now() + 60_000 }),
  "call-connecting": () => early("connecting"),
  "call-securing": () => early("securing"),
  "call-encrypted": () => call({}),
  "call-encrypted-phone-partner": () => call({}, { portrait: STRANGER_ON_PHONE }),
  "call-compared": () => call({ stage: "compared" }),
  "call-long-names": () => call({ code: [36, 41, 25, 62] }),
  "call-waiting-picture": () => call({}, { visible: false }),
  "call-partner-dark": () => call({}, { camera: false, microphone: false }),
  "call-interrupted": () => call({ stage: "compared", link: "interrupted" }),
  "call-lobby-lost": () =>
    call({ stage: "compared", lobby: "reconnecting" }, { microphone: false }),
  "call-direct-asked": () =>
    call({ stage: "compared", direct: { own: false, partner: true } }, { microphone: false }),
  "call-muted": () => call({ stage: "compared" }, {}, { media: { camera: "off", muted: true } }),
  "call-camera-lost": () =>
    call({ stage: "compared" }, {}, { media: { camera: "failed", problem: "unplugged" } }),
  "call-unread": () => call({ stage: "compared" }, {}, { messages: MESSAGES }),
  "call-chat": () => call({ stage: "compared" }, {}, { chat: true, messages: MESSAGES }),
  "call-chat-empty": () => call({}, {}, { chat: true }),
  "call-security": () => call({}, {}, { over: securityOver }),
  "security-general": () => (
    <>
      {welcome(false)}
      <SecuritySheet onClose={nothing} />
    </>
  ),
  "call-report": () =>
    call(
      { stage: "compared" },
      {},
      {
        messages: MESSAGES,
        over: () => <ReportDialog messages={MESSAGES} onReport={nothing} onClose={nothing} />,
      },
    ),
  settings: () => (
    <>
      {welcome(true)}
      <SettingsDialog
        settings={createSettings(storage, "winkr.example")}
        version="0.1.0"
        onWallet={nothing}
        onClose={nothing}
      />
    </>
  ),
  "settings-full": () => {
    const settings = createSettings(storage, "winkr.example");
    settings.setInterests(["Board games", "Filme", "日本語", "Trekking", "x".repeat(30)]);
    settings.setMode("voice");
    return (
      <SettingsDialog settings={settings} version="0.1.0" onWallet={nothing} onClose={nothing} />
    );
  },
  wallet: () => (
    <>
      {welcome(true)}
      <WalletDialog onClose={nothing} />
    </>
  ),
  "ended-left": () => ended({ kind: "left" }),
  "ended-partner-left": () => ended({ kind: "partner-left" }),
  "ended-security": () => ended({ kind: "security", failure: "code-differs" }),
  "ended-encryption": () => ended({ kind: "encryption-stopped" }),
  "ended-refused": () => ended({ kind: "edge-refused", retry: false }),
  "ended-unreachable": () => ended({ kind: "edge-unreachable" }),
  "ended-unsupported": () => ended({ kind: "unsupported" }),
  "ended-other-tab": () => ended({ kind: "other-tab" }),
  elsewhere: () => <Elsewhere onUseHere={nothing} onHome={nothing} />,
  broken: () => <Broken onReload={nothing} />,
};
