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

export function pictureBox(screen: Box, picture: Box): Box {
  if (picture.width <= 0 || picture.height <= 0 || screen.width <= 0 || screen.height <= 0)
    return screen;
  const screenRatio = screen.width / screen.height;
  const pictureRatio = picture.width / picture.height;
  if (pictureRatio > screenRatio) {
    const height = screen.width / (pictureRatio * LEAST_SHOWN);
    return { width: screen.width, height: Math.min(screen.height, Math.round(height)) };
  }
  const width = (screen.height * pictureRatio) / LEAST_SHOWN;
  return { width: Math.min(screen.width, Math.round(width)), height: screen.height };
}
