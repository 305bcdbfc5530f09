/**
 * One outgoing track of a call. A sender is only ever given a clone that is black (or silent), and
 * the clone is let in after the media worker has proved that this sender's frames leave sealed.
 */

export interface Outgoing {
  /** What should be sent: a live track, or nothing. Takes a clone, black or silent until let in. */
  show(track: MediaStreamTrack | undefined): void;
  /** False mutes: black or silence goes on being sealed. */
  setWanted(wanted: boolean): void;
  /** The worker proved a sealed frame of this sender. */
  letIn(): void;
  /** Synchronously black and silent, for good. */
  cut(): void;
}

export function createOutgoing(sender: Pick<RTCRtpSender, "replaceTrack">): Outgoing {
  let clone: MediaStreamTrack | undefined;
  let wanted = true;
  let proven = false;
  let ended = false;
  let replacing = Promise.resolve();

  function apply(): void {
    if (clone) clone.enabled = proven && wanted && !ended;
  }

  function replace(track: MediaStreamTrack | null, after?: () => void): void {
    replacing = replacing
      .then(() => sender.replaceTrack(track))
      // The connection may be closed by now; then there is nothing left to replace.
      .catch(() => {})
      .then(after);
  }

  return {
    show(track) {
      if (ended) return;
      const previous = clone;
      clone = track?.clone();
      apply();
      replace(clone ?? null, () => previous?.stop());
    },
    setWanted(value) {
      wanted = value;
      apply();
    },
    letIn() {
      proven = true;
      apply();
    },
    cut() {
      ended = true;
      apply();
      clone?.stop();
      replace(null);
    },
  };
}
