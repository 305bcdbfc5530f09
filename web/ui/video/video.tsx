import { createEffect, type JSX, onCleanup, splitProps } from "solid-js";
import "./video.css";

interface VideoProps extends JSX.VideoHTMLAttributes<HTMLVideoElement> {
  stream: MediaStream | undefined;
  label: string;
  mirrored?: boolean;
  /** The browser wants a tap before it plays sound. */
  onPlayBlocked?: (retry: () => void) => void;
}

/** A live picture. The stream is let go with the element, or the decoder stays alive. */
export function Video(props: VideoProps) {
  const [own, rest] = splitProps(props, ["stream", "label", "mirrored", "onPlayBlocked", "ref"]);
  let element!: HTMLVideoElement;

  const play = (): void => {
    element.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError")
        own.onPlayBlocked?.(play);
      // AbortError: the stream was exchanged while it was starting; the next one plays.
    });
  };
  createEffect(() => {
    element.srcObject = own.stream ?? null;
    if (own.stream !== undefined) play();
  });
  onCleanup(() => {
    element.srcObject = null;
  });

  return (
    <video
      ref={(video) => {
        element = video;
        // Set as properties too: a cloned template does not apply the `muted` attribute.
        video.muted = rest.muted === true;
        video.playsInline = true;
        video.disableRemotePlayback = true;
        if (typeof own.ref === "function") own.ref(video);
      }}
      class="video"
      data-mirrored={own.mirrored ? "" : undefined}
      aria-label={own.label}
      playsinline
      autoplay
      {...rest}
    />
  );
}
