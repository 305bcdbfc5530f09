/**
 * A partner whose page is modified, and a lobby that pours junk into a call: what the honest page
 * takes, what it says, and which addresses it shows. Both sides are the product's own sessions on one
 * page of the laboratory (tests/support/lab/calls/partner.ts), each prank played as either role.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine, Person } from "../support/browsers/person.ts";
import { serversOf } from "../support/lab/calls/drive.ts";
import { useCallsScene } from "../support/lab/calls/scene.ts";
import type { Prank, PrankOutcome } from "../support/lab/calls/partner.ts";

const scene = useCallsScene();

const ROLES = ["initiator", "responder"] as const;
/** Of messages in a second; a flood may lie across two or three of them. */
const CHAT_PER_SECOND = 30;

describe.each<Engine>(["chromium", "firefox"])("%s", (engine) => {
  let person: Person;
  beforeAll(async () => {
    person = await scene.crowd.invite(engine, "Ada");
    await person.open(scene.lab.url);
  });
  afterAll(() => scene.crowd.leave());

  /** Each as both roles, all at once. */
  async function play(...pranks: Prank[]): Promise<Record<string, PrankOutcome[]>> {
    const plays = await Promise.all(
      pranks.flatMap((prank) =>
        ROLES.map(async (role) => ({
          prank,
          role,
          servers: await Promise.all([serversOf(scene.relay), serversOf(scene.relay)]),
        })),
      ),
    );
    const outcomes = await person.evaluate((all) => window.calls.pranks(all), plays);
    // Whatever the partner did, the honest page shows and tries relayed addresses only.
    for (const { honestPolicy, localTypes, remoteTypes } of outcomes) {
      expect(honestPolicy).toBe("relay");
      expect([...localTypes, ...remoteTypes].filter((type) => type !== "relay")).toEqual([]);
    }
    return Object.fromEntries(
      pranks.map((prank, index) => [prank, outcomes.slice(2 * index, 2 * index + 2)]),
    );
  }

  const heardTexts = ({ heard }: PrankOutcome): string[] =>
    heard.flatMap((message) => (message.type === "chat" ? [message.text] : []));

  it("frames in clear, in clear behind a cover, under another key id, spoiled: none opens; replayed ones open once", async () => {
    const { replayed, ...others } = await play(
      "unsealed",
      "covered",
      "other-key-id",
      "spoiled",
      "replayed",
    );
    for (const [prank, outcomes] of Object.entries(others)) {
      for (const { honest } of outcomes) {
        expect(honest.arrived, prank).toBeGreaterThan(20);
        expect(honest.opened, prank).toBe(0);
        expect(honest.visible, prank).toBe(false);
        expect(honest.stage, prank).toBe("encrypted");
      }
    }
    for (const { honest, modified, lastOpened } of replayed!) {
      // The genuine ones among them are shown, each once.
      expect(lastOpened).toBeGreaterThan(0);
      expect(honest.opened).toBeLessThan(modified.sealed * 0.8);
      expect(honest.stage).toBe("encrypted");
    }
  });

  it("malformed and flooding messages: what is well formed is read, at most thirty in a second, and the call goes on", async () => {
    const outcomes = await play("malformed-messages", "message-flood");
    for (const outcome of outcomes["malformed-messages"]!) {
      expect(outcome.heard).toEqual([{ type: "chat", text: "well formed" }]);
      expect(outcome.honest.stage).toBe("encrypted");
      expect(outcome.lastOpened).toBeGreaterThan(0);
    }
    for (const outcome of outcomes["message-flood"]!) {
      const texts = heardTexts(outcome);
      expect(texts.at(-1)).toBe("after the flood");
      expect(texts.length).toBeLessThanOrEqual(4 * CHAT_PER_SECOND);
      expect(outcome.honest.stage).toBe("encrypted");
      expect(outcome.lastOpened).toBeGreaterThan(0);
    }
  });

  it("junk that the lobby pours into a call: the partner's words still come through", async () => {
    const outcomes = await play("lobby-flood");
    for (const outcome of outcomes["lobby-flood"]!) {
      expect(heardTexts(outcome)).toEqual(Array.from({ length: 10 }, (_, i) => `through ${i}`));
      expect(outcome.honest.stage).toBe("encrypted");
    }
  });

  it("keys: whoever refuses new ones is left, and frames under old ones stop opening", async () => {
    const outcomes = await play("no-rekey", "old-keys");
    for (const { honest } of outcomes["no-rekey"]!) {
      expect(honest.reason).toEqual({ kind: "encryption-stopped" });
    }
    for (const { honest, lastOpened, generation } of outcomes["old-keys"]!) {
      expect(generation).toBeGreaterThanOrEqual(2);
      expect(honest.stage).toBe("encrypted");
      expect(honest.openedPictures).toBeGreaterThan(0);
      expect(honest.arrived).toBeGreaterThan(honest.opened);
      expect(lastOpened).toBe(0);
    }
  });

  it("a restart with another certificate: the call ends and says so", async () => {
    const outcomes = await play("other-certificate");
    for (const { honest } of outcomes["other-certificate"]!) {
      expect(honest.reason).toEqual({ kind: "security", failure: "fingerprint" });
    }
  });

  it("a restart with addresses that are no relay's: none of them is tried, and the call goes on", async () => {
    const outcomes = await play("other-addresses");
    for (const { honest, lastOpened } of outcomes["other-addresses"]!) {
      expect(honest.stage).toBe("encrypted");
      expect(lastOpened).toBeGreaterThan(0);
    }
  });

  it.each(["direct-alone", "direct-withdrawn"] as const)(
    "%s: without one's own consent at that moment, no address is shown",
    async (prank) => {
      const outcomes = await play(prank);
      for (const { honest, lastOpened } of outcomes[prank]!) {
        expect(honest.stage).toBe("encrypted");
        expect(lastOpened).toBeGreaterThan(0);
      }
    },
  );
});
