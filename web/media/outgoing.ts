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

/**
 * Black for whenever there is no picture. A sender without a track would do in Chromium, but Firefox
 * goes on repeating the last real picture there, once a second.
 */
interface Black {
  /** Running already: the first frame is waited for. */
  readonly first: Placeholder;
  readonly again: () => Placeholder;
}

/** Without black the disabled clone itself stands in: silence needs no picture to be drawn. */
export function createOutgoing(
  sender: Pick<RTCRtpSender, "replaceTrack">,
  black?: Black,
): Outgoing {
  let standIn = black?.first;
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

  function put(): void {
    const previous = clone;
    // Replacing takes a moment; a camera that was switched off is dark from this line on.
    if (previous) previous.enabled = false;
    clone = source?.clone();
    apply();
    const former = standIn;
    standIn = clone === undefined ? black?.again() : undefined;
    replace(clone ?? standIn?.track ?? null, () => {
      previous?.stop();
      former?.stop();
    });
  }

  if (standIn) replace(standIn.track);

  return {
    show(track) {
      source = track;
      if (!ended && (proven || !black)) put();
    },
    setWanted(value) {
      wanted = value;
      apply();
    },
    letIn() {
      if (proven || ended) return;
      proven = true;
      if (black) put();
      else apply();
    },
    cut() {
      if (ended) return;
      ended = true;
      apply();
      clone?.stop();
      standIn?.stop();
      replace(null);
    },
  };
}
