/**
 * Keeps the page's own files for offline use and nothing else: no answer of /api is ever stored, and
 * what is not in the list of the build goes to the network untouched.
 */
import { cleanupOutdatedCaches, precacheAndRoute, type PrecacheEntry } from "workbox-precaching";

declare const self: ServiceWorkerGlobalScope & {
  readonly __WB_MANIFEST: readonly (PrecacheEntry | string)[];
};

precacheAndRoute([...self.__WB_MANIFEST]);
cleanupOutdatedCaches();

self.addEventListener("message", (event) => {
  const { data } = event as { data: unknown };
  if (typeof data === "object" && data !== null && "type" in data && data.type === "activate")
    void self.skipWaiting();
});
