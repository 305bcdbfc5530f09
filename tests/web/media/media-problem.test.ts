import { describe, expect, test } from "vitest";
import { endedProblem, mediaProblem } from "../../../web/media/media-problem.ts";
import type { MediaProblem } from "../../../web/media/local-media.types.ts";

interface Row {
  readonly from: string;
  readonly name: string;
  readonly message?: string;
  readonly permission?: PermissionState;
  readonly is: MediaProblem;
}

// What the browsers throw, by their own words.
const TABLE: readonly Row[] = [
  {
    from: "Chromium: blocked",
    name: "NotAllowedError",
    message: "Permission denied",
    is: "denied",
  },
  {
    from: "Chromium: blocked earlier",
    name: "NotAllowedError",
    message: "Permission denied",
    permission: "denied",
    is: "denied",
  },
  {
    from: "Chromium: prompt closed",
    name: "NotAllowedError",
    message: "Permission dismissed",
    permission: "prompt",
    is: "dismissed",
  },
  {
    from: "Chromium: macOS or Windows privacy settings",
    name: "NotAllowedError",
    message: "Permission denied by system",
    permission: "granted",
    is: "blocked-by-system",
  },
  {
    from: "Chromium: nothing plugged in",
    name: "NotFoundError",
    message: "Requested device not found",
    is: "not-found",
  },
  {
    from: "Chromium: held by another app",
    name: "NotReadableError",
    message: "Could not start video source",
    is: "in-use",
  },
  {
    from: "Chromium: camera does not answer",
    name: "AbortError",
    message: "Timeout starting video source",
    is: "in-use",
  },
  {
    from: "Chromium: the chosen device went away",
    name: "OverconstrainedError",
    message: "",
    is: "not-found",
  },
  {
    from: "Firefox: refused",
    name: "NotAllowedError",
    message: "The request is not allowed by the user agent or the platform in the current context.",
    is: "denied",
  },
  {
    from: "Firefox: prompt closed, may ask again",
    name: "NotAllowedError",
    message: "The request is not allowed by the user agent or the platform in the current context.",
    permission: "prompt",
    is: "dismissed",
  },
  {
    from: "Firefox: none",
    name: "NotFoundError",
    message: "The object can not be found here.",
    is: "not-found",
  },
  {
    from: "Firefox: held by another app",
    name: "NotReadableError",
    message: "Failed to allocate videosource",
    is: "in-use",
  },
  {
    from: "Firefox: does not start",
    name: "AbortError",
    message: "Starting videoinput failed",
    is: "in-use",
  },
  { from: "Firefox: forbidden by policy", name: "SecurityError", is: "unsupported" },
  {
    from: "Safari: refused",
    name: "NotAllowedError",
    message:
      "The request is not allowed by the user agent or the platform in the current context, possibly because the user denied permission.",
    permission: "denied",
    is: "denied",
  },
  {
    from: "Safari: allowed here, withheld by iOS",
    name: "NotAllowedError",
    permission: "granted",
    is: "blocked-by-system",
  },
  {
    from: "Safari: the chosen device went away",
    name: "OverconstrainedError",
    message: "Invalid constraint",
    is: "not-found",
  },
  { from: "old names: refused", name: "PermissionDeniedError", is: "denied" },
  { from: "old names: none", name: "DevicesNotFoundError", is: "not-found" },
  { from: "old names: in use", name: "TrackStartError", is: "in-use" },
  { from: "a name nobody knows", name: "TypeError", is: "unknown" },
];

describe("a failed getUserMedia has one meaning for the person", () => {
  test.each(TABLE)("$from → $is", ({ name, message, permission, is }) => {
    const error = new DOMException(message, name);
    expect(mediaProblem(error, { secure: true, permission })).toBe(is);
  });

  test("outside a secure context nothing else matters", () => {
    const error = new DOMException("Permission denied", "NotAllowedError");
    expect(mediaProblem(error, { secure: false })).toBe("insecure");
  });

  test.each([undefined, null, "no", 7, {}, { name: 3 }])(
    "%o is unknown and never throws",
    (error) => {
      expect(mediaProblem(error, { secure: true })).toBe("unknown");
    },
  );
});

describe("a track that ended by itself", () => {
  test.each([
    { permission: "denied", present: true, is: "revoked" },
    { permission: "prompt", present: false, is: "revoked" },
    { permission: "granted", present: false, is: "unplugged" },
    { permission: undefined, present: false, is: "unplugged" },
    { permission: "granted", present: true, is: "in-use" },
  ] as const)("permission $permission, present $present → $is", ({ permission, present, is }) => {
    expect(endedProblem({ permission, present })).toBe(is);
  });
});
