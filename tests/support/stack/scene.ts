/** What every end-to-end file needs: a stack, a crowd, and both ended whatever happens. */
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { Crowd } from "../browsers/crowd.ts";
import type { Engine, Person, PersonOptions } from "../browsers/person.ts";
import { OBSERVER } from "./observer.ts";
import { startStack, type Stack, type StackOptions } from "./stack.ts";

export interface Scene {
  readonly stack: Stack;
  readonly crowd: Crowd;
  /** A person whose page is observed. */
  invite(engine: Engine, name: string, options?: PersonOptions): Promise<Person>;
}

export function useScene(options?: StackOptions): Scene {
  const crowd = new Crowd();
  let stack: Stack | undefined;
  beforeAll(async () => {
    stack = await startStack(options);
  });
  beforeEach(() => stack?.checkAlive());
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") process.stderr.write(`${await crowd.report()}\n`);
    await crowd.leave();
  });
  afterAll(async () => {
    await crowd.end();
    await stack?.end();
  });
  return {
    crowd,
    get stack() {
      if (!stack) throw new Error("the stack is not up yet");
      return stack;
    },
    invite: (engine, name, options = {}) =>
      crowd.invite(engine, name, {
        ...options,
        initScripts: [OBSERVER, ...(options.initScripts ?? [])],
      }),
  };
}
