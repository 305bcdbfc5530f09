/** What every end-to-end file of the laboratory needs: its page, a relay and a crowd, ended whatever happens. */
import { afterAll, beforeAll } from "vitest";
import { Crowd } from "../../browsers/crowd.ts";
import { startRelay, type TestRelay } from "../../relay/relay.ts";
import { openCallsLab, type CallsLab } from "./drive.ts";

export interface CallsScene {
  readonly crowd: Crowd;
  readonly lab: CallsLab;
  readonly relay: TestRelay;
}

export function useCallsScene(): CallsScene {
  const crowd = new Crowd();
  let opened: Omit<CallsScene, "crowd"> | undefined;
  beforeAll(async () => {
    const [lab, relay] = await Promise.all([openCallsLab(), startRelay()]);
    opened = { lab, relay };
  });
  afterAll(async () => {
    await crowd.end();
    await opened?.relay.end();
    await opened?.lab.close();
  });
  const there = (): Omit<CallsScene, "crowd"> => {
    if (!opened) throw new Error("the laboratory is not open yet");
    return opened;
  };
  return {
    crowd,
    get lab() {
      return there().lab;
    },
    get relay() {
      return there().relay;
    },
  };
}
