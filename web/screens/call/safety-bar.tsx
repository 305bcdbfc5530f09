import { createEffect, createSignal, on, Show, untrack } from "solid-js";
import type { CallStage, SafetyCode } from "../../call/view.ts";
import { Button } from "../../ui/button/button.tsx";
import { Icon } from "../../ui/icon/icon.tsx";
import { EmojiRow } from "../../ui/safety/emoji-row.tsx";
import { t } from "../../text/index.ts";
import "./safety-bar.css";

interface SafetyBarProps {
  stage: CallStage;
  code: SafetyCode | undefined;
  /** The chat is open; on a small screen that leaves room for one line only. */
  crowded: boolean;
  onCompare(match: boolean): void;
  onSecurity(): void;
}

/**
 * The four emoji, shown unasked. There is no lock before the handshake is confirmed, and the
 * questions stay until they are answered; the person may fold them to one line meanwhile.
 */
export function SafetyBar(props: SafetyBarProps) {
  const [folded, setFolded] = createSignal(false);
  const words = () => (folded() ? t().call.stageShort : t().call.stage);
  createEffect(() => {
    if (props.stage === "compared") setFolded(true);
  });
  createEffect(
    on(
      () => props.crowded,
      (crowded) => {
        if (crowded && matchMedia("(max-width: 57.99rem)").matches) setFolded(true);
        else if (!crowded) setFolded(untrack(() => props.stage === "compared"));
      },
      { defer: false },
    ),
  );
  return (
    <section
      class="safety"
      aria-label={t().call.codeLabel}
      data-state={props.stage}
      data-folded={folded() ? "" : undefined}
    >
      <div class="safety-line">
        <button
          type="button"
          class="safety-state"
          aria-label={`${words()[props.stage]}. ${t().call.security}`}
          data-testid="security-open"
          onClick={() => props.onSecurity()}
        >
          <Show
            when={props.stage === "encrypted" || props.stage === "compared"}
            fallback={<span class="safety-busy" aria-hidden="true" />}
          >
            <Icon name={props.stage === "compared" ? "lock-check" : "lock"} />
          </Show>
          <span>{words()[props.stage]}</span>
        </button>
        <Show when={props.code}>
          <button
            type="button"
            class="safety-fold"
            aria-expanded={!folded()}
            aria-label={folded() ? t().call.expand : t().call.collapse}
            onClick={() => setFolded(!folded())}
          >
            <Icon name="chevron" />
          </button>
        </Show>
      </div>
      <Show when={props.code}>
        {(code) => (
          <>
            <div class="safety-code">
              <EmojiRow
                code={code()}
                label={t().call.codeLabel}
                names={!folded()}
                {...(folded() ? { size: "small" as const } : {})}
                testId="safety-code"
              />
            </div>
            <Show when={props.stage === "encrypted" && !folded()}>
              <p class="safety-ask">{t().call.codeHelp}</p>
              <div class="safety-answers">
                <Button
                  kind="primary"
                  size="small"
                  data-testid="compare-yes"
                  aria-label={t().call.matchSpoken}
                  onClick={() => props.onCompare(true)}
                >
                  {t().call.match}
                </Button>
                <Button
                  size="small"
                  data-testid="compare-no"
                  aria-label={t().call.noMatchSpoken}
                  onClick={() => props.onCompare(false)}
                >
                  {t().call.noMatch}
                </Button>
              </div>
            </Show>
          </>
        )}
      </Show>
    </section>
  );
}
