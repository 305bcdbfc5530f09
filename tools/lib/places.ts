/** Where things are, from the root of the checkout. */
import { join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");
/** Ignored by git: secrets, certificate and state of the development commands. */
export const DEV_DIR = join(ROOT, ".dev");
export const DIST_DIR = join(ROOT, "dist");
