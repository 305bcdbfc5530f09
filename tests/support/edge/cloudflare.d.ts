/** Tells `cloudflare:workers` which bindings and which Worker the tests run with. */
declare namespace Cloudflare {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- this is how the module is told
  interface Env extends Required<
    Omit<import("../../../worker/env.ts").Env, "DEV_DIRECT" | "DEMO_ISSUER_KEY">
  > {}
  interface GlobalProps {
    mainModule: typeof import("../../../worker/index.ts");
  }
}
