/**
 * What a failed getUserMedia means for the person. The names are standard, their use is not:
 *
 *   Chromium  NotAllowedError "Permission denied" | "Permission dismissed" | "Permission denied by system";
 *             NotReadableError "Could not start video source"; AbortError "Timeout starting video source"
 *   Firefox   NotAllowedError for a refusal and for a closed prompt alike; NotFoundError for none or
 *             for one hidden by policy; NotReadableError "Failed to allocate videosource";
 *             AbortError "Starting videoinput failed"; SecurityError when the page's policy forbids it
 *   Safari    NotAllowedError for refusals by person and system; OverconstrainedError "Invalid
 *             constraint" when the asked-for device went away; AbortError when another tab captures
 *
 * The permission's present state tells refusal, closed prompt and system apart where the name does not.
 */
import type { MediaProblem } from "./local-media.types.ts";

export interface MediaContext {
  /** `isSecureContext` */
  readonly secure: boolean;
  /** From the Permissions API, where the browser answers for this device. */
  readonly permission?: PermissionState | undefined;
}

export function mediaProblem(error: unknown, context: MediaContext): MediaProblem {
  if (!context.secure) return "insecure";
  switch (nameOf(error)) {
    case "NotAllowedError":
    case "PermissionDeniedError": // Safari 10, Chromium before 64
    case "PermissionDismissedError":
      return refusal(error, context.permission);
    case "NotFoundError":
    case "DevicesNotFoundError":
    case "OverconstrainedError":
    case "ConstraintNotSatisfiedError":
      return "not-found";
    case "NotReadableError":
    case "TrackStartError":
    case "SourceUnavailableError":
    case "AbortError":
      return "in-use";
    case "SecurityError":
    case "NotSupportedError":
      return "unsupported";
    default:
      return "unknown";
  }
}

function refusal(error: unknown, permission: PermissionState | undefined): MediaProblem {
  const message = error instanceof Error ? error.message.toLowerCase() : "";
  if (message.includes("by system")) return "blocked-by-system";
  if (message.includes("dismissed")) return "dismissed";
  if (permission === "denied") return "denied";
  // The page may ask again: nobody said no for good.
  if (permission === "prompt") return "dismissed";
  // The page is allowed and the device was still withheld: only the system is left.
  if (permission === "granted") return "blocked-by-system";
  return "denied";
}

/** Why a running track ended without our doing. */
export function endedProblem(facts: {
  readonly permission: PermissionState | undefined;
  /** Whether the device is still in the list of devices. */
  readonly present: boolean;
}): MediaProblem {
  if (facts.permission === "denied" || facts.permission === "prompt") return "revoked";
  if (!facts.present) return "unplugged";
  return "in-use";
}

/** DOMException is not an Error everywhere, so the name is read from any object. */
function nameOf(error: unknown): string {
  if (typeof error !== "object" || error === null || !("name" in error)) return "";
  return typeof error.name === "string" ? error.name : "";
}
