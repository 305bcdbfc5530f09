import { cloudflareTest } from "@cloudflare/vitest-plugin";
import solid from "vite-plugin-solid";
import { defineConfig } from "vitest/config";

/** unit: plain Node · edge: real workerd · e2e: real browsers and a real relay. */
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [solid()],
        test: {
          name: "unit",
          // Proofs and handshakes by the thousand, on machines that do other things as well.
          testTimeout: 60_000,
          // vite-plugin-solid would ask for jsdom; a test that needs a document says so in its first line.
          environment: "node",
          include: ["tests/**/*.test.{ts,tsx}"],
          exclude: ["tests/**/*.edge.test.ts", "tests/e2e/**"],
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                // 32 bytes that are nobody's secret.
                EDGE_SECRET: "dGVzdCB0ZXN0IHRlc3QgdGVzdCB0ZXN0IHRlc3QgISE",
                TURN_URLS: "turn:relay.test:3478?transport=udp,turns:relay.test:5349?transport=tcp",
                TURN_SECRET: "test",
              },
            },
          }),
        ],
        test: { name: "edge", include: ["tests/**/*.edge.test.ts"], testTimeout: 60_000 },
      },
      {
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.e2e.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
