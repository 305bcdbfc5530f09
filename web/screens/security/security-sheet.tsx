import { For, type JSX, Show } from "solid-js";
import type { CallStage, DirectWish, Protection, SafetyCode } from "../../call/view.ts";
import { Dialog } from "../../ui/dialog/dialog.tsx";
import { Switch } from "../../ui/field/field.tsx";
import { EmojiRow } from "../../ui/safety/emoji-row.tsx";
import { t } from "../../text/index.ts";
import "./security-sheet.css";

interface SecuritySheetProps {
  /** The call that is on; without one the sheet explains in general. */
  call?: {
    readonly stage: CallStage;
    readonly code: SafetyCode | undefined;
    readonly protection: Protection | undefined;
    readonly direct: DirectWish;
    onDirect(wanted: boolean): void;
  };
  onClose(): void;
}

export function SecuritySheet(props: SecuritySheetProps) {
  return (
    <Dialog
      title={props.call === undefined ? t().security.titleGeneral : t().security.title}
      testId="security-sheet"
      onClose={() => props.onClose()}
    >
      <div class="security">
        <Show when={props.call}>
          {(call) => (
            <>
              <Show when={call().code}>
                {(code) => (
                  <section class="security-code">
                    <EmojiRow code={code()} label={t().call.codeLabel} size="large" />
                  </section>
                )}
              </Show>
              <Show when={call().protection}>
                {(protection) => (
                  <>
                    <Direct wish={call().direct} onChange={(wanted) => call().onDirect(wanted)} />
                    <Numbers stage={call().stage} protection={protection()} />
                  </>
                )}
              </Show>
            </>
          )}
        </Show>
        <section>
          <h3>{t().security.compareTitle}</h3>
          <ol class="security-steps">
            <For each={t().security.compareSteps}>{(step) => <li>{step}</li>}</For>
          </ol>
          <p class="security-note">{t().security.compareWhy}</p>
        </section>
        <section>
          <h3>{t().security.howTitle}</h3>
          <ul class="security-list">
            <For each={t().security.how}>{(line) => <li>{line}</li>}</For>
          </ul>
        </section>
        <section class="security-limits">
          <h3>{t().security.limitsTitle}</h3>
          <ul class="security-list">
            <For each={t().security.limits}>{(line) => <li>{line}</li>}</For>
          </ul>
        </section>
      </div>
    </Dialog>
  );
}

/** Both have to want it. Until then each may take it back; afterwards the address is known. */
function Direct(props: { wish: DirectWish; onChange(wanted: boolean): void }) {
  const agreed = () => props.wish.own && props.wish.partner;
  const state = () => {
    const { own, partner } = props.wish;
    if (own && partner) return t().security.directBoth;
    if (own) return t().security.directWaiting;
    return partner ? t().security.directAsked : t().security.directNeither;
  };
  return (
    <section data-testid="direct" data-own={props.wish.own} data-partner={props.wish.partner}>
      <Show when={!agreed()} fallback={<h3>{t().security.direct}</h3>}>
        <Switch
          label={t().security.direct}
          note={t().security.directBody}
          on={props.wish.own}
          testId="direct-switch"
          onChange={(on) => props.onChange(on)}
        />
      </Show>
      <p class="security-note" role="status">
        {state()}
      </p>
    </section>
  );
}

function Numbers(props: { stage: CallStage; protection: Protection }) {
  const p = () => props.protection;
  const path = () =>
    ({
      relay: t().security.pathRelay,
      direct: t().security.pathDirect,
      unknown: t().security.pathUnknown,
    })[p().path];
  return (
    <section>
      <h3>{t().security.now}</h3>
      <dl class="security-facts">
        <Fact name={t().security.state} id="stage">
          {t().call.stage[props.stage]}
        </Fact>
        <Fact name={t().security.compared} id="compared">
          {p().compared ? t().security.comparedYes : t().security.comparedNo}
        </Fact>
        <Fact name={t().security.path} id="path" value={p().path}>
          {path()}
        </Fact>
        <Fact name={t().security.cipher} id="cipher">
          {p().cipher}
        </Fact>
        <Fact name={t().security.keyAgreement} id="key-agreement">
          {p().keyAgreement}
        </Fact>
        <Fact name={t().security.keyAge} id="key-age">
          {t().security.keyAgeSeconds(Math.floor(p().keyAgeSeconds))}
        </Fact>
        <Fact name={t().security.renewed} id="renewed" value={String(p().keyGeneration)}>
          {t().security.renewedTimes(p().keyGeneration)}
        </Fact>
        <Fact name={t().security.certificate} id="certificate" value={p().certificate}>
          {p().certificate === "matches"
            ? t().security.certificateMatches
            : t().security.certificateUnchecked}
        </Fact>
      </dl>
      <dl class="security-counts">
        <Fact name={t().security.sealed} id="sealed">
          {p().framesSealed.toLocaleString()}
        </Fact>
        <Fact name={t().security.opened} id="opened">
          {p().framesOpened.toLocaleString()}
        </Fact>
        <Fact name={t().security.rejected} id="rejected">
          {p().framesRejected.toLocaleString()}
        </Fact>
        <Fact name={t().security.messages} id="messages">
          {`${p().messagesSealed.toLocaleString()} / ${p().messagesOpened.toLocaleString()}`}
        </Fact>
      </dl>
      <Show when={p().framesRejected > 0}>
        <p class="security-note">{t().security.rejectedNote}</p>
      </Show>
    </section>
  );
}

/** One line of the list; `id` is for tests, `value` the machine's word where the text is a sentence. */
function Fact(props: { name: string; id: string; value?: string; children: JSX.Element }) {
  return (
    <div class="security-fact" data-fact={props.id} data-value={props.value}>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
