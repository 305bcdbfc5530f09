import "./mark.css";

/** The face that winks: one open eye, one closed, half a smile. Also the app's icon. */
export function Mark(props: { winking?: boolean }) {
  return (
    <svg
      class="mark"
      viewBox="0 0 64 64"
      aria-hidden="true"
      data-winking={props.winking ? "" : undefined}
    >
      <rect class="mark-tile" x="2" y="2" width="60" height="60" rx="19" />
      <circle class="mark-eye" cx="21.5" cy="27" r="5.2" />
      <path class="mark-line" d="M36 28.5q6.5-6.5 13 0" />
      <path class="mark-line" d="M22 42.5q10 8.5 22-1.5" />
    </svg>
  );
}

export function Wordmark() {
  return (
    <span class="wordmark">
      <Mark />
      <span>winkr</span>
    </span>
  );
}
