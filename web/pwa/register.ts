/**
 * The offline shell and its updates. A new version waits until somebody agrees: a page that reloads
 * itself in the middle of a call is worse than an old one.
 */
export function registerServiceWorker(onReady: (worker: ServiceWorker) => void): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker
    .register("/service-worker.js", { type: "classic", updateViaCache: "none" })
    .then((registration) => {
      const offer = (worker: ServiceWorker | null): void => {
        // Without a controller this is the first visit: there is nothing to replace.
        if (worker !== null && navigator.serviceWorker.controller !== null) onReady(worker);
      };
      offer(registration.waiting);
      registration.addEventListener("updatefound", () => {
        const worker = registration.installing;
        worker?.addEventListener("statechange", () => {
          if (worker.state === "installed") offer(worker);
        });
      });
    })
    // Blocked storage or a private window: the page works without a shell.
    .catch(() => {});
}

/** Only this tab reloads; others keep what they run until they ask themselves. */
export function applyUpdate(worker: ServiceWorker): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), {
    once: true,
  });
  worker.postMessage({ type: "activate" });
}
