/**
 * The call as a Solid owner: performs what call-machine.ts decides, with real sockets, keys and
 * connections, and shows screens a `Call`. Create it once inside an owner; it ends with it.
 */
import { batch, createEffect, createMemo, createSignal, on, onCleanup, untrack } from "solid-js";
import { toBase64url } from "../../protocol/base64url.ts";
import type { RelayPolicy } from "../../protocol/ids.ts";
import { LANGUAGES_MAX } from "../../protocol/limits.ts";
import type { ClientMessage, MatchMessage, Preferences } from "../../protocol/messages.ts";
import type { PeerMessage } from "../chat/messages.ts";
import type { LocalMedia } from "../media/local-media.types.ts";
import type { Settings } from "../settings/settings.ts";
import { tagsOf } from "../settings/interests.ts";
import { canEncrypt } from "./attach.ts";
import { isSecured, step } from "./call-machine.ts";
import type { CallEffect, CallEvent, CallState } from "./call-machine.ts";
import { EdgeError } from "./edge-client.ts";
import { createLobbySocket } from "./lobby-socket.ts";
import { createMatchSession, reasonOf } from "./match-session.ts";
import type { MatchSession } from "./match-session.ts";
import { createCallMemory } from "./memory.ts";
import { createPreparation } from "./preparation.ts";
import type { Prepared } from "./preparation.ts";
import type { PartnerReport } from "../report/send-report.ts";
import { createEdgeSession } from "./session.ts";
import { CHAT_TEXT_MAX_CHARS } from "./view.ts";
import type { Call, CallPhase, ChatMessage, EndReason, Protection } from "./view.ts";

interface CallOptions {
  readonly media: LocalMedia;
  readonly settings: Settings;
}

const PROTECTION_INTERVAL_MS = 500;
const TURN_RENEWAL_INTERVAL_MS = 60_000;
const MESSAGES_KEPT = 500;

export function createCall({ media, settings }: CallOptions): Call {
  const [state, setState] = createSignal<CallState>({ phase: "idle" });
  const [session, setSession] = createSignal<MatchSession>();
  const [messages, setMessages] = createSignal<readonly ChatMessage[]>([]);
  const [protection, setProtection] = createSignal<Protection>();
  const memory = createCallMemory();
  // The wallet and its curve are loaded for a first session only.
  const edge = createEdgeSession(Date.now, async () =>
    (await import("../wallet/pass.ts")).walletPass(),
  );
  const socket = createLobbySocket(edge, {
    open: () => dispatch({ type: "lobby-open" }),
    lost: (loss) => dispatch({ type: "lobby-lost", loss }),
    message(message) {
      const current = untrack(state);
      if (message.type === "seal") {
        if (current.phase === "call" && message.match === current.match) {
          untrack(session)?.receive(message.body, message.epoch);
        }
        return;
      }
      if (message.type === "waiting") offerAhead();
      dispatch({ type: "edge", message });
    },
  });

  function dispatch(event: CallEvent): void {
    const result = step(untrack(state), event, performance.now());
    // Screens see what came of an event, never the way there.
    batch(() => {
      setState(result.state);
      for (const effect of result.effects) perform(effect);
    });
  }

  function perform(effect: CallEffect): void {
    switch (effect.type) {
      case "connect":
        return socket.connect();
      case "disconnect":
        socket.close();
        offered = undefined;
        return preparation.discard();
      case "seek":
        return void seek(effect.afterMs, effect.leaving);
      case "bye":
        return void socket.send({ type: "bye", match: effect.match });
      case "up":
        preparation.ahead();
        return void socket.send({ type: "up", match: effect.match });
      case "begin":
        return begin(effect.match);
      case "end-match":
        return endMatch();
      case "block-partner":
        if (partnerCapsule !== undefined) void memory.block(partnerCapsule);
    }
  }

  // ---- before a match ----

  const ownPolicy = (): RelayPolicy => (settings.direct() ? "direct" : "relay");
  const preparation = createPreparation(edge, ownPolicy);
  /** What the lobby was told of: the next match is made with it. */
  let offered: Prepared | undefined;

  /** Whoever is told to wait will make the offer. Without a relay nobody should wait for it in vain. */
  function offerAhead(): void {
    const waiting = offered;
    waiting?.early.offer().catch((cause: unknown) => {
      if (offered === waiting) dispatch({ type: "unprepared", reason: reasonOf(cause) });
    });
  }

  let seeks = 0;
  async function seek(afterMs: number, leaving?: string): Promise<void> {
    const mine = ++seeks;
    const superseded = (): boolean => mine !== seeks || untrack(state).phase !== "searching";
    if (!canEncrypt()) return dispatch({ type: "unprepared", reason: { kind: "unsupported" } });
    try {
      const [ready, blocks, interests] = await Promise.all([
        preparation.ready(),
        memory.blocks(),
        tagsOf(untrack(settings.interests)),
        pause(afterMs),
      ]);
      if (superseded()) return;
      offered = ready;
      const wish = {
        sealKey: toBase64url(ready.materials.sealKeys.publicKey),
        preferences: preferences(interests),
        recents: memory.recents(),
        blocks,
      };
      // Without a socket nothing is lost: the search asks again when it opens.
      socket.send(
        leaving === undefined
          ? { type: "seek", ...wish }
          : { type: "next", match: leaving, ...wish },
      );
    } catch (cause) {
      if (!superseded()) dispatch({ type: "unprepared", reason: unpreparedReason(cause) });
    }
  }

  function preferences(interests: string[]): Preferences {
    const languages = navigator.languages
      .map((tag) => tag.split("-")[0]!.toLowerCase())
      .filter((language) => /^[a-z]{2,3}$/.test(language));
    return {
      languages: [...new Set(languages)].slice(0, LANGUAGES_MAX),
      interests,
      relay: ownPolicy(),
      reach: untrack(settings.reach),
      mode: untrack(settings.mode),
    };
  }

  async function tell(capsule: string, report: PartnerReport): Promise<void> {
    const { sendReport } = await import("../report/send-report.ts");
    await sendReport(await edge.ticket(), capsule, report);
  }

  // ---- the match ----

  let partnerCapsule: string | undefined;

  function begin(match: MatchMessage): void {
    const own = offered;
    offered = undefined;
    preparation.take();
    memory.met(match.capsules.recent);
    partnerCapsule = match.capsules.block;
    // Without anything offered there is nothing to be matched with; "direct" needs both sides' word.
    if (own === undefined || (own.early.policy === "direct" && match.policy !== "direct")) {
      own?.early.close();
      own?.materials.dispose();
      return dispatch({ type: "match-over", reason: { kind: "relay-unavailable" } });
    }
    // The initiator's offer is a sign of life by itself.
    if (match.role === "responder") say({ type: "ack", match: match.match });
    setSession(
      createMatchSession({
        match,
        ...own,
        events: {
          seal: (body, epoch) => say({ type: "seal", match: match.match, epoch, body }),
          securing: () => dispatch({ type: "securing" }),
          encrypted: (code) => dispatch({ type: "encrypted", code }),
          visible: () => dispatch({ type: "visible" }),
          link: (link) => dispatch({ type: "link", link }),
          direct: (wish) => dispatch({ type: "direct", wish }),
          ended: (reason) => dispatch({ type: "match-over", reason }),
          message: heard,
        },
      }),
    );
  }

  function say(message: ClientMessage): void {
    socket.send(message);
  }

  function endMatch(): void {
    untrack(session)?.end();
    setSession(undefined);
    setProtection(undefined);
    setMessages([]);
  }

  // ---- own camera and microphone, and what the partner is told of them ----

  // Of the whole state only this matters here: what the partner says of its own camera must not
  // make us say again what we said of ours, or the two pages would never stop.
  const secured = createMemo(() => {
    const current = state();
    return current.phase === "call" && isSecured(current);
  });

  createEffect(() => {
    const current = session();
    if (current === undefined) return;
    const camera = media.camera();
    const microphone = media.microphone();
    // Both asked the lobby for less than video, so neither sends it.
    const sees = settings.mode() === "video" && media.cameraWanted();
    const speaks = settings.mode() !== "text" && media.microphoneWanted();
    current.show("video", trackOf(camera), sees);
    current.show("audio", trackOf(microphone), speaks);
    if (!secured()) return;
    void current.send({
      type: "media",
      camera: camera.state === "on" && sees,
      microphone: microphone.state === "on" && speaks,
    });
  });

  createEffect(() => session()?.hideRhythm(settings.hideRhythm()));

  // ---- chat ----

  let lastMessage = 0;
  function addMessage(from: ChatMessage["from"], text: string, sent: boolean): number {
    const id = ++lastMessage;
    setMessages((before) =>
      [...before, { id, from, text, at: Date.now(), sent }].slice(-MESSAGES_KEPT),
    );
    return id;
  }

  function heard(message: PeerMessage): void {
    if (message.type === "chat") addMessage("partner", message.text, true);
    else if (message.type === "media") {
      dispatch({ type: "partner-media", camera: message.camera, microphone: message.microphone });
    }
  }

  // ---- running numbers ----

  createEffect(
    on(session, (current) => {
      if (current === undefined) return;
      const numbers = setInterval(
        () => setProtection(current.protection()),
        PROTECTION_INTERVAL_MS,
      );
      const renewal = setInterval(() => {
        edge
          .iceServers()
          .then(current.renewServers)
          .catch(() => {});
      }, TURN_RENEWAL_INTERVAL_MS);
      onCleanup(() => {
        clearInterval(numbers);
        clearInterval(renewal);
      });
    }),
  );

  const panic = (): void => {
    // First of all, and before anything that could wait or fail.
    untrack(session)?.cut();
    dispatch({ type: "panic" });
  };
  addEventListener("pagehide", panic);
  onCleanup(() => {
    removeEventListener("pagehide", panic);
    panic();
  });

  const view = createMemo((): CallPhase => {
    const current = state();
    if (current.phase !== "call") return current;
    const { stage, code, camera, microphone, visible, link, direct, lobby } = current;
    const stream = session()?.stream ?? new MediaStream();
    return {
      phase: "call",
      stage,
      ...(code !== undefined && { code }),
      partner: { stream, camera, microphone, visible },
      link,
      direct,
      lobby,
    };
  });

  return {
    view,
    messages,
    protection: createMemo(() => {
      const current = state();
      const numbers = protection();
      return (
        numbers && {
          ...numbers,
          compared: current.phase === "call" && current.stage === "compared",
        }
      );
    }),
    search: () => dispatch({ type: "search" }),
    cancel: () => dispatch({ type: "cancel" }),
    next: () => dispatch({ type: "next" }),
    stop: () => dispatch({ type: "stop" }),
    block: () => dispatch({ type: "block" }),
    report(report) {
      const capsule = partnerCapsule;
      if (capsule !== undefined) void tell(capsule, report).catch(() => {});
      dispatch({ type: "block" });
    },
    compare: (same) => dispatch({ type: "compare", same }),
    setDirect: (wanted) => session()?.setDirect(wanted),
    panic,
    send(text) {
      const trimmed = text.trim();
      const current = session();
      const open = state().phase === "call" && current !== undefined;
      if (!open || trimmed === "" || trimmed.length > CHAT_TEXT_MAX_CHARS) return false;
      const id = addMessage("you", trimmed, false);
      void current.send({ type: "chat", text: trimmed }).then((sent) => {
        setMessages((before) =>
          before.map((entry) => (entry.id === id ? { ...entry, sent } : entry)),
        );
      });
      return true;
    },
  };
}

function trackOf(device: ReturnType<LocalMedia["camera"]>): MediaStreamTrack | undefined {
  return device.state === "on" ? device.track : undefined;
}

function unpreparedReason(cause: unknown): EndReason {
  if (!(cause instanceof EdgeError)) return { kind: "unsupported" };
  if (cause.code === "banned" || cause.code === "age-required") return { kind: cause.code };
  if (cause.code === "elsewhere") return { kind: "other-tab" };
  if (cause.code === "relay-unavailable") return { kind: "relay-unavailable" };
  return cause.retry ? { kind: "edge-unreachable" } : { kind: "edge-refused", retry: false };
}

function pause(ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}
