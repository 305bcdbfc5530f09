/**
 * What two pages say to each other under the keys of their call. The partner is a stranger:
 * everything is parsed, nothing is trusted.
 */
import * as v from "valibot";
import { fromBase64url, toBase64url } from "../../protocol/base64url.ts";
import { CANDIDATE_MAX_CHARS, SDP_MAX_CHARS } from "../call/sdp.ts";
import { CHAT_TEXT_MAX_CHARS } from "../call/view.ts";

/** The longest message of a rekey has 2,341 bytes. */
const REKEY_MAX_CHARS = 3_200;

const Rekey = v.pipe(
  v.string(),
  v.maxLength(REKEY_MAX_CHARS),
  v.rawTransform<string, Uint8Array<ArrayBuffer>>(({ dataset, addIssue, NEVER }) => {
    const bytes = fromBase64url(dataset.value);
    if (bytes !== undefined) return bytes;
    addIssue({ message: "not base64url" });
    return NEVER;
  }),
);
/** Counts the restarts of a call, so that what belongs to an earlier one is ignored. */
const Epoch = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
const Sdp = v.pipe(v.string(), v.maxLength(SDP_MAX_CHARS));

const PeerMessage = v.variant("type", [
  v.strictObject({
    type: v.literal("chat"),
    text: v.pipe(v.string(), v.minLength(1), v.maxLength(CHAT_TEXT_MAX_CHARS)),
  }),
  /** Whether the camera and the microphone are on, so that black and silence can be explained. */
  v.strictObject({ type: v.literal("media"), camera: v.boolean(), microphone: v.boolean() }),
  v.strictObject({ type: v.literal("bye") }),
  /** R1 to R4 of e2ee/rekey. */
  v.strictObject({ type: v.literal("rekey"), body: Rekey }),
  /** Asks the initiator for an ICE restart. */
  v.strictObject({ type: v.literal("restart") }),
  v.strictObject({ type: v.literal("restart-offer"), epoch: Epoch, sdp: Sdp }),
  v.strictObject({ type: v.literal("restart-answer"), epoch: Epoch, sdp: Sdp }),
  v.strictObject({
    type: v.literal("restart-candidates"),
    epoch: Epoch,
    candidates: v.pipe(
      v.array(v.pipe(v.string(), v.maxLength(CANDIDATE_MAX_CHARS))),
      v.minLength(1),
      v.maxLength(16),
    ),
  }),
  /** Whether this person would connect directly. It happens when both would. */
  v.strictObject({ type: v.literal("direct"), wanted: v.boolean() }),
]);
export type PeerMessage = v.InferOutput<typeof PeerMessage>;

export function encodePeerMessage(message: PeerMessage): Uint8Array<ArrayBuffer> {
  const json = JSON.stringify(message, (_, value: unknown) =>
    value instanceof Uint8Array ? toBase64url(value) : value,
  );
  return new TextEncoder().encode(json);
}

export function decodePeerMessage(bytes: Uint8Array): PeerMessage | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    const result = v.safeParse(PeerMessage, value);
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}
