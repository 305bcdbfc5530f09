import { EmojiRow } from "../../ui/safety/emoji-row.tsx";
import { t } from "../../text/index.ts";
import "./faces.css";

/** Panda, pizza, moon, bicycle: any four of the 64. */
const EXAMPLE = [8, 27, 20, 52];

/** What the product is, as a picture: two faces, and the same four emoji for both. */
export function Faces() {
  return (
    <figure class="faces">
      <div class="faces-pair">
        <svg
          class="faces-face"
          data-who="you"
          viewBox="0 0 240 300"
          role="img"
          aria-label={t().welcome.artLabel}
        >
          <rect class="faces-tile" width="240" height="300" rx="72" />
          <circle class="faces-ink" cx="80" cy="128" r="17" />
          <path class="faces-stroke faces-wink" d="M136 134q24-24 48 0" />
          <circle class="faces-ink faces-open" cx="160" cy="128" r="17" />
          <path class="faces-stroke" d="M84 198q38 34 84-4" />
        </svg>
        <svg class="faces-face" data-who="them" viewBox="0 0 240 300" aria-hidden="true">
          <rect class="faces-tile" width="240" height="300" rx="72" />
          <g class="faces-blink">
            <circle class="faces-ink" cx="78" cy="124" r="17" />
            <circle class="faces-ink" cx="156" cy="124" r="17" />
          </g>
          <path class="faces-ink" d="M70 182h94a47 47 0 0 1-94 0Z" />
        </svg>
      </div>
      <figcaption class="faces-code">
        <EmojiRow code={EXAMPLE} label={t().call.codeLabel} />
        <p>{t().welcome.artCaption}</p>
      </figcaption>
    </figure>
  );
}
