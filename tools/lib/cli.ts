/** What the commands share: flags, lines on the terminal, an orderly end. */
import { parseArgs, type ParseArgsConfig } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One clear line and a failing exit, for trouble that a person can act on. */
export function giveUp(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

/** Flags of a command; an unknown one ends it with the usage. */
export function flags<const Known extends Options>(known: Known, usage: string) {
  try {
    return parseArgs({ options: known, allowPositionals: true });
  } catch {
    return giveUp(usage);
  }
}

export function portFrom(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  return giveUp(`"${text}" is not a port`);
}

/** Resolves at the first Ctrl-C or termination; a second one ends the process at once. */
export function askedToStop(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = (): void => {
      if (asked) process.exit(130);
      asked = true;
      resolve();
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
    process.on("SIGHUP", stop);
  });
}
