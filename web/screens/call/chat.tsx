import { createEffect, createSignal, For, onMount, Show } from "solid-js";
import { CHAT_TEXT_MAX_CHARS, type ChatMessage } from "../../call/view.ts";
import { RoundButton } from "../../ui/button/button.tsx";
import { Icon } from "../../ui/icon/icon.tsx";
import { t } from "../../text/index.ts";
import "./chat.css";

interface ChatProps {
  messages: readonly ChatMessage[];
  /** Writing needs keys. */
  ready: boolean;
  onSend(text: string): boolean;
  onClose(): void;
}

/** How near the ceiling somebody is told about it. */
const WARN_CHARS = 100;

export function Chat(props: ChatProps) {
  const [draft, setDraft] = createSignal("");
  let log!: HTMLDivElement;
  let input!: HTMLTextAreaElement;

  const left = () => CHAT_TEXT_MAX_CHARS - draft().length;
  const send = (): void => {
    if (props.onSend(draft().trim())) setDraft("");
    input.focus();
  };
  onMount(() => input.focus({ preventScroll: true }));
  createEffect(() => {
    // The newest message is what matters; a log this short needs no memory of where one read.
    if (props.messages.length > 0) log.scrollTop = log.scrollHeight;
  });

  return (
    <aside class="chat" aria-label={t().chat.title}>
      <header class="chat-head">
        <h2>{t().chat.title}</h2>
        <RoundButton icon="close" label={t().call.chatClose} onClick={() => props.onClose()} />
      </header>
      <div
        class="chat-log"
        ref={log}
        role="log"
        aria-live="polite"
        aria-label={t().chat.title}
        tabindex="0"
        data-testid="chat-log"
      >
        <Show when={props.messages.length === 0}>
          <p class="chat-empty">{props.ready ? t().chat.empty : t().chat.waiting}</p>
        </Show>
        <For each={props.messages}>
          {(message) => (
            <p
              class="chat-message"
              data-from={message.from}
              data-sent={message.sent ? "" : undefined}
            >
              <span class="visually-hidden">{t().chat.from[message.from]}: </span>
              {/* Text and never markup; isolated, so that it cannot turn its surroundings around. */}
              <bdi>{message.text}</bdi>
              <Show when={message.from === "you" && !message.sent}>
                <small>{t().chat.unsent}</small>
              </Show>
            </p>
          )}
        </For>
      </div>
      <form
        class="chat-form"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <textarea
          ref={input}
          rows="1"
          maxlength={CHAT_TEXT_MAX_CHARS}
          aria-label={t().chat.input}
          placeholder={t().chat.placeholder}
          autocomplete="off"
          enterkeyhint="send"
          dir="auto"
          data-testid="chat-input"
          value={draft()}
          onInput={(event) => setDraft(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        <button
          type="submit"
          class="chat-send round-button"
          aria-label={t().chat.send}
          title={t().chat.send}
          data-testid="chat-send"
          disabled={!props.ready || draft().trim() === ""}
        >
          <Icon name="send" />
        </button>
        <Show when={left() <= WARN_CHARS}>
          <p class="chat-left" role="status">
            {t().chat.left(left())}
          </p>
        </Show>
      </form>
    </aside>
  );
}
