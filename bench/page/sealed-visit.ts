/** The product's own call, mounted without its screens. */
import { createEffect, createMemo, createRoot, untrack } from "solid-js";
import { createCall } from "../../web/call/create-call.ts";
import type { LocalMedia } from "../../web/media/local-media.types.ts";
import { createSettings } from "../../web/settings/settings.ts";
import type { Visit, VisitEvents } from "./visit.ts";

export function createSealedVisit(media: LocalMedia, events: VisitEvents): Visit {
  return createRoot((dispose) => {
    const call = createCall({ media, settings: createSettings() });
    const partner = createMemo(() => {
      const view = call.view();
      return view.phase === "call" ? view.partner.stream : undefined;
    });
    createEffect(() => events.partner(partner()));
    createEffect(() => {
      const view = call.view();
      if (view.phase === "call" && view.stage === "encrypted") events.encrypted();
      if (view.phase === "ended") events.over(JSON.stringify(view.reason));
    });
    return {
      search: call.search,
      next: call.next,
      leave() {
        call.stop();
        dispose();
      },
      describe() {
        const view = untrack(call.view);
        const { phase } = view;
        if (phase === "ended") return `${phase}: ${JSON.stringify(view.reason)}`;
        if (phase !== "call") return phase;
        return `${phase}, ${view.stage}, ${JSON.stringify(untrack(call.protection))}`;
      },
    };
  });
}
