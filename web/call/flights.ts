/**
 * What the two pages say to each other through the lobby, inside sealed signaling: the handshake's
 * M1–M5 (e2ee/handshake) together with the descriptions they protect. The lobby sees only bytes.
 */
import * as v from "valibot";
import { fromBase64url, toBase64url } from "../../protocol/base64url.ts";
import { CANDIDATE_MAX_CHARS, SDP_MAX_CHARS } from "./sdp.ts";

const Bytes = v.pipe(
  v.string(),
  v.maxLength(8_192),
  v.rawTransform<string, Uint8Array<ArrayBuffer>>(({ dataset, addIssue, NEVER }) => {
    const bytes = fromBase64url(dataset.value);
    if (bytes !== undefined) return bytes;
    addIssue({ message: "not base64url" });
    return NEVER;
  }),
);
const Sdp = v.pipe(v.string(), v.maxLength(SDP_MAX_CHARS));
const Candidates = v.pipe(
  v.array(v.pipe(v.string(), v.maxLength(CANDIDATE_MAX_CHARS))),
  v.minLength(1),
  v.maxLength(16),
);

const Flight = v.variant("type", [
  v.strictObject({ type: v.literal("offer"), m1: Bytes, sdp: Sdp }),
  v.strictObject({ type: v.literal("answer"), m2: Bytes, sdp: Sdp }),
  v.strictObject({ type: v.literal("reveal"), m3: Bytes }),
  v.strictObject({ type: v.literal("confirm"), m4: Bytes }),
  v.strictObject({ type: v.literal("finish"), m5: Bytes }),
  /** Candidates found after the description left; of the only ICE session, so without mid or ufrag. */
  v.strictObject({ type: v.literal("candidates"), candidates: Candidates }),
]);
export type Flight = v.InferOutput<typeof Flight>;

export function encodeFlight(flight: Flight): Uint8Array<ArrayBuffer> {
  const json = JSON.stringify(flight, (_, value: unknown) =>
    value instanceof Uint8Array ? toBase64url(value) : value,
  );
  return new TextEncoder().encode(json);
}

/** undefined for anything that is not a flight. */
export function decodeFlight(bytes: Uint8Array): Flight | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    const result = v.safeParse(Flight, value);
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}
