import { createSignal, createUniqueId, For, Match, Show, Switch } from "solid-js";
import { PASSPHRASE_MIN_CHARS } from "../../wallet/backup.ts";
import { createWallet, type Wallet } from "../../wallet/create-wallet.ts";
import { REPORT_TEXT_MAX_BYTES } from "../../report/sealed-report.ts";
import { isLoopback } from "../../settings/settings.ts";
import { Button } from "../../ui/button/button.tsx";
import { Dialog } from "../../ui/dialog/dialog.tsx";
import { t } from "../../text/index.ts";
import { outcomeWords } from "./wallet-words.ts";
import "./wallet-dialog.css";

/** Characters of UTF-16 take at most three bytes each. */
const APPEAL_MAX_CHARS = Math.floor(REPORT_TEXT_MAX_BYTES / 3);
const FILE_NAME = "winkr-wallet.bin";

export function WalletDialog(props: { onClose(): void }) {
  const wallet = createWallet();
  const content = wallet.content;
  const idle = (): boolean => wallet.busy() === undefined;
  return (
    <Dialog title={t().wallet.title} testId="wallet" onClose={() => props.onClose()}>
      <div class="wallet">
        <section>
          <Switch>
            <Match when={content().kind === "empty"}>
              <p>{t().wallet.empty}</p>
            </Match>
            <Match when={content().kind === "broken"}>
              <p>{t().wallet.broken}</p>
            </Match>
            <Match when={pendingOf(wallet)}>
              {(commitment) => (
                <>
                  <p>{t().wallet.pending}</p>
                  <code class="wallet-code" data-testid="wallet-commitment">
                    {commitment()}
                  </code>
                  <Answer wallet={wallet} />
                </>
              )}
            </Match>
            <Match when={readyOf(wallet)}>
              {(ready) => (
                <>
                  <p data-testid="wallet-ready">
                    {t().wallet.ready(short(ready().issuer), ready().month)}
                  </p>
                  <Show when={ready().demo}>
                    <p class="wallet-demo">{t().wallet.demo}</p>
                  </Show>
                  <div>
                    <Button
                      kind="primary"
                      disabled={!idle()}
                      data-testid="wallet-check"
                      onClick={() => void wallet.check()}
                    >
                      {t().wallet.check}
                    </Button>
                  </div>
                </>
              )}
            </Match>
          </Switch>
          <Show when={wallet.outcome()?.kind === "banned"}>
            <Appeal wallet={wallet} />
          </Show>
          <p class="wallet-outcome" role="status" data-testid="wallet-outcome">
            <Show when={wallet.busy()} fallback={told(wallet)}>
              {(step) => t().wallet.steps[step()]}
            </Show>
          </p>
        </section>

        <section>
          <h3>{t().wallet.issuer}</h3>
          <div>
            <Button size="small" disabled={!idle()} onClick={() => void wallet.askIssuer()}>
              {content().kind === "ready" ? t().wallet.renew : t().wallet.ask}
            </Button>
          </div>
          {/* The edge refuses it anywhere else; there is no reason to show it there. */}
          <Show when={isLoopback(location.hostname)}>
            <Demo wallet={wallet} />
          </Show>
        </section>

        <section>
          <h3>{t().wallet.proves}</h3>
          <p>{t().wallet.provesBody}</p>
          <h3>{t().wallet.limits}</h3>
          <ul>
            <For each={t().wallet.limitsPoints}>{(point) => <li>{point}</li>}</For>
          </ul>
        </section>

        <Files wallet={wallet} />

        <Show when={content().kind !== "empty" && content().kind !== "loading"}>
          <div>
            <Button
              kind="danger"
              size="small"
              disabled={!idle()}
              onClick={() => void wallet.remove()}
            >
              {t().wallet.remove}
            </Button>
          </div>
        </Show>
      </div>
    </Dialog>
  );
}

function Answer(props: { wallet: Wallet }) {
  const id = createUniqueId();
  const [text, setText] = createSignal("");
  return (
    <div class="wallet-field">
      <label for={id}>{t().wallet.answer}</label>
      <textarea id={id} rows={3} onInput={(event) => setText(event.currentTarget.value)} />
      <Button size="small" disabled={text() === ""} onClick={() => void props.wallet.take(text())}>
        {t().wallet.take}
      </Button>
    </div>
  );
}

/** Said to a human by the one who is kept out, and by nobody else. */
function Appeal(props: { wallet: Wallet }) {
  const id = createUniqueId();
  const [text, setText] = createSignal("");
  return (
    <div class="wallet-field">
      <label for={id}>{t().wallet.appeal}</label>
      <textarea
        id={id}
        rows={4}
        maxLength={APPEAL_MAX_CHARS}
        data-testid="wallet-appeal-text"
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <Button
        size="small"
        disabled={text().trim() === ""}
        data-testid="wallet-appeal"
        onClick={() => void props.wallet.appeal(text().trim())}
      >
        {t().wallet.sendAppeal}
      </Button>
    </div>
  );
}

function Demo(props: { wallet: Wallet }) {
  const id = createUniqueId();
  const [born, setBorn] = createSignal("1990-01-01");
  return (
    <div class="wallet-field" data-testid="wallet-demo">
      <h4>{t().wallet.demoTitle}</h4>
      <p class="wallet-note">{t().wallet.demoBody}</p>
      <label for={id}>{t().wallet.born}</label>
      <input
        id={id}
        type="date"
        value={born()}
        data-testid="wallet-born"
        onInput={(event) => setBorn(event.currentTarget.value)}
      />
      <Button
        size="small"
        disabled={props.wallet.busy() !== undefined}
        data-testid="wallet-get-demo"
        onClick={() => void props.wallet.getDemo(born())}
      >
        {t().wallet.getDemo}
      </Button>
    </div>
  );
}

function Files(props: { wallet: Wallet }) {
  const id = createUniqueId();
  const [passphrase, setPassphrase] = createSignal("");
  let picker!: HTMLInputElement;
  const usable = (): boolean =>
    passphrase().length >= PASSPHRASE_MIN_CHARS && props.wallet.busy() === undefined;
  const holds = (): boolean => ["pending", "ready"].includes(props.wallet.content().kind);
  return (
    <section>
      <h3>{t().wallet.file}</h3>
      <p class="wallet-note">{t().wallet.fileBody}</p>
      <div class="wallet-field">
        <label for={id}>{t().wallet.passphrase}</label>
        <input
          id={id}
          type="password"
          autocomplete="off"
          onInput={(event) => setPassphrase(event.currentTarget.value)}
        />
        <div class="wallet-row">
          <Show when={holds()}>
            <Button
              size="small"
              disabled={!usable()}
              onClick={() => void props.wallet.backup(passphrase()).then(save)}
            >
              {t().wallet.save}
            </Button>
          </Show>
          <Button size="small" disabled={!usable()} onClick={() => picker.click()}>
            {t().wallet.restore}
          </Button>
        </div>
        <input
          ref={picker}
          type="file"
          class="visually-hidden"
          aria-label={t().wallet.restore}
          tabindex="-1"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = "";
            void file
              ?.arrayBuffer()
              .then((buffer) => props.wallet.restore(new Uint8Array(buffer), passphrase()));
          }}
        />
      </div>
    </section>
  );
}

function save(file: Uint8Array<ArrayBuffer> | undefined): void {
  if (file === undefined) return;
  const url = URL.createObjectURL(new Blob([file]));
  const link = document.createElement("a");
  link.href = url;
  link.download = FILE_NAME;
  link.click();
  URL.revokeObjectURL(url);
}

function told(wallet: Wallet): string {
  const outcome = wallet.outcome();
  return outcome === undefined ? "" : outcomeWords(outcome, t());
}

function pendingOf(wallet: Wallet): string | undefined {
  const content = wallet.content();
  return content.kind === "pending" ? content.commitment : undefined;
}

function readyOf(wallet: Wallet) {
  const content = wallet.content();
  return content.kind === "ready" ? content : undefined;
}

/** A did:key is longer than anybody reads. */
function short(did: string): string {
  return did.length > 40 ? `${did.slice(0, 24)}…${did.slice(-6)}` : did;
}
