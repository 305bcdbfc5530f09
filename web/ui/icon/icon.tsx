import "./icon.css";

/** Drawn for a 24 × 24 grid with a 1.8 stroke; `solid` parts carry `fill` through CSS. */
const PATHS = {
  mic: "M12 3.5a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0v-5a3 3 0 0 0-3-3ZM5.8 11.2a6.2 6.2 0 0 0 12.4 0M12 17.4v3.1",
  "mic-off":
    "M9 9.2v2.3a3 3 0 0 0 4.8 2.4M15 11V6.5a3 3 0 0 0-5.7-1.3M5.8 11.2a6.2 6.2 0 0 0 10 4.9M18.2 11.2c0 .8-.2 1.6-.5 2.4M12 17.4v3.1M4 4l16 16",
  camera:
    "M4.8 6.5h8.4a1.8 1.8 0 0 1 1.8 1.8v7.4a1.8 1.8 0 0 1-1.8 1.8H4.8A1.8 1.8 0 0 1 3 15.7V8.3a1.8 1.8 0 0 1 1.8-1.8ZM15 10.6l6-3.3v9.4l-6-3.3",
  "camera-off":
    "M9.5 6.5h3.7a1.8 1.8 0 0 1 1.8 1.8v3.7M15 15.7a1.8 1.8 0 0 1-1.8 1.8H4.8A1.8 1.8 0 0 1 3 15.7V8.3c0-.9.6-1.6 1.4-1.8M15 10.6l6-3.3v9.4l-3-1.7M4 4l16 16",
  chat: "M5.5 5h13A2.5 2.5 0 0 1 21 7.5v7a2.5 2.5 0 0 1-2.5 2.5H12l-4.6 3.5V17H5.5A2.5 2.5 0 0 1 3 14.5v-7A2.5 2.5 0 0 1 5.5 5Z",
  next: "M4.5 6.5 11 12l-6.5 5.5ZM12.5 6.5 19 12l-6.5 5.5ZM20.5 6.5v11",
  stop: "M6.5 6.5l11 11M17.5 6.5l-11 11",
  close: "M6.5 6.5l11 11M17.5 6.5l-11 11",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M6.5 11h11a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 18.5v-6A1.5 1.5 0 0 1 6.5 11Z",
  "lock-check":
    "M7 11V8a5 5 0 0 1 10 0v3M6.5 11h11a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 18.5v-6A1.5 1.5 0 0 1 6.5 11ZM9.3 15.6l1.9 1.8 3.5-3.6",
  shield: "M12 3.5 5 6v5.5c0 4.3 2.9 7.6 7 9 4.1-1.4 7-4.7 7-9V6ZM9 12l2.2 2.2L15.2 10",
  alert: "M12 4 2.8 19.5h18.4ZM12 10v4.2M12 16.9h.01",
  block: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM6 6l12 12",
  settings:
    "M4 7.5h9M17.5 7.5H20M4 16.5h2.5M11 16.5h9M15.25 5.25a2.25 2.25 0 1 0 0 4.5 2.25 2.25 0 0 0 0-4.5ZM8.75 14.25a2.25 2.25 0 1 0 0 4.5 2.25 2.25 0 0 0 0-4.5Z",
  check: "M5 12.5l4.5 4.5L19 7.5",
  chevron: "M6.5 9.5 12 15l5.5-5.5",
  send: "M4.5 12 20 4.5 15 20l-3.6-6.4ZM11.4 13.6 20 4.5",
  arrow: "M5 12h13.5M13 6.5l5.5 5.5-5.5 5.5",
  corner: "M4 9V4h5M20 15v5h-5M4 4l6 6M20 20l-6-6",
  eye: "M3 12s3.3-6 9-6 9 6 9 6-3.3 6-9 6-9-6-9-6ZM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z",
  wave: "M4 10v4M8 7v10M12 4v16M16 7.5v9M20 10v4",
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration only: the control that holds it carries the name. */
export function Icon(props: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" data-icon={props.name}>
      <path d={PATHS[props.name]} />
    </svg>
  );
}
