/**
 * How large the partner's picture is drawn. Filling the screen is best, but a landscape picture on
 * an upright phone would lose two thirds of itself, and with them often the face. So at least
 * `LEAST_SHOWN` of the picture's longer side stays on the screen.
 */
export interface Box {
  readonly width: number;
  readonly height: number;
}

const LEAST_SHOWN = 0.66;
/** Bars thinner than this part of the screen look like a mistake; the picture fills it instead. */
const NEARLY_ALL = 0.85;

export function pictureBox(screen: Box, picture: Box): Box {
  if (picture.width <= 0 || picture.height <= 0 || screen.width <= 0 || screen.height <= 0)
    return screen;
  const screenRatio = screen.width / screen.height;
  const pictureRatio = picture.width / picture.height;
  if (pictureRatio > screenRatio) {
    const height = screen.width / (pictureRatio * LEAST_SHOWN);
    return { width: screen.width, height: fill(height, screen.height) };
  }
  const width = (screen.height * pictureRatio) / LEAST_SHOWN;
  return { width: fill(width, screen.width), height: screen.height };
}

function fill(length: number, available: number): number {
  return length >= available * NEARLY_ALL ? available : Math.round(length);
}
