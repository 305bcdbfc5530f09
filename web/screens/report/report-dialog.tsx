import { createSignal, createUniqueId, For, Show } from "solid-js";
import { SanctionReason } from "../../../protocol/age.ts";
import type { ChatMessage } from "../../call/view.ts";
import type { PartnerReport } from "../../report/send-report.ts";
import { REPORT_TEXT_MAX_BYTES } from "../../report/sealed-report.ts";
import { Button } from "../../ui/button/button.tsx";
import { Dialog } from "../../ui/dialog/dialog.tsx";
import { t } from "../../text/index.ts";
import "./report-dialog.css";

interface ReportDialogProps {
  messages: readonly ChatMessage[];
  onReport(report: PartnerReport): void;
  onClose(): void;
}

/** "lending" is the edge's own to find. */
const REASONS = SanctionReason.options.filter((reason) => reason !== "lending");
/** Characters of UTF-16 take at most three bytes each. */
const TEXT_MAX_CHARS = Math.floor(REPORT_TEXT_MAX_BYTES / 3);

/** A reason sends it: opening this and choosing are the two taps. */
export function ReportDialog(props: ReportDialogProps) {
  const id = createUniqueId();
  const [text, setText] = createSignal("");
  const theirs = () => props.messages.filter(({ from }) => from === "partner");
  const quote = (): void => {
    const words = theirs().map((message) => `> ${message.text}`);
    setText([text(), ...words].filter(Boolean).join("\n").slice(0, TEXT_MAX_CHARS));
  };
  return (
    <Dialog title={t().report.title} testId="report-dialog" onClose={() => props.onClose()}>
      <div class="report">
        <p>{t().report.body}</p>
        <div class="report-reasons">
          <For each={REASONS}>
            {(reason) => (
              <Button
                data-testid={`report-${reason}`}
                onClick={() => props.onReport({ reason, text: text().trim() })}
              >
                {t().report.reasons[reason]}
              </Button>
            )}
          </For>
        </div>
        <label for={id}>{t().report.words}</label>
        <textarea
          id={id}
          rows={4}
          maxLength={TEXT_MAX_CHARS}
          value={text()}
          data-testid="report-text"
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <Show when={theirs().length > 0}>
          <div>
            <Button size="small" kind="quiet" onClick={quote}>
              {t().report.quote}
            </Button>
          </div>
        </Show>
        <p class="report-note">{t().report.note}</p>
      </div>
    </Dialog>
  );
}
