/**
 * What a browser may do with our answers. The page loads nothing from anywhere else, runs no
 * inline script, cannot be framed, and shares its process with nobody.
 */
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../context.ts";

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  // wasm-unsafe-eval allows WebAssembly only; no string of JavaScript is ever evaluated.
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  // 'self' covers same-origin WebSockets (CSP level 3).
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const OFF = [
  "accelerometer",
  "browsing-topics",
  "display-capture",
  "encrypted-media",
  "geolocation",
  "gyroscope",
  "hid",
  "identity-credentials-get",
  "idle-detection",
  "local-fonts",
  "magnetometer",
  "midi",
  "otp-credentials",
  "payment",
  "publickey-credentials-create",
  "publickey-credentials-get",
  "serial",
  "storage-access",
  "usb",
  "window-management",
  "xr-spatial-tracking",
];

/** A call's own tools, for this page only. */
const OWN = [
  "camera",
  "microphone",
  "fullscreen",
  "autoplay",
  "screen-wake-lock",
  "picture-in-picture",
];

const PERMISSIONS_POLICY = [
  ...OWN.map((feature) => `${feature}=(self)`),
  ...OFF.map((feature) => `${feature}=()`),
].join(", ");

const HEADERS: readonly (readonly [string, string])[] = [
  ["Content-Security-Policy", CONTENT_SECURITY_POLICY],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Cross-Origin-Embedder-Policy", "require-corp"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Permissions-Policy", PERMISSIONS_POLICY],
  ["Referrer-Policy", "no-referrer"],
  ["X-Content-Type-Options", "nosniff"],
];

const TWO_YEARS_S = 63_072_000;

export const securityHeaders = createMiddleware<AppEnv>(async (context, next) => {
  await next();
  const answer = context.res;
  // An upgrade has no document, and its response must reach the runtime as it is.
  if (answer.status === 101) return;
  const { protocol, pathname } = new URL(context.req.url);
  const headers = new Headers(answer.headers);
  for (const [name, value] of HEADERS) headers.set(name, value);
  if (protocol === "https:") {
    headers.set("Strict-Transport-Security", `max-age=${TWO_YEARS_S}; includeSubDomains`);
  }
  headers.set("Cache-Control", cacheControl(pathname, answer));
  // Assigning hono's `res` would merge the old headers over the new ones.
  context.res = undefined;
  context.res = new Response(answer.body, { status: answer.status, headers });
});

/** no-transform: what is served is what was built, byte for byte, so that it can be verified. */
function cacheControl(pathname: string, answer: Response): string {
  if (pathname.startsWith("/api/") || pathname === "/healthz") return "no-store";
  const html = answer.headers.get("content-type")?.startsWith("text/html") ?? false;
  const hashed = pathname.startsWith("/assets/") && answer.ok && !html;
  return hashed ? "public, max-age=31536000, immutable, no-transform" : "no-cache, no-transform";
}
