/** Whatever breaks, everyone ends in a clear state: never a frozen one, and nobody stuck in the queue. */
import { describe, expect, it } from "vitest";
import { eventually, type Engine, type Person } from "../support/browsers/person.ts";
import { useScene } from "../support/stack/scene.ts";
import {
  ended,
  findSomeone,
  inEncryptedCall,
  numbersOf,
  reads,
  say,
  stageOf,
} from "../support/stack/visit.ts";

const scene = useScene();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function call(first: Engine, second: Engine): Promise<[ada: Person, ben: Person]> {
  const ada = await scene.invite(first, "Ada");
  const ben = await scene.invite(second, "Ben");
  await findSomeone(ada, scene.stack.url);
  await findSomeone(ben, scene.stack.url);
  await Promise.all([inEncryptedCall(ada), inEncryptedCall(ben)]);
  return [ada, ben];
}

async function seesFurtherFrames(person: Person): Promise<void> {
  const { framesDecoded } = await numbersOf(person);
  await eventually(
    `${person.name} goes on seeing`,
    async () => (await numbersOf(person)).framesDecoded > framesDecoded + 20,
  );
}

/** Of the brightest part of the partner's picture as it was decoded, 0 to 255. */
function brightness(person: Person): Promise<number> {
  return person.evaluate(() => {
    const found = document.querySelector('[data-testid="partner-video"]');
    const video = found instanceof HTMLVideoElement ? found : found?.querySelector("video");
    const context = document.createElement("canvas").getContext("2d");
    if (!video || !context) return 0;
    context.drawImage(video, 0, 0, 16, 12);
    const { data } = context.getImageData(0, 0, 16, 12);
    return Math.max(...data.filter((_, index) => index % 4 !== 3));
  });
}

/** Whoever was left can go on at once. */
async function meetsSomebodyElse(person: Person): Promise<void> {
  if (await person.attribute("find-again", "data-testid")) await person.click("find-again");
  const cleo = await scene.invite("chromium", "Cleo");
  await findSomeone(cleo, scene.stack.url);
  await Promise.all([inEncryptedCall(cleo), inEncryptedCall(person)]);
}

describe("the partner", () => {
  it.each<Engine>(["chromium", "firefox"])(
    "closes the tab (%s): the other is told and meets somebody else",
    async (engine) => {
      const [ada, ben] = await call(engine, "chromium");
      await ada.closeTab();
      expect(["partner-left", "partner-lost"]).toContain(await ended(ben, 15_000));
      await meetsSomebodyElse(ben);
    },
  );

  it("loses the network without a word: the other is told within seconds", async () => {
    const [ada, ben] = await call("chromium", "chromium");
    // Everything at once and without a goodbye, as when a phone loses its network.
    await ada.evaluate(() => {
      for (const connection of window.observed.connections) connection.close();
      for (const socket of window.observed.sockets) socket.close();
    });
    expect(["partner-left", "partner-lost"]).toContain(await ended(ben, 30_000));
    await meetsSomebodyElse(ben);
  });
});

describe("the lobby", () => {
  it("socket drops while media runs: the call goes on, chat too, and next works afterwards", async () => {
    const [ada, ben] = await call("chromium", "chromium");
    await Promise.all(
      [ada, ben].map((person) =>
        person.evaluate(() => {
          for (const socket of window.observed.sockets) socket.close();
        }),
      ),
    );
    await Promise.all([seesFurtherFrames(ada), seesFurtherFrames(ben)]);
    await say(ada, "still here");
    await reads(ben, "still here");
    expect(await stageOf(ada)).toBe("encrypted");
    await ada.click("next");
    await ended(ben);
    await meetsSomebodyElse(ada);
  });

  it("server restarts in the middle of a call: the call goes on, and the next one comes about", async () => {
    const [ada, ben] = await call("chromium", "firefox");
    await scene.stack.stopServer();
    await Promise.all([seesFurtherFrames(ada), seesFurtherFrames(ben)]);
    await scene.stack.startServer();
    await Promise.all([seesFurtherFrames(ada), seesFurtherFrames(ben)]);
    await say(ben, "did you notice anything?");
    await reads(ada, "did you notice anything?");
    await ada.click("stop");
    await ended(ben);
    await meetsSomebodyElse(ben);
  });

  it("server is away while someone searches: the page says that it tries again, and then finds", async () => {
    const ada = await scene.invite("chromium", "Ada");
    await findSomeone(ada, scene.stack.url);
    await eventually(
      "Ada waits",
      async () => (await ada.attribute("searching", "data-connection")) === "open",
    );
    await scene.stack.stopServer();
    await eventually(
      "Ada is told",
      async () => (await ada.attribute("searching", "data-connection")) === "reconnecting",
    );
    await scene.stack.startServer();
    // After several attempts it stops and says so, which is clear too; one tap goes on.
    const reason = await eventually("Ada is back or told", async () =>
      (await ada.attribute("searching", "data-connection")) === "open"
        ? "open"
        : ada.attribute("ended", "data-reason"),
    );
    if (reason !== "open") {
      expect(reason).toBe("edge-unreachable");
      await ada.click("find-again");
    }
    const ben = await scene.invite("chromium", "Ben");
    await findSomeone(ben, scene.stack.url);
    await Promise.all([inEncryptedCall(ada), inEncryptedCall(ben)]);
  });
});

describe("the relay", () => {
  it("is unavailable: a visible failure, never a silent direct call", async () => {
    await scene.stack.relay.stop();
    try {
      const ada = await scene.invite("chromium", "Ada");
      const ben = await scene.invite("firefox", "Ben");
      await findSomeone(ada, scene.stack.url);
      await findSomeone(ben, scene.stack.url);
      expect(await ended(ada, 40_000)).toBe("relay-unavailable");
      expect(await ended(ben, 40_000)).toBe("relay-unavailable");
      for (const person of [ada, ben]) {
        const sent = await person.evaluate(() => window.observed.wire.join("\n"));
        expect(sent).not.toMatch(/typ (host|srflx)/);
      }
    } finally {
      await scene.stack.relay.start();
    }
  });

  it("dies in the middle of a call: both are told, nobody looks at a frozen picture", async () => {
    const [ada, ben] = await call("chromium", "chromium");
    await scene.stack.relay.stop();
    try {
      for (const person of [ada, ben]) {
        expect(["partner-lost", "partner-left"]).toContain(await ended(person, 45_000));
      }
    } finally {
      await scene.stack.relay.start();
    }
    await ada.click("find-again");
    await ben.click("find-again");
    await Promise.all([inEncryptedCall(ada), inEncryptedCall(ben)]);
  });
});

describe("camera and microphone", () => {
  it.each<Engine>(["chromium", "firefox"])(
    "camera is unplugged or its permission revoked (%s): the call goes on and the page says so",
    async (engine) => {
      const [ada, ben] = await call(engine, "chromium");
      await eventually("Ben sees Ada", async () => (await numbersOf(ben)).framesDecoded > 20);
      await ada.evaluate(() => {
        for (const track of window.observed.tracks.filter(({ kind }) => kind === "video")) {
          track.stop();
          // stop() alone tells nobody; the browser sends this when a device goes away.
          track.dispatchEvent(new Event("ended"));
        }
      });
      await pause(2_000);
      expect(await stageOf(ada)).toBe("encrypted");
      expect(await stageOf(ben)).toBe("encrypted");
      await say(ada, "my camera died");
      await reads(ben, "my camera died");
      const { audioPackets } = await numbersOf(ben);
      await eventually(
        "Ben goes on hearing Ada",
        async () => (await numbersOf(ben)).audioPackets > audioPackets + 20,
      );
    },
  );

  it.each<Engine>(["chromium", "firefox"])(
    "camera is switched off (%s): what the partner gets is black and stays so, not the last picture",
    async (engine) => {
      const [ada, ben] = await call(engine, "chromium");
      await eventually("Ben sees Ada", async () => (await brightness(ben)) > 30);
      await ada.click("camera-toggle");
      await eventually("it gets dark", async () => (await brightness(ben)) < 20);
      // A sender that repeats its last picture would do so within this time.
      for (let look = 0; look < 15; look++) {
        await pause(200);
        expect(await brightness(ben)).toBeLessThan(20);
      }
      await ada.click("camera-toggle");
      await eventually("Ben sees Ada again", async () => (await brightness(ben)) > 30);
    },
  );

  it("is refused: someone without a camera can still call and be seen as such", async () => {
    const refuse = `navigator.mediaDevices.getUserMedia = async () => {
      throw new DOMException("refused", "NotAllowedError");
    };`;
    const ada = await scene.invite("chromium", "Ada", { initScripts: [refuse] });
    const ben = await scene.invite("chromium", "Ben");
    await findSomeone(ada, scene.stack.url);
    await findSomeone(ben, scene.stack.url);
    await Promise.all([inEncryptedCall(ada), inEncryptedCall(ben)]);
    await say(ada, "no camera here");
    await reads(ben, "no camera here");
  });
});

it("Escape twice: the own picture is gone before anything else, the partner is told", async () => {
  const [ada, ben] = await call("chromium", "chromium");
  await eventually("Ben sees Ada", async () => (await numbersOf(ben)).framesDecoded > 20);
  await ada.press("Escape");
  await ada.press("Escape");
  await eventually("Ada is out of the call", async () => (await stageOf(ada)) === undefined, 3_000);
  const live = await ada.evaluate(
    () => window.observed.tracks.filter((track) => track.readyState === "live").length,
  );
  expect(live).toBe(0);
  await ended(ben);
});
