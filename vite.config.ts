import { defineConfig } from "vite";
import solid from "vite-plugin-solid";
import { VitePWA } from "vite-plugin-pwa";

/** The page, its media worker and its service worker, built into dist/ that the edge serves. */
export default defineConfig({
  root: "web",
  publicDir: "public",
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    target: "es2022",
    // Nothing may be inlined as a data: URL; the content security policy allows only our own origin.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
  plugins: [
    solid(),
    VitePWA({
      strategies: "injectManifest",
      srcDir: "pwa",
      filename: "service-worker.ts",
      injectRegister: false,
      registerType: "prompt",
      manifest: false,
    }),
  ],
});
