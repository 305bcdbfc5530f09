/** Debian's Chromium through playwright-core. One process per test file, one context per person. */
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import type { Person, PersonOptions } from "./person.ts";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  // The test relay stands on 127.0.0.1, which ICE leaves out on a machine without a network.
  "--allow-loopback-in-peer-connection",
  "--autoplay-policy=no-user-gesture-required",
];

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    headless: false, // with --headless=new below: playwright's own flag would choose the old shell
    args: ["--headless=new", ...ARGUMENTS],
    handleSIGINT: false,
    handleSIGTERM: false,
  });
}

export class ChromiumPerson implements Person {
  readonly engine = "chromium";
  readonly console: string[] = [];
  readonly name: string;
  readonly #context: BrowserContext;
  readonly page: Page;

  private constructor(name: string, context: BrowserContext, page: Page) {
    this.name = name;
    this.#context = context;
    this.page = page;
    page.on("console", (message) => this.console.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => this.console.push(`uncaught: ${error.stack ?? error.message}`));
  }

  static async arrive(
    browser: Browser,
    name: string,
    options: PersonOptions = {},
  ): Promise<ChromiumPerson> {
    const context = await browser.newContext({
      // A service worker would answer requests that the test wants to see.
      serviceWorkers: "block",
      viewport: options.viewport ?? { width: 1000, height: 700 },
      colorScheme: options.colorScheme ?? "light",
      locale: "en-US",
      permissions: ["camera", "microphone"],
    });
    for (const script of options.initScripts ?? [])
      await context.addInitScript({ content: script });
    const prefix = options.prefixScripts;
    if (prefix) {
      await context.route(prefix.url, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `${prefix.source}\n${await response.text()}` });
      });
    }
    return new ChromiumPerson(name, context, await context.newPage());
  }

  /** Another tab of the same browser profile: same storage, same locks. */
  async secondTab(name: string): Promise<ChromiumPerson> {
    return new ChromiumPerson(name, this.#context, await this.#context.newPage());
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url, { waitUntil: "domcontentloaded" });
  }

  async click(testId: string, timeoutMs = 20_000): Promise<void> {
    await this.page.getByTestId(testId).click({ timeout: timeoutMs });
  }

  async type(testId: string, text: string): Promise<void> {
    await this.page.getByTestId(testId).fill(text, { timeout: 10_000 });
  }

  async press(key: string): Promise<void> {
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
    // playwright's types describe serialisable arguments deeper than we need here.
    return this.page.evaluate(body as (argument: unknown) => Promise<Result>, argument);
  }

  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path });
  }

  closeTab(): Promise<void> {
    return this.page.close({ runBeforeUnload: false });
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}
