/**
 * One outgoing track of a call. Until the media worker has proved that this sender's frames leave
 * sealed, the sender carries black (or silence); only then a clone of the real track is let in.
 */

export interface Outgoing {
  /** What should be sent: a live track, or nothing. A clone of it is taken. */
  show(track: MediaStreamTrack | undefined): void;
  /** False mutes: black or silence goes on being sealed. */
  setWanted(wanted: boolean): void;
  /** The worker proved a sealed frame of this sender. */
  letIn(): void;
  /** Synchronously black and silent, for good. */
  cut(): void;
}

interface Placeholder {
  readonly track: MediaStreamTrack;
  stop(): void;
}

/** Without a placeholder the disabled clone itself stands in: silence needs no picture to be drawn. */
export function createOutgoing(
  sender: Pick<RTCRtpSender, "replaceTrack">,
  placeholder?: Placeholder,
): Outgoing {
  let source: MediaStreamTrack | undefined;
  let clone: MediaStreamTrack | undefined;
  let wanted = true;
  let proven = false;
  let ended = false;
  let replacing = Promise.resolve();

  function replace(track: MediaStreamTrack | null, after?: () => void): void {
    replacing = replacing
      .then(() => sender.replaceTrack(track))
      // The connection may be closed by now; then there is nothing left to replace.
      .catch(() => {})
      .then(after);
  }

  function apply(): void {
    if (clone) clone.enabled = proven && wanted && !ended;
  }

  function put(after?: () => void): void {
    const previous = clone;
    // Replacing takes a moment; a camera that was switched off is dark from this line on.
    if (previous) previous.enabled = false;
    clone = source?.clone();
    apply();
    replace(clone ?? null, () => {
      previous?.stop();
      after?.();
    });
  }

  if (placeholder) replace(placeholder.track);

  return {
    show(track) {
      source = track;
      if (!ended && (proven || !placeholder)) put();
    },
    setWanted(value) {
      wanted = value;
      apply();
    },
    letIn() {
      if (proven || ended) return;
      proven = true;
      if (placeholder) put(placeholder.stop);
      else apply();
    },
    cut() {
      if (ended) return;
      ended = true;
      apply();
      clone?.stop();
      placeholder?.stop();
      replace(null);
    },
  };
}
