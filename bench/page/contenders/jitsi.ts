/**
 * Jitsi Meet's frame encryption. Its makers ship lib-jitsi-meet outside of npm; this is the newest
 * copy of it there (2022). What it does for each frame has not changed since.
 */
import { Context } from "@lyno/lib-jitsi-meet/dist/modules/e2ee/Context.js";
import type { Codec, Contender } from "./contender.ts";
import { BASE_KEY } from "./contender.ts";

export async function jitsi(codec: Codec): Promise<Contender> {
  const context = new Context();
  await context.setKey(BASE_KEY, 0);
  return {
    name: "Jitsi",
    codec,
    seal: (frame, outlet) => context.encodeFunction(frame, outlet),
    open: (frame, outlet) => context.decodeFunction(frame, outlet),
  };
}
