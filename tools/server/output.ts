/**
 * What of wrangler's output a person sees. Until the server is ready everything is kept, so that a
 * failed build can be shown whole; afterwards only trouble is passed on. Request lines and banners
 * never are: a terminal's scrollback is a log too.
 */

/** Escape sequences that colour a line. */
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
const TROUBLE = /✘|\[ERROR\]|Build failed|Error:/;
const KEPT_LINES = 2_000;

export class ServerOutput {
  #lines: string[] = [];
  #rest = "";
  #ready = false;
  #inTrouble = false;
  readonly #show: (line: string) => void;
  readonly #everything: boolean;

  constructor(show: (line: string) => void, everything = false) {
    this.#show = show;
    this.#everything = everything;
  }

  write(chunk: string): void {
    const parts = (this.#rest + chunk).split("\n");
    this.#rest = parts.pop() ?? "";
    for (const part of parts) this.#line(part);
  }

  /** From here on only trouble is shown, and nothing is kept. */
  ready(): void {
    this.#ready = true;
    this.#lines = [];
  }

  /** Everything since the start, for a server that never became ready. */
  soFar(): string {
    return [...this.#lines, this.#rest].join("\n").trim();
  }

  #line(raw: string): void {
    const line = raw.replace(COLOUR, "").trimEnd();
    if (this.#everything) this.#show(line);
    if (!this.#ready) {
      this.#lines.push(line);
      if (this.#lines.length > KEPT_LINES) this.#lines.shift();
      return;
    }
    if (this.#everything) return;
    if (TROUBLE.test(line)) this.#inTrouble = true;
    else if (line === "") this.#inTrouble = false;
    // The indented lines after an error are its frames and code excerpt.
    else if (!/^\s/.test(line)) this.#inTrouble = false;
    if (this.#inTrouble) this.#show(line);
  }
}
