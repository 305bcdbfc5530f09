/** The page of `first-frame` and `call`: one person in front of it at a time, sealed or not. */
import { createRoot, untrack } from "solid-js";
import {
  abandon,
  connectionStates,
  forget,
  moments,
  note,
  proof,
  sent,
  show,
  until,
} from "./probe.ts";
import { createLocalMedia } from "../../web/media/local-media.ts";
import type { LabPage } from "./lab.types.ts";
import { createPlainVisit } from "./plain-visit.ts";
import { createSealedVisit } from "./sealed-visit.ts";
import type { Visit, VisitEvents } from "./visit.ts";

const media = createRoot(() => createLocalMedia());
const events: VisitEvents = {
  partner: show,
  encrypted: () => note("encrypted"),
  over: abandon,
};
let visit: Visit | undefined;

const lab: LabPage = {
  async prepare() {
    await media.open();
    const states = untrack(() => [media.camera().state, media.microphone().state]);
    if (states.join() !== "on,on") throw new Error(`no devices: ${states.join()}`);
  },
  arrive(variant) {
    visit?.leave();
    forget();
    visit =
      variant === "sealed"
        ? createSealedVisit(media, events)
        : createPlainVisit(media, events, {
            cameraFrom: variant === "plain" ? "frame" : "start",
            transforms: variant === "empty" ? "empty" : "none",
          });
    visit.search();
  },
  next() {
    forget();
    note("tap");
    visit?.next();
  },
  leave() {
    visit?.leave();
    visit = undefined;
    show(undefined);
  },
  moments,
  until,
  proof,
  sent,
  describe: () =>
    `${visit?.describe()}; ${Object.keys(moments()).join(", ")}; ${connectionStates()}`,
};
window.lab = lab;
