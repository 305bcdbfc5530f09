/**
 * Looks at every state of every screen: pictures into a folder, and axe-core's findings on the
 * console. `node tests/support/page/screenshots.ts [part of a state's name …]`
 */
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { chromium, type Page } from "playwright-core";
import { createServer } from "vite";
import solid from "vite-plugin-solid";

const OUT = process.env["SHOTS"] ?? "/tmp/shots";
const FORMS = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
  // What 400 % zoom leaves of a desktop, and the smallest phones.
  narrow: { width: 320, height: 568 },
} as const;
const THEMES = ["dark", "light"] as const;

const wanted = process.argv.slice(2);

const server = await createServer({
  root: fileURLToPath(new URL("gallery", import.meta.url)),
  configFile: false,
  plugins: [solid()],
  server: { port: 0, fs: { strict: false }, hmr: false, watch: null },
  logLevel: "error",
  cacheDir: `${OUT}/.vite`,
});
await server.listen();
const address = server.resolvedUrls?.local[0];
if (address === undefined) throw new Error("the gallery did not start");

const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
  ],
});
let findings = 0;
try {
  await mkdir(OUT, { recursive: true });
  const states = await listStates();
  for (const [form, viewport] of Object.entries(FORMS)) {
    for (const theme of THEMES) {
      const context = await browser.newContext({
        viewport,
        colorScheme: theme,
        reducedMotion: "reduce",
        deviceScaleFactor: form === "phone" ? 2 : 1,
      });
      const page = await context.newPage();
      page.on("pageerror", (error) => report(`${form} ${theme}: ${error.message}`));
      for (const state of states) await shoot(page, state, `${state}-${form}-${theme}`);
      await context.close();
    }
  }
} finally {
  await browser.close();
  await server.close();
}
process.stdout.write(`${findings} findings\n`);
process.exitCode = findings === 0 ? 0 : 1;

async function listStates(): Promise<readonly string[]> {
  const page = await browser.newPage();
  await page.goto(address!);
  await page.waitForFunction("window.galleryStates !== undefined");
  const all = (await page.evaluate("window.galleryStates")) as readonly string[];
  await page.close();
  return wanted.length === 0
    ? all
    : all.filter((name) => wanted.some((part) => name.includes(part)));
}

async function shoot(page: Page, state: string, name: string): Promise<void> {
  await page.goto(`${address!}?state=${state}`);
  await page.waitForSelector("#app > *");
  // Until the drawn cameras have delivered a frame.
  await page.waitForTimeout(state.startsWith("call") ? 500 : 250);
  // The long screens are looked at in full, the others as they are seen.
  const fullPage = state === "welcome" || state.startsWith("green-room");
  await page.screenshot({ path: `${OUT}/${name}.png`, fullPage });
  const wide = (await page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  )) as number;
  if (wide > 0) report(`${name}: scrolls ${wide} px sideways`);
  await page.addScriptTag({ content: axe.source });
  const violations = (await page.evaluate(
    `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
       violations.map((v) => v.id + ": " + v.nodes.map((n) => n.target.join(" ")).join(", ")))`,
  )) as readonly string[];
  for (const violation of violations) report(`${name}: ${violation}`);
}

function report(line: string): void {
  findings += 1;
  process.stdout.write(`${line}\n`);
}
