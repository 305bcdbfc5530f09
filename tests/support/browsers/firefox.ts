/**
 * Debian's Firefox through puppeteer-core (WebDriver BiDi). One process per person: tabs of one
 * window hide each other, and a hidden tab stops painting video.
 */
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import type { Person, PersonOptions } from "./person.ts";

const PREFERENCES = {
  // A picture and a tone instead of hardware, without a question.
  "media.navigator.streams.fake": true,
  "media.navigator.permission.disabled": true,
  "media.autoplay.default": 0,
  // The test relay stands on 127.0.0.1, which ICE leaves out otherwise.
  "media.peerconnection.ice.loopback": true,
  // Nothing but the test talks to anyone.
  "app.update.auto": false,
  "app.normandy.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.safebrowsing.downloads.enabled": false,
  "media.gmp-manager.url": "",
  "media.gmp-gmpopenh264.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,",
  "toolkit.telemetry.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.getAddons.cache.enabled": false,
  "extensions.systemAddon.update.enabled": false,
};

export class FirefoxPerson implements Person {
  readonly engine = "firefox";
  readonly console: string[] = [];
  readonly name: string;
  readonly #browser: Browser;
  readonly page: Page;

  private constructor(name: string, browser: Browser, page: Page) {
    this.name = name;
    this.#browser = browser;
    this.page = page;
    page.on("console", (message) => this.console.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) =>
      this.console.push(`uncaught: ${error instanceof Error ? error.message : String(error)}`),
    );
  }

  static async arrive(name: string, options: PersonOptions = {}): Promise<FirefoxPerson> {
    if (options.prefixScripts) throw new Error("prefixScripts: Chromium only");
    const browser = await puppeteer.launch({
      browser: "firefox",
      executablePath: "/usr/bin/firefox-esr",
      headless: true,
      handleSIGINT: false,
      handleSIGTERM: false,
      extraPrefsFirefox: {
        ...PREFERENCES,
        // 0 dark, 1 light
        "layout.css.prefers-color-scheme.content-override": options.colorScheme === "dark" ? 0 : 1,
      },
      defaultViewport: options.viewport ?? { width: 1000, height: 700 },
    });
    const page = (await browser.pages())[0] ?? (await browser.newPage());
    for (const script of options.initScripts ?? []) {
      await page.evaluateOnNewDocument(script);
    }
    return new FirefoxPerson(name, browser, page);
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url, { waitUntil: "domcontentloaded" });
  }

  async click(testId: string, timeoutMs = 20_000): Promise<void> {
    await this.page.locator(`[data-testid="${testId}"]`).setTimeout(timeoutMs).click();
  }

  async type(testId: string, text: string): Promise<void> {
    const selector = `[data-testid="${testId}"]`;
    await this.page.waitForSelector(selector, { timeout: 10_000 });
    await this.page.type(selector, text);
  }

  async press(key: "Escape" | "Enter" | "Tab"): Promise<void> {
    await this.page.keyboard.press(key);
  }

  text(testId: string): Promise<string | undefined> {
    return this.evaluate(
      (id) => document.querySelector(`[data-testid="${id}"]`)?.textContent ?? undefined,
      testId,
    );
  }

  attribute(testId: string, name: string): Promise<string | undefined> {
    return this.evaluate(
      ([id, attribute]) =>
        document.querySelector(`[data-testid="${id}"]`)?.getAttribute(attribute) ?? undefined,
      [testId, name] as const,
    );
  }

  evaluate<Result, Argument>(
    body: (argument: Argument) => Result | Promise<Result>,
    argument?: Argument,
  ): Promise<Result> {
    return this.page.evaluate(body as (argument: unknown) => Promise<Result>, argument);
  }

  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path: path as `${string}.png` });
  }

  async closeTab(): Promise<void> {
    // Firefox does not close the last tab of its window.
    await this.#browser.newPage();
    await this.page.close({ runBeforeUnload: false });
  }

  async close(): Promise<void> {
    const patience = setTimeout(() => this.#browser.process()?.kill("SIGKILL"), 5_000);
    await this.#browser.close().catch(() => {});
    clearTimeout(patience);
  }
}
