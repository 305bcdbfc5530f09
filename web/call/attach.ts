/**
 * Puts the media worker between the codec and the network, on both halves of a transceiver.
 *
 * Chromium fails open: a transform set a task after its sender exists is ignored for good and
 * frames go out in plaintext, silently (w3c/webrtc-encoded-transform#314). Three things stand
 * against it: the connection is made with `encodedInsertableStreams`, under which Chromium sends
 * nothing without a transform; this function runs in the very task that created the transceiver
 * (Firefox ignores the flag); and the watchdog compares what was sent with what was sealed.
 */
import type { Kind, TransformOptions } from "../media-worker/messages.ts";

export class AttachError extends Error {
  override readonly name = "AttachError";
}

export function attachEncryption(transceiver: RTCRtpTransceiver, worker: Worker): void {
  const { sender, receiver } = transceiver;
  const kind = receiver.track.kind as Kind;
  const seal = new RTCRtpScriptTransform(worker, {
    direction: "seal",
    kind,
  } satisfies TransformOptions);
  const open = new RTCRtpScriptTransform(worker, {
    direction: "open",
    kind,
  } satisfies TransformOptions);
  sender.transform = seal;
  receiver.transform = open;
  // A setter that was replaced or does nothing would leave the frames as they are.
  if (sender.transform !== seal || receiver.transform !== open) {
    throw new AttachError("the encryption transform was not taken");
  }
}

/** Whether this browser can encrypt frames at all; without it no call is begun. */
export function canEncrypt(): boolean {
  return (
    typeof RTCPeerConnection === "function" &&
    typeof RTCRtpScriptTransform === "function" &&
    "transform" in RTCRtpSender.prototype &&
    "transform" in RTCRtpReceiver.prototype
  );
}
