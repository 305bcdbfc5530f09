/** What a request carries from one middleware to the next. */
import type { Env } from "./env.ts";

export interface AppEnv {
  Bindings: Env;
  Variables: {
    /** The verified edge secret. */
    secret: Uint8Array<ArrayBuffer>;
    devDirect: boolean;
  };
}
